import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { SoakBeside } from "./test/soak-beside.ts";

// By wish only. Chaos on real processes takes many minutes and a quiet machine: `SHOAL_CHAOS=1 npm test -- test/chaos`.
// Containers want podman and root beside that: `SHOAL_CONTAINERS=1 npm test -- test/containers`.
const wished = { SHOAL_CHAOS: "test/chaos/**", SHOAL_CONTAINERS: "test/containers/**" };
const slow = Object.entries(wished).flatMap(([wish, files]) =>
  process.env[wish] === undefined ? [files] : [],
);

// What one process has compiled, the hundreds after it (workers of the tests, engines, commands) read.
process.env["NODE_COMPILE_CACHE"] ??= join(import.meta.dirname, "node_modules/.cache/shoal");

/** Functions and values only: files that cannot disturb each other share a process, and what it has loaded. */
const pure = ["domain", "simulation", "strategies"].map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    setupFiles: ["test/seed.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    sequence: { sequencer: SoakBeside },
    // Files of the wished kind each fill the machine.
    maxWorkers: slow.length === Object.keys(wished).length ? 2 : 1,
    // By their names in order: what waits for processes and servers first.
    projects: [
      {
        extends: true,
        test: {
          name: "engine",
          include: ["test/**/*.test.ts"],
          exclude: ["node_modules/**", ...slow, ...pure],
        },
      },
      { extends: true, test: { name: "pure", include: pure, isolate: false } },
    ],
  },
});
