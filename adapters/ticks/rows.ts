/**
 * What every tick store asks of its rows before one of them is taken, and the order it gives them back in.
 * A number that cannot be stored exactly would spoil its whole batch, so a bad row is named at once and
 * nothing of its call is queued.
 */
import type { Candle } from "../../domain/market/candle.ts";
import type { Trade } from "../../domain/market/tick.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { InstrumentId } from "../../domain/values/values.ts";

/** The last millisecond that nanoseconds in 64 bits can hold (year 2262). */
export const LATEST_MS = 9_223_372_036_853;
const COUNT_MAX = 2_147_483_647;

// Control characters and backslashes have no safe spelling in line protocol; a colon parts venue and symbol.
const instrumentPattern = /^[^:\\\u0000-\u001f]+:[^\\\u0000-\u001f]+$/;

export const checkInstrument = (instrument: InstrumentId): void => {
  if (!instrumentPattern.test(instrument))
    throw new Invalid("instrument", "<venue>:<symbol> without control characters or backslashes", instrument);
};

const isTime = (at: number): boolean => Number.isSafeInteger(at) && at >= 0 && at <= LATEST_MS;

/** Throws `Invalid` naming the row and field of the first bad trade. */
export const checkTrades = (trades: readonly Trade[]): void => {
  for (let i = 0; i < trades.length; i += 1) {
    const trade = trades[i]!;
    if (!isTime(trade.at)) throw new Invalid(`trades[${i}].at`, "whole milliseconds since 1970", trade.at);
    if (!Number.isSafeInteger(trade.id) || trade.id < 0)
      throw new Invalid(`trades[${i}].id`, "a whole number from 0 to 2^53 - 1", trade.id);
    if (!Number.isFinite(trade.price))
      throw new Invalid(`trades[${i}].price`, "a finite number", trade.price);
    if (!Number.isFinite(trade.quantity))
      throw new Invalid(`trades[${i}].quantity`, "a finite number", trade.quantity);
  }
};

/** Throws `Invalid` naming the row and field of the first bad candle. */
export const checkCandles = (candles: readonly Candle[]): void => {
  for (let i = 0; i < candles.length; i += 1) {
    const candle = candles[i]!;
    if (!isTime(candle.openAt))
      throw new Invalid(`candles[${i}].openAt`, "whole milliseconds since 1970", candle.openAt);
    for (const field of ["open", "high", "low", "close", "volume"] as const)
      if (!Number.isFinite(candle[field]))
        throw new Invalid(`candles[${i}].${field}`, "a finite number", candle[field]);
    if (!Number.isInteger(candle.trades) || candle.trades < 0 || candle.trades > COUNT_MAX)
      throw new Invalid(`candles[${i}].trades`, "a whole number from 0 to 2^31 - 1", candle.trades);
  }
};

/** Oldest first, equal times by trade id. */
export const inTradeOrder = (a: Trade, b: Trade): number => a.at - b.at || a.id - b.id;

/** Bounds of a query as whole milliseconds that every store can hold. */
export const bound = (ms: number): number => Math.ceil(Math.min(Math.max(ms, 0), LATEST_MS + 1));
