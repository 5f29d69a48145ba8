/**
 * Stops by the average true range (Wilder 1978): `atr` stays where it was set, some ranges below the average entry; `chandelier`
 * (Le Beau) hangs as many below the highest high since. Neither ever loosens: a level further from the price is passed over.
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

/** For a long position. Fields are its state: saved and loaded by their names. */
export class RangeStop {
  private readonly trueRange = new TrueRange();
  private readonly average: Wilder;
  private readonly ranges: number;
  private readonly hangs: boolean;
  private highest = Number.NaN;
  private range = Number.NaN;
  /** NaN: none yet. */
  level = Number.NaN;

  constructor({ kind, ranges, length }: RangeStopRule) {
    this.average = new Wilder(length);
    this.ranges = ranges;
    this.hangs = kind === "chandelier";
  }

  /** Every candle, with a position or without. */
  candle(high: number, low: number, close: number): void {
    this.range = this.average.push(this.trueRange.push(high, low, close));
  }

  /** Bought, now at this average price. */
  opened(price: number): void {
    if (!(this.highest >= price)) this.highest = price;
    this.tighten(price - this.ranges * this.range);
  }

  /** The best price of a candle with the position open. */
  follow(best: number): void {
    if (!(this.highest >= best)) this.highest = best;
    // What had no range yet when it was opened gets its stop as soon as there is one.
    if (this.hangs || Number.isNaN(this.level)) this.tighten(this.highest - this.ranges * this.range);
  }

  /** The position has ended. */
  ended(): void {
    this.level = this.highest = Number.NaN;
  }

  private tighten(level: number): void {
    if (level > 0 && !(level <= this.level)) this.level = level;
  }
}
