/** What a running strategy tells of itself when it is asked. */
import type { StrategyFigures, StrategyView } from "../../contracts/strategy.ts";
import type { TraderDesk } from "../../domain/strategy/desk.ts";
import type { Strategy, Trader } from "../../domain/strategy/strategy.ts";
import type { StrategySettings } from "./settings.ts";

type Counted = Pick<StrategyView, "running" | "candles" | "proposals" | "lastCandleAt">;

/** `now`: a model may have spoken since the strategy's last turn. */
export const figures = (desk: TraderDesk, trader: Trader, now = desk.now): StrategyFigures => ({
  ...(trader.unhedged && { unhedged: trader.unhedged(desk.now) }),
  ...(trader.inventory && { inventory: trader.inventory(desk) }),
  ...(trader.guiding && { guiding: trader.guiding(now) }),
});

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
  ...figures(desk, trader),
  // The answer is written later, when the next candle may have changed what the trader handed out.
  state: structuredClone(trader.save()),
});
