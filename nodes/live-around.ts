/** What stands around a configured strategy, live and in a replay: each part is a field of it in the configuration. */
import type { FollowedFile } from "../adapters/predictions/followed-file.ts";
import type { Strategy } from "../domain/strategy/strategy.ts";
import { checkGuide, guidedLive } from "./live-guide.ts";
import type { StrategySettings } from "./settings.ts";

type Around = Pick<StrategySettings, "guide" | "predictions">;

/** `field`: of the strategy in the configuration. Throws `Invalid`. */
export const checkAround = (around: Around, field: string, runsHere: boolean): void =>
  checkGuide(around, field, runsHere);

/** The strategy itself where nothing stands around it. */
export const aroundLive = (
  strategy: Strategy,
  around: Around,
  field: string,
  ports: Pick<FollowedFile, "clock" | "tell">,
): Strategy => guidedLive(strategy, around, field, ports);
