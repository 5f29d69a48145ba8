/** How predictions guide a configured strategy, live and in a replay: out of a file that the model goes on writing, by the gateway, or both. */
import { existsSync } from "node:fs";
import { followedPredictions, type FollowedFile } from "../adapters/predictions/followed-file.ts";
import { parseGuidance } from "../domain/strategy/guidance.ts";
import { guidedBy } from "../domain/strategy/guided.ts";
import { Predictions } from "../domain/strategy/predictions.ts";
import type { Strategy } from "../domain/strategy/strategy.ts";
import { Invalid } from "../domain/values/invalid.ts";
import type { StrategySettings } from "./settings.ts";

type Guided = Pick<StrategySettings, "guide" | "predictions">;

/** `field`: of the strategy in the configuration. The file is looked for where strategies run. Throws `Invalid`. */
export const checkGuide = ({ guide, predictions }: Guided, field: string, runsHere: boolean): void => {
  parseGuidance(guide, `${field}.guide`);
  if (predictions !== undefined && runsHere && !existsSync(predictions))
    throw new Invalid(`${field}.predictions`, "a file that exists", predictions);
};

/** The strategy itself where nothing guides it. */
export const guidedLive = (
  strategy: Strategy,
  { guide, predictions }: Guided,
  field: string,
  { clock, tell }: Pick<FollowedFile, "clock" | "tell">,
): Strategy => {
  if (guide === undefined && predictions === undefined) return strategy;
  const source =
    predictions === undefined
      ? new Predictions()
      : followedPredictions({ path: predictions, field: `${field}.predictions`, clock, tell });
  return guidedBy(strategy, { guidance: parseGuidance(guide, `${field}.guide`), source });
};
