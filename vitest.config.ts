import { defineConfig } from "vitest/config";
import { SoakBeside } from "./test/soak-beside.ts";

// By wish only. Chaos on real processes takes many minutes and a quiet machine: `SHOAL_CHAOS=1 npm test -- test/chaos`.
// Containers want podman and root beside that: `SHOAL_CONTAINERS=1 npm test -- test/containers`.
const wished = { SHOAL_CHAOS: "test/chaos/**", SHOAL_CONTAINERS: "test/containers/**" };
const slow = Object.entries(wished).flatMap(([wish, files]) =>
  process.env[wish] === undefined ? [files] : [],
);

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/seed.ts"],
    exclude: ["node_modules/**", ...slow],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    sequence: { sequencer: SoakBeside },
    // Files of the wished kind each fill the machine.
    maxWorkers: slow.length === Object.keys(wished).length ? 2 : 1,
  },
});
