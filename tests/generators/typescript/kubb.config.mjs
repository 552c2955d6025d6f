import { defineConfig } from "@kubb/core";
import { pluginClient } from "@kubb/plugin-client";
import { pluginOas } from "@kubb/plugin-oas";
import { pluginTs } from "@kubb/plugin-ts";

export default defineConfig({
  root: ".",
  input: { path: "./openapi.json" },
  output: { path: "./generated", clean: true, format: false, lint: false, extension: { ".ts": ".ts" } },
  plugins: [
    pluginOas({ generators: [] }),
    pluginTs({ output: { path: "./types.ts", barrelType: false } }),
    pluginClient({ client: "fetch", output: { path: "./client.ts", barrelType: false } }),
  ],
});
