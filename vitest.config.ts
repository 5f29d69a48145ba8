import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// By wish only. Chaos on real processes takes many minutes and a quiet machine: `SHOAL_CHAOS=1 npm test -- test/chaos`.
// Containers want podman and root beside that: `SHOAL_CONTAINERS=1 npm test -- test/containers`.
const wished = { SHOAL_CHAOS: "test/chaos/**", SHOAL_CONTAINERS: "test/containers/**" };
const slow = Object.entries(wished).flatMap(([wish, files]) =>
  process.env[wish] === undefined ? [files] : [],
);

/** The soak takes five minutes and little of the machine: it begins first, and everything else runs beside it. */
class SoakFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const soak = (file: TestSpecification): number => Number(!file.moduleId.endsWith("/soak.test.ts"));
    return (await super.sort(files)).sort((a, b) => soak(a) - soak(b));
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/seed.ts"],
    exclude: ["node_modules/**", ...slow],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    sequence: { sequencer: SoakFirst },
    // Files of the wished kind each fill the machine.
    maxWorkers: slow.length === Object.keys(wished).length ? 2 : 1,
  },
});
