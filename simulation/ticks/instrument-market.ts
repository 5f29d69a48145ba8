/** One instrument's prints as its actor tells them: each refused if it is nonsense, candles closed by trades and by time. */
import type { Timeframe } from "../../domain/market/candle.ts";
import { CandleSeries, type ClosedCandle } from "../../domain/market/candle-series.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Trade } from "../../domain/market/tick.ts";
import { toFloat, type Side, type Timestamp } from "../../domain/values/values.ts";
import type { Listing } from "../venue/venue.ts";

export interface TickBatch {
  readonly trades: readonly Trade[];
  readonly candles: readonly ClosedCandle[];
  readonly at: Timestamp;
}

const NONE: readonly never[] = [];

export class InstrumentMarket {
  readonly listing: Listing;
  readonly instrument: Instrument;
  /** Printed and not told yet. */
  readonly waiting: Trade[] = [];
  /** Told so far. */
  candles = 0;
  private readonly series: CandleSeries;
  private readonly tick: number;
  private readonly ticksPerOne: number;
  private readonly lot: number;
  private readonly lotsPerOne: number;
  private at = 0;

  constructor(listing: Listing, instrument: Instrument, frames: Iterable<Timeframe>) {
    this.listing = listing;
    this.instrument = instrument;
    this.series = new CandleSeries(instrument.lotSize, frames);
    [this.tick, this.ticksPerOne] = stepOf(listing.tick);
    [this.lot, this.lotsPerOne] = stepOf(listing.lot);
  }

  print(id: number, ticks: number, lots: number, side: Side, at: number): void {
    // One division of whole numbers: the double nearest to the venue's decimal text.
    const price = (ticks * this.tick) / this.ticksPerOne;
    const quantity = (lots * this.lot) / this.lotsPerOne;
    this.waiting.push({ at: at as Timestamp, price, quantity, side, id });
  }

  take(trade: Trade): TickBatch {
    this.at = Math.max(this.at, trade.at);
    const closed = [...this.series.push(trade), ...this.series.closeBefore(this.at as Timestamp)];
    this.candles += closed.length;
    return { trades: [trade], candles: closed, at: this.at as Timestamp };
  }

  /** The market's time has come to `at`. Undefined where nothing closed by it. */
  takeTime(at: Timestamp): TickBatch | undefined {
    this.at = Math.max(this.at, at);
    const closed = this.series.closeBefore(this.at as Timestamp);
    this.candles += closed.length;
    return closed.length === 0 ? undefined : { trades: NONE, candles: closed, at: this.at as Timestamp };
  }
}

/** A step as multiple / divisor, both whole: 0.00000001 is 1 / 1e8. */
const stepOf = (step: bigint): [multiple: number, divisor: number] => {
  let divisor = 1;
  let multiple = step;
  const one = 10n ** 18n;
  for (let left = one; left > 1n && multiple % 10n === 0n; left /= 10n) multiple /= 10n;
  divisor = Number(one / (step / multiple));
  const number = Number(multiple);
  return Number.isSafeInteger(number) ? [number, divisor] : [toFloat(step), 1];
};
