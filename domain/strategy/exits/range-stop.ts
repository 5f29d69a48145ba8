/**
 * Stops by the average true range (Wilder 1978): `atr` stays where it was set, some ranges below the average entry (above it for a
 * short); `chandelier` (Le Beau) hangs as many below the highest high since. Neither ever loosens: a level further from the price is passed over.
 */
import { TrueRange } from "../../indicators/parts/true-range.ts";
import { Wilder } from "../../indicators/parts/wilder.ts";
import { Invalid } from "../../values/invalid.ts";

export const rangeStopKinds = ["atr", "chandelier"] as const;

export interface RangeStopRule {
  readonly kind: (typeof rangeStopKinds)[number];
  readonly ranges: number;
  /** Candles of the average. */
  readonly length: number;
}

/** `atr:2` or `chandelier:3:22`: the kind, how many ranges, over how many candles (14, and 22 of a chandelier). */
export const readRangeStop = (text: string, field: string): RangeStopRule => {
  const [name, ranges = "", length, ...more] = text.split(":");
  const kind = rangeStopKinds.find((each) => each === name);
  const rule = {
    ranges: Number(ranges),
    length: length === undefined ? (kind === "atr" ? 14 : 22) : Number(length),
  };
  if (
    kind === undefined ||
    more.length > 0 ||
    ranges === "" ||
    !(rule.ranges > 0 && rule.ranges <= 100) ||
    !(Number.isInteger(rule.length) && rule.length >= 1 && rule.length <= 1_000)
  )
    throw new Invalid(field, "atr:RANGES or chandelier:RANGES, with :CANDLES behind it if wanted", text);
  return { kind, ...rule };
};

/** The average true range. Fields are its state. */
export class AverageRange {
  private readonly trueRange = new TrueRange();
  private readonly average: Wilder;
  /** NaN until there are candles enough. */
  value = Number.NaN;

  constructor(length: number) {
    this.average = new Wilder(length);
  }

  candle(high: number, low: number, close: number): void {
    this.value = this.average.push(this.trueRange.push(high, low, close));
  }
}

/** Fields are its state: saved and loaded by their names. */
export class RangeStop {
  private readonly range: AverageRange;
  private readonly ranges: number;
  private readonly hangs: boolean;
  private best = Number.NaN;
  /** Of the position: 1 long, -1 short. */
  private way = 1;
  /** NaN: none yet. */
  level = Number.NaN;

  constructor({ kind, ranges, length }: RangeStopRule) {
    this.range = new AverageRange(length);
    this.ranges = ranges;
    this.hangs = kind === "chandelier";
  }

  /** Every candle, with a position or without. */
  candle(high: number, low: number, close: number): void {
    this.range.candle(high, low, close);
  }

  /** Bought, or sold short, at this average price. */
  opened(price: number, short: boolean): void {
    this.way = short ? -1 : 1;
    this.reach(price);
    this.tighten(price);
  }

  /** The best price of a candle with the position open. */
  follow(best: number): void {
    this.reach(best);
    // What had no range yet when it was opened gets its stop as soon as there is one.
    if (this.hangs || Number.isNaN(this.level)) this.tighten(this.best);
  }

  /** The position has ended. */
  ended(): void {
    this.level = this.best = Number.NaN;
  }

  private reach(price: number): void {
    if (!((this.best - price) * this.way >= 0)) this.best = price;
  }

  private tighten(from: number): void {
    const level = from - this.way * this.ranges * this.range.value;
    if (level > 0 && !((this.level - level) * this.way >= 0)) this.level = level;
  }
}
