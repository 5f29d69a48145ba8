/**
 * Round trips of one strategy over prints, from the fills of its portfolio's turns: as the trades of a backtest over candles, but an order has
 * many fills, and a fee may be taken of the base. What a sale leaves below a lot cannot be sold: its trade is closed, and it goes into
 * the next one at the price that this begins with, so that the profits of all trades sum to the change of equity exactly.
 */
import type { CandleTable } from "../../domain/history/candle-table.ts";
import { timeframes, type Timeframe } from "../../domain/market/candle.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Fill } from "../../domain/order/order.ts";
import { excursionsOf } from "../../domain/performance/trade-metrics.ts";
import { notional, over, toFloat, type Price, type Quantity } from "../../domain/values/values.ts";
import type { BacktestTrade } from "../backtest/settings.ts";

/** All in 1e-18 of base or quote. */
class RoundTrip {
  readonly openAt: number;
  readonly tag: string;
  closeAt = 0;
  exitReason = "";
  held = 0n;
  bought = 0n;
  boughtFor = 0n;
  sold = 0n;
  soldFor = 0n;
  /** What left the cash and what came to it, fees of quote in it; what a trade takes over or leaves is in it at its worth. */
  paid = 0n;
  received = 0n;
  /** In quote, a fee of base at its fill's price. */
  fees = 0n;
  lowest: bigint;
  highest: bigint;

  constructor(openAt: number, tag: string, price: bigint) {
    this.openAt = openAt;
    this.tag = tag;
    this.lowest = this.highest = price;
  }
}

/** The trades of one instrument. */
export class RoundTrips {
  private readonly instrument: Instrument;
  private readonly ended: RoundTrip[] = [];
  private open: RoundTrip | undefined = undefined;
  /** Held, but too little to sell, since the last trade. */
  private rest = 0n;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
  }

  /** In the order of time. `reason`: of the order that was filled. */
  take({ side, price, quantity, notional: value, fee, feeAsset, at }: Fill, reason: string): void {
    const { base, quote, lotSize } = this.instrument;
    const trip = (this.open ??= this.begin(at, reason, price));
    const ofBase = feeAsset === base ? (fee as bigint) : 0n;
    const ofQuote = feeAsset === quote ? (fee as bigint) : 0n;
    trip.fees += ofQuote + notional(price, ofBase as Quantity);
    if (side === "buy") {
      trip.held += quantity - ofBase;
      trip.bought += quantity;
      trip.boughtFor += value;
      trip.paid += value + ofQuote;
    } else {
      trip.held -= quantity + ofBase;
      trip.sold += quantity;
      trip.soldFor += value;
      trip.received += value - ofQuote;
    }
    if (price < trip.lowest) trip.lowest = price;
    if (price > trip.highest) trip.highest = price;
    if (trip.held < lotSize) this.close(trip, at, reason);
  }

  /** What is open is valued at the last price. Rows of `candles` that lie within a trade tell how far the price went. */
  end(at: number, last: bigint, candles: CandleTable, frame: Timeframe): readonly BacktestTrade[] {
    const { open } = this;
    if (open !== undefined) {
      open.sold += open.held;
      const worth = notional(last as Price, open.held as Quantity);
      open.soldFor += worth;
      open.received += worth;
      open.held = 0n;
      if (last < open.lowest) open.lowest = last;
      if (last > open.highest) open.highest = last;
      this.close(open, at, "force_exit");
    }
    this.leave(last);
    return this.ended.map((trip) => tradeOf(trip, this.instrument.symbol, candles, timeframes[frame]));
  }

  private begin(at: number, tag: string, price: bigint): RoundTrip {
    const trip = new RoundTrip(at, tag, price);
    trip.held = this.rest;
    trip.paid = this.leave(price);
    return trip;
  }

  /** The rest is worth so much to the trade that left it. */
  private leave(price: bigint): bigint {
    const worth = notional(price as Price, this.rest as Quantity);
    const last = this.ended.at(-1);
    if (last !== undefined) last.received += worth;
    this.rest = 0n;
    return worth;
  }

  private close(trip: RoundTrip, at: number, reason: string): void {
    trip.closeAt = at;
    trip.exitReason = reason;
    this.rest = trip.held;
    this.ended.push(trip);
    this.open = undefined;
  }
}

const tradeOf = (trip: RoundTrip, pair: string, candles: CandleTable, span: number): BacktestTrade => {
  const { openAt, closeAt, tag, exitReason } = trip;
  let [lowest, highest] = [toFloat(trip.lowest), toFloat(trip.highest)];
  for (let row = candles.indexOf(openAt); row < candles.length; row += 1) {
    if (candles.at[row]! + span > closeAt) break;
    lowest = Math.min(lowest, candles.low[row]!);
    highest = Math.max(highest, candles.high[row]!);
  }
  const openPrice = toFloat(over(trip.boughtFor, trip.bought));
  const closePrice = trip.sold === 0n ? openPrice : toFloat(over(trip.soldFor, trip.sold));
  const profit = toFloat(trip.received - trip.paid);
  const { mae, mfe } = excursionsOf("long", openPrice, lowest, highest);
  return {
    ...{ pair, side: "long", tag, exitReason, openAt, closeAt, openPrice, closePrice },
    ...{ quantity: toFloat(trip.bought), profit, profitRatio: profit / toFloat(trip.paid) },
    ...{ fees: toFloat(trip.fees), mae, mfe },
  };
};
