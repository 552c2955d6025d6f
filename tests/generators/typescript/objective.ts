// What every client sends to make an objective.
export const objective = {
  title: "Be reachable",
  owner: { kind: "company" },
  start: "2015-11-01",
  end: "2015-12-01",
  key_results: [{ title: "All are answered", metric: "qos", baseline: 0.5, target: 0.9, where: { "channel.not": ["chat"] } }],
};
