/** Options of verbs that test a strategy, of what stands around it. */
import type { Command } from "commander";
import type { Around } from "../../nodes/around.ts";
import { guideOf, type GuideOptions, withGuide } from "./guide.ts";

export type AroundOptions = GuideOptions;

export const withAround = (command: Command): Command => withGuide(command);

/** Throws `Invalid` naming the option, or file and line. */
export const aroundOf = (options: AroundOptions): Around => ({ guide: guideOf(options) });
