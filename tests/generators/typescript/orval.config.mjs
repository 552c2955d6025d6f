export default {
  cadran: {
    input: { target: "./openapi.json" },
    output: { target: "./client.ts", client: "fetch", mode: "single" },
  },
};
