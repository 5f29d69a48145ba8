/** `shoal hyperopt-list`: the trials of a search that stands on disk, also of one that is under way. */
import { join } from "node:path";
import type { Command } from "commander";
import { trialsTable } from "./hyperopt/trials-table.ts";
import { answer, timeText } from "./terminal.ts";
import { verb, wholeNumber, withJson } from "./verb.ts";

interface Options {
  readonly dir?: string;
  readonly dataDir: string;
  readonly most: number;
  readonly front?: boolean;
  readonly profitable?: boolean;
  readonly minTrades?: number;
  readonly json?: boolean;
}

export const make = (): Command =>
  withJson(
    verb({
      name: "hyperopt-list",
      about: "The trials of a search, best first; of the newest one unless told.",
      examples: [
        ["hyperopt-list --most 20 --profitable", "of the newest search"],
        [
          "hyperopt-list --dir .shoal/hyperopt/mean-reversion-0a1b2c3d4e5f --front --json",
          "of several objectives",
        ],
      ],
    }),
  )
    .option("--dir <path>", "folder of the search, or of searches (default: hyperopt/ in the data directory)")
    .option("--data-dir <path>", "where searches are kept", ".shoal")
    .option("--most <n>", "so many of them", wholeNumber(1, 1_000_000), 10)
    .option("--front", "only those that no other beats in every objective")
    .option("--profitable", "only those that earned")
    .option("--min-trades <n>", "only those with so many trades", wholeNumber(1, 1_000_000))
    .action(async ({ dataDir, dir = join(dataDir, "hyperopt"), ...options }: Options) => {
      const { bestOf, keptSearch } = await import("../nodes/search/kept.ts");
      const kept = keptSearch(dir, "--dir");
      const { minTrades = 0, profitable = false } = options;
      const trials = bestOf(kept, options.front ?? false)
        .filter(({ figures }) => figures!.trades >= minTrades && (!profitable || figures!.profit > 0))
        .slice(0, options.most)
        .map(({ losses, ...trial }) => ({
          ...trial,
          losses: Object.fromEntries(kept.objectives.map((name, i) => [name, losses![i]!])),
        }));
      const { search, evaluationsHash, changedAt } = kept;
      const value = { dir: kept.dir, search, evaluations: kept.trials.length, evaluationsHash, trials };
      answer(options.json === true, value, () =>
        [
          `${kept.dir}: ${String(search["strategy"])}, ${String(search["sampler"])}, ${kept.trials.length} trials, the last at ${timeText(changedAt)}`,
          trialsTable(kept.objectives, trials),
        ].join("\n\n"),
      );
    });
