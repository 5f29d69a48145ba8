/** Options of verbs that test a strategy, of what stands around it. */
import type { Command } from "commander";
import type { Around } from "../../nodes/around.ts";
import { readHedge } from "../../nodes/hedge.ts";
import { parseWork } from "../../domain/execution/work.ts";
import type { WrittenPlan } from "../../domain/strategy/manage/read-plan.ts";
import { guideOf, type GuideOptions, withGuide } from "./guide.ts";
import { jsonOption } from "./json-option.ts";
import { manageOf, type ManageOptions, withManage } from "./manage.ts";

export interface AroundOptions extends GuideOptions, ManageOptions {
  readonly hedge?: string;
  readonly execution?: string;
}

export const withAround = (command: Command): Command =>
  withManage(withGuide(command)).option(
    "--execution <json>",
    "the algorithm that works its aims: algorithm, minutes, slices, exits, ... (docs/execution.md)",
  );

/** Of verbs that know contracts, since of two spot pairs none hedges the other. */
export const withHedge = (command: Command): Command =>
  command.option(
    "--hedge <json>",
    'the last of the pairs held against the others: {"with":PAIR}, ratio, share, band, ... (docs/strategies.md)',
  );

/** `exits`: fields of the plan given as options of their own. Throws `Invalid` naming the option, or file and line. */
export const aroundOf = (options: AroundOptions, exits: WrittenPlan = {}): Around => ({
  guide: guideOf(options),
  manage: manageOf(options, exits),
  hedge: options.hedge === undefined ? undefined : readHedge(jsonOption("--hedge", options.hedge), "--hedge"),
  execution:
    options.execution === undefined
      ? undefined
      : parseWork(jsonOption("--execution", options.execution), "--execution"),
});
