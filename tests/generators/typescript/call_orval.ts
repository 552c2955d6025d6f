// Calls the service with the fetch client of orval.
import { createObjective, getCatalogue, getIndicators, getObjective, getScorecard, getScorecardCsv } from "./client.ts";
import type { GetIndicatorsParams } from "./client.ts";
import { objective } from "./objective.ts";

const [baseUrl, authorization] = process.argv.slice(2) as [string, string];
const original = globalThis.fetch;
globalThis.fetch = (path, options) =>
  original(baseUrl + path, { ...options, headers: { ...(options?.headers as object), authorization } });
const query = { metrics: ["contacts"], period: "2015-12" };

async function contacts(filter: Partial<GetIndicatorsParams>): Promise<number> {
  const response = await getIndicators({ ...query, ...filter });
  if (response.status !== 200) throw new Error(String(response.status));
  return response.data.totals["contacts"] as number;
}

const made = await createObjective(objective);
if (made.status !== 201) throw new Error(JSON.stringify(made));
const read = await getObjective(made.data.objective);
const csv = await getScorecardCsv(query);
const refused = await getIndicators({ metrics: ["qso"], period: "2015" });
const scorecard = await getScorecard({ period: "2015-12" });
const catalogue = await getCatalogue();
if (read.status !== 200 || csv.status !== 200 || refused.status !== 422) throw new Error("unexpected status");
if (scorecard.status !== 200 || catalogue.status !== 200) throw new Error("unexpected status");
const text: string = csv.data;
console.log(
  JSON.stringify({
    phone: await contacts({ channel: ["phone"] }),
    others: await contacts({ "channel.not": ["phone"] }),
    scorecard: scorecard.data.figures.map((figure) => figure.metric),
    metrics: catalogue.data.metrics.length,
    objective: read.data.key_results[0]!.where,
    csv: text.split("\r\n")[0],
    problem: refused.data.code,
  }),
);
