/**
 * When and where a position is left within one candle, by the assumptions that freqtrade documents for its backtests: the exit
 * signal at the open, then the stop (low before high), then the ROI table (compared to the high, left at its price), then
 * the trailing stop (the high moves it, the low meets it). docs/exits.md has every rule with its reason.
 */
import type { GuardedPosition } from "../../domain/strategy/exits/guarded-position.ts";
import { priceOfProfit } from "../../domain/strategy/exits/profit.ts";
import { type Exit, type ExitReason, roiStepAt } from "../../domain/strategy/exits/rules.ts";

export interface Bar {
  /** Open time, ms. */
  readonly at: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** Moves the trailing stop, and answers with the first exit in order. `frame`: minutes of a candle. */
export const freqtradeExit = (
  position: GuardedPosition,
  bar: Bar,
  frame: number,
  exitSignal: boolean,
): Exit | undefined => {
  const stopped = stopReason(position, bar);
  if (exitSignal) return { reason: "exit_signal", price: bar.open };
  if (stopped === "stop_loss" || stopped === "liquidation")
    return { reason: stopped, price: stopPrice(position, bar, stopped) };
  const roi = roiPrice(position, bar, frame);
  if (!Number.isNaN(roi)) return { reason: "roi", price: roi };
  return stopped && { reason: stopped, price: stopPrice(position, bar, stopped) };
};

const stopReason = (position: GuardedPosition, bar: Bar): ExitReason | undefined => {
  const worst = position.short ? bar.high : bar.low;
  // A stop that this candle has already met does not follow its best price any more.
  if (!position.reached(position.stop, worst)) position.trail(position.short ? bar.low : bar.high);
  const level = position.nearer(position.stop, position.liquidation);
  if (!position.reached(level, worst)) return undefined;
  if (level !== position.stop) return "liquidation";
  return position.moved ? "trailing_stop_loss" : "stop_loss";
};

const stopPrice = (position: GuardedPosition, bar: Bar, reason: ExitReason): number => {
  const { short, leverage } = position;
  const level = reason === "liquidation" ? position.liquidation : position.stop;
  // The whole candle lies beyond the stop: nobody got its price.
  if (!position.reached(short ? bar.low : bar.high, level)) return bar.open;
  if (reason !== "trailing_stop_loss" || position.minutesAt(bar.at) !== 0)
    return Math.min(Math.max(level, bar.low), bar.high);
  // On the candle of the entry the worst is assumed: just far enough to move the stop, and back at once.
  const { trailing } = position.rules;
  const side = short ? -1 : 1;
  const armed =
    trailing?.onlyOffsetIsReached === true && trailing.positive > 0
      ? bar.open * (1 + (side * (trailing.offset - trailing.positive)) / leverage)
      : bar.open * (1 - (side * position.stopRatio) / leverage);
  return short ? Math.min(bar.high, armed) : Math.max(bar.low, armed);
};

/** NaN: not left by the table. */
const roiPrice = (position: GuardedPosition, bar: Bar, frame: number): number => {
  const { short, openPrice } = position;
  const minutes = position.minutesAt(bar.at);
  const step = roiStepAt(position.rules.roi, minutes);
  if (step === undefined || !(position.profitAt(short ? bar.low : bar.high) > step.ratio)) return NaN;
  const onOpen = step.minutes % frame === 0;
  if (step.ratio === -1 && onOpen) return bar.open;
  const price = priceOfProfit(position, openPrice, step.ratio);
  const comesIntoForce = minutes > 0 && minutes === step.minutes && onOpen;
  if (comesIntoForce && (short ? bar.open < price : bar.open > price)) return bar.open;
  if (minutes === 0 && cameBeforeTheEntry(position, bar, price)) return NaN;
  return Math.min(Math.max(price, bar.low), bar.high);
};

/**
 * A limit order that waited below the open of a candle which then fell: its high was most likely before the entry, so only
 * what its close still paid is believed. Mirrored for shorts.
 */
const cameBeforeTheEntry = ({ short, openPrice }: GuardedPosition, bar: Bar, price: number): boolean =>
  short
    ? openPrice > bar.open && bar.open < bar.close && price < bar.close
    : openPrice < bar.open && bar.open > bar.close && price > bar.close;
