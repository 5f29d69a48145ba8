/**
 * When and where a position is left within one candle if nothing is assumed in its favour: the exit signal at the open, then
 * the stop, at the open where the candle opened beyond it, then the ROI table. The stop follows only the best prices of
 * candles that have closed, since nobody knows whether this one's came before its worst.
 */
import type { Bar } from "./freqtrade.ts";
import type { GuardedPosition } from "../../domain/strategy/exits/guarded-position.ts";
import { priceOfProfit } from "../../domain/strategy/exits/profit.ts";
import { type Exit, roiStepAt } from "../../domain/strategy/exits/rules.ts";

/** `since`: the position was opened within this candle, at a price other than its open, so its best price may be older. */
export const nextOpenExit = (
  position: GuardedPosition,
  bar: Bar,
  exitSignal: boolean,
  since: boolean,
): Exit | undefined => {
  // A signal acts at the open, when there was no position yet to leave.
  if (exitSignal && !since) return { reason: "exit_signal", price: bar.open };
  const { short } = position;
  const level = position.nearer(position.stop, position.liquidation);
  if (position.reached(level, short ? bar.high : bar.low)) {
    const gone = !since && position.reached(level, bar.open);
    const reason =
      level !== position.stop ? "liquidation" : position.moved ? "trailing_stop_loss" : "stop_loss";
    return { reason, price: gone ? bar.open : Math.min(Math.max(level, bar.low), bar.high) };
  }
  const roi = since ? NaN : roiPrice(position, bar);
  if (!Number.isNaN(roi)) return { reason: "roi", price: roi };
  position.trail(since ? bar.close : short ? bar.low : bar.high);
  return undefined;
};

/** NaN: not left by the table. An order rests at its price, and gets the open where that is better. */
const roiPrice = (position: GuardedPosition, bar: Bar): number => {
  const { short } = position;
  const step = roiStepAt(position.rules.roi, position.minutesAt(bar.at));
  if (step === undefined) return NaN;
  if (step.ratio <= -1) return bar.open;
  const price = priceOfProfit(position, position.openPrice, step.ratio);
  if (short ? bar.open <= price : bar.open >= price) return bar.open;
  return (short ? bar.low <= price : bar.high >= price) ? price : NaN;
};
