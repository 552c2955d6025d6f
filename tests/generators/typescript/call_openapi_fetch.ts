// Calls the service with openapi-fetch over the types of openapi-typescript.
import createClient from "openapi-fetch";
import type { paths } from "./client.ts";
import { objective } from "./objective.ts";

const [baseUrl, authorization] = process.argv.slice(2) as [string, string];
const client = createClient<paths>({ baseUrl, headers: { authorization } });
const query = { metrics: ["contacts"], period: "2015-12" };

async function contacts(filter: { channel?: string[]; "channel.not"?: string[] }): Promise<number> {
  const { data } = await client.GET("/v1/indicators", { params: { query: { ...query, ...filter } } });
  return data!.totals["contacts"] as number;
}

const made = await client.POST("/v1/objectives", { body: objective });
const path = { objective: made.data!.objective };
const csv: string = (
  await client.GET("/v1/csv/scorecard", { params: { query: { ...query } }, parseAs: "text" })
).data!;
const refused = await client.GET("/v1/indicators", { params: { query: { metrics: ["qso"], period: "2015" } } });
const scorecard = await client.GET("/v1/scorecard", { params: { query: { period: "2015-12" } } });
console.log(
  JSON.stringify({
    phone: await contacts({ channel: ["phone"] }),
    others: await contacts({ "channel.not": ["phone"] }),
    scorecard: scorecard.data!.figures.map((figure) => figure.metric),
    metrics: (await client.GET("/v1/catalogue")).data!.metrics.length,
    objective: (await client.GET("/v1/objectives/{objective}", { params: { path } })).data!.key_results[0]!.where,
    csv: csv.split("\r\n")[0],
    problem: refused.error!.code,
  }),
);
