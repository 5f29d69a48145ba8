/** `shoal hyperopt-show`: one trial of a search: all its figures, and its parameters as `backtesting --params` takes them. */
import { join } from "node:path";
import type { Command } from "commander";
import { Invalid } from "../domain/values/invalid.ts";
import { answer, table } from "./terminal.ts";
import { verb, wholeNumber, withJson } from "./verb.ts";

interface Options {
  readonly dir?: string;
  readonly dataDir: string;
  readonly index?: number;
  readonly json?: boolean;
}

export const make = (): Command =>
  withJson(
    verb({
      name: "hyperopt-show",
      about: "One trial of a search: its parameters and figures; the best one unless told.",
      examples: [
        ["hyperopt-show", "the best of the newest search"],
        ["hyperopt-show -n 17 --json", "its parameters, for backtesting --params"],
      ],
    }),
  )
    .option("-n, --index <n>", "number of the trial (default: the best)", wholeNumber(0, 1_000_000))
    .option("--dir <path>", "folder of the search, or of searches (default: hyperopt/ in the data directory)")
    .option("--data-dir <path>", "where searches are kept", ".shoal")
    .action(async ({ dataDir, dir = join(dataDir, "hyperopt"), index, json }: Options) => {
      const { bestOf, keptSearch } = await import("../nodes/search/kept.ts");
      const kept = keptSearch(dir, "--dir");
      const trial = index === undefined ? bestOf(kept, kept.objectives.length > 1)[0] : kept.trials[index];
      if (trial === undefined)
        throw new Invalid(
          "--index",
          index === undefined ? "a search with a rated trial" : `a trial from 0 to ${kept.trials.length - 1}`,
          index,
        );
      const { losses, params, figures, reason } = trial;
      const value = {
        dir: kept.dir,
        strategy: kept.search["strategy"],
        index: trial.index,
        params,
        losses: losses && Object.fromEntries(kept.objectives.map((name, i) => [name, losses[i]!])),
        reason,
        figures,
      };
      answer(json === true, value, () =>
        [
          `trial ${trial.index} of ${kept.dir}${reason === null ? "" : `: not rated, ${reason}`}`,
          table([["Parameter"], ["Value", "right"]], Object.entries(params), "none"),
          table(
            [["Figure"], ["Value", "right"]],
            [
              ...Object.entries(value.losses ?? {}).map(([name, loss]) => [`loss ${name}`, loss]),
              ...Object.entries(figures ?? {}).filter(([name]) => name !== "daily"),
            ],
            "none: the backtest failed",
          ),
        ].join("\n\n"),
      );
    });
