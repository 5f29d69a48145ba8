/** What is watched of running strategies: what they hold without an answer, and the model that guides them. Others have nothing to tell. */
import { ref } from "../../contracts/contract.ts";
import { StrategyContract } from "../../contracts/strategy.ts";
import type { Engine } from "../engine.ts";
import type { Board } from "./board.ts";

export const figures = async (
  { wire, settings, marketNow }: Pick<Engine, "wire" | "settings" | "marketNow">,
  strategy: string,
  board: Board,
): Promise<void> => {
  const { unhedged, inventory, guiding } = await ref(wire, StrategyContract, strategy).figures();
  if (unhedged !== undefined) {
    board.raise("unhedged_seconds_total", unhedged.seconds, { strategy });
    board.raise("unhedged_notional_seconds_total", unhedged.notionalSeconds, { strategy });
    board.raise("unhedged_episodes_total", unhedged.episodes, { strategy });
    board.set("unhedged_notional", unhedged.notional, { strategy });
    board.set("unhedged_notional_peak", unhedged.peakNotional, { strategy });
  }
  const instruments = settings.strategies.find(({ id }) => id === strategy)?.instruments ?? [];
  for (const [i, instrument] of instruments.entries()) {
    const labels = { strategy, instrument };
    const held = inventory?.[i];
    if (held !== undefined) {
      board.set("inventory_notional", held.notional, labels);
      board.set("inventory_notional_peak", held.peakNotional, labels);
    }
    const at = guiding?.newest[i] ?? null;
    if (at !== null) board.set("prediction_age_seconds", Math.max(0, marketNow() - at) / 1_000, labels);
    for (const [verdict, count] of Object.entries(guiding?.counts[i] ?? {}))
      board.raise("prediction_entries_total", count, { ...labels, verdict });
  }
};
