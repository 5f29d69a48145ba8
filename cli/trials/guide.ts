/** Options of verbs that test a strategy: predictions of a model that guide it, and how. */
import type { Command } from "commander";
import { readGuide, type WrittenGuide } from "../../nodes/guide.ts";
import { jsonOption } from "./json-option.ts";

export interface GuideOptions {
  readonly predictions?: string;
  readonly guide?: string;
}

export const withGuide = (command: Command): Command =>
  command
    .option("--predictions <file>", "of a model, as CSV, that guide the strategy (docs/strategies.md)")
    .option(
      "--guide <json>",
      "how they do: mode, sure, weight, threshold, staleMs, without, cap, entriesPerHour",
    );

/** Throws `Invalid` naming the option, or file and line. */
export const guideOf = ({ predictions, guide }: GuideOptions): WrittenGuide | undefined =>
  readGuide(predictions, guide === undefined ? undefined : jsonOption("--guide", guide), {
    predictions: "--predictions",
    guide: "--guide",
  });
