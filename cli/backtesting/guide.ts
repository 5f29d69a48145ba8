/** Predictions of a model that guide the strategy of a backtest: from a file, and how. */
import { existsSync, readFileSync } from "node:fs";
import { parseGuidance } from "../../domain/strategy/guidance.ts";
import type { Guide } from "../../domain/strategy/guided.ts";
import { parsePredictions } from "../../domain/strategy/predictions.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { jsonOption } from "../trials/options.ts";

export interface GuideOptions {
  readonly predictions?: string;
  readonly guide?: string;
}

export const guideOf = ({ predictions, guide }: GuideOptions): Guide | undefined => {
  if (predictions === undefined) {
    if (guide !== undefined) throw new Invalid("--guide", "--predictions beside it", guide);
    return undefined;
  }
  if (!existsSync(predictions)) throw new Invalid("--predictions", "a file that exists", predictions);
  return {
    guidance: parseGuidance(jsonOption("--guide", guide), "--guide"),
    source: parsePredictions(readFileSync(predictions, "utf8"), predictions),
  };
};
