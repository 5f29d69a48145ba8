/** What a running strategy tells of itself when it is asked. */
import type { StrategyView } from "../../contracts/strategy.ts";
import type { TraderDesk } from "../../domain/strategy/desk.ts";
import type { Strategy, Trader } from "../../domain/strategy/strategy.ts";
import type { StrategySettings } from "./settings.ts";

type Counted = Pick<StrategyView, "running" | "candles" | "proposals" | "lastCandleAt">;

export const inspection = (
  {
    strategy,
    instruments,
    params,
  }: Pick<StrategySettings, "instruments" | "params"> & {
    readonly strategy: Pick<Strategy, "name">;
  },
  counted: Counted,
  desk: TraderDesk,
  trader: Trader,
): StrategyView => ({
  ...{ strategy: strategy.name, instruments, params, ...counted },
  equity: desk.equity,
  exposures: [...desk.exposures],
  positions: [...desk.positions],
  orders: [...desk.open],
  ...(trader.unhedged && { unhedged: trader.unhedged(desk.now) }),
  // The answer is written later, when the next candle may have changed what the trader handed out.
  state: structuredClone(trader.save()),
});
