/** Options of verbs that test a strategy, of what stands around it. */
import type { Command } from "commander";
import type { Around } from "../../nodes/around.ts";
import { parseWork } from "../../domain/execution/work.ts";
import { guideOf, type GuideOptions, withGuide } from "./guide.ts";
import { jsonOption } from "./json-option.ts";

export interface AroundOptions extends GuideOptions {
  readonly execution?: string;
}

export const withAround = (command: Command): Command =>
  withGuide(command).option(
    "--execution <json>",
    "the algorithm that works its aims: algorithm, minutes, slices, exits, ... (docs/execution.md)",
  );

/** Throws `Invalid` naming the option, or file and line. */
export const aroundOf = (options: AroundOptions): Around => ({
  guide: guideOf(options),
  execution:
    options.execution === undefined
      ? undefined
      : parseWork(jsonOption("--execution", options.execution), "--execution"),
});
