/** What strategies of several legs hold unhedged. One of a single instrument has nothing to tell and is not asked. */
import { ref } from "../../contracts/contract.ts";
import { StrategyContract } from "../../contracts/strategy.ts";
import type { Engine } from "../engine.ts";
import type { Board } from "./board.ts";

export const unhedged = async (
  { wire, settings }: Pick<Engine, "wire" | "settings">,
  strategy: string,
  board: Board,
): Promise<void> => {
  const legs = settings.strategies.find(({ id }) => id === strategy)?.instruments.length ?? 0;
  if (legs < 2) return;
  const { unhedged: told } = await ref(wire, StrategyContract, strategy).inspect();
  if (told === undefined) return;
  board.raise("unhedged_seconds_total", told.seconds, { strategy });
  board.raise("unhedged_notional_seconds_total", told.notionalSeconds, { strategy });
  board.raise("unhedged_episodes_total", told.episodes, { strategy });
  board.set("unhedged_notional", told.notional, { strategy });
  board.set("unhedged_notional_peak", told.peakNotional, { strategy });
};
