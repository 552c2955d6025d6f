// Calls the service with the fetch client of kubb.
import { setConfig } from "@kubb/plugin-client/clients/fetch";
import type { Client } from "@kubb/plugin-client/clients/fetch";
import {
  createObjective,
  getCatalogue,
  getIndicators,
  getObjective,
  getScorecard,
  getScorecardCsv,
} from "./generated/client.ts";
import type { GetIndicators422, GetIndicatorsQueryParams } from "./generated/types.ts";
import { objective } from "./objective.ts";

const [baseURL, authorization] = process.argv.slice(2) as [string, string];
setConfig({ baseURL, headers: { authorization, "content-type": "application/json" } } as Parameters<typeof setConfig>[0]);
const query = { metrics: ["contacts"], period: "2015-12" };

async function contacts(filter: Partial<GetIndicatorsQueryParams>): Promise<number> {
  return (await getIndicators({ ...query, ...filter })).totals["contacts"] as number;
}

// The fetch client that comes with kubb parses every body as JSON.
const reading = (async (config: { url?: string; params?: object }) => {
  const search = new URLSearchParams(Object.entries(config.params ?? {}).map(([name, value]) => [name, String(value)]));
  const response = await fetch(`${baseURL}${config.url}?${search}`, { headers: { authorization } });
  return { data: await response.text(), status: response.status, statusText: "", headers: response.headers };
}) as unknown as Client;

const made = await createObjective(objective);
const csv: string = await getScorecardCsv(query, undefined, { client: reading });
const refused = (await getIndicators({ metrics: ["qso"], period: "2015" })) as unknown as GetIndicators422;
console.log(
  JSON.stringify({
    phone: await contacts({ channel: ["phone"] }),
    others: await contacts({ "channel.not": ["phone"] }),
    scorecard: (await getScorecard({ period: "2015-12" })).figures.map((figure) => figure.metric),
    metrics: (await getCatalogue()).metrics.length,
    objective: (await getObjective(made.objective)).key_results[0]!.where,
    csv: csv.split("\r\n")[0],
    problem: refused.code,
  }),
);
