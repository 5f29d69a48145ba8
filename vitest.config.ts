import { defineConfig } from "vitest/config";

// Chaos on real processes takes many minutes and a quiet machine: `SHOAL_CHAOS=1 npm test -- test/chaos`.
const slow = process.env["SHOAL_CHAOS"] === undefined ? ["test/chaos/**"] : [];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["node_modules/**", ...slow],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
