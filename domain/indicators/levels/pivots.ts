/**
 * Pivot levels of the floor traders and their kin: from open, high, low and close of the day, week or month before, the
 * same for all candles of this one. A span of which the first candle was not seen, as at the start of data, gives none.
 */
import { spanStart, type Span } from "../calendar.ts";
import type { Calculation } from "../declaration.ts";
import { isNumber } from "../parts/part.ts";

export interface System {
  readonly title: string;
  readonly outputs: readonly string[];
  /** Puts the levels, in the order of `outputs`. */
  readonly put: (y: Float64Array, open: number, high: number, low: number, close: number) => void;
}

/** The pivot, then resistances and supports by distance. */
const names = (count: number): readonly string[] => [
  "pivot",
  ...Array.from({ length: count }, (_, k) => [`r${k + 1}`, `s${k + 1}`]).flat(),
];

/** Both sides of `from` at these distances. */
const around = (y: Float64Array, from: number, range: number, shares: readonly number[]): void => {
  for (let k = 0; k < shares.length; k += 1) {
    y[1 + 2 * k] = from + range * shares[k]!;
    y[2 + 2 * k] = from - range * shares[k]!;
  }
};

/** R1 = 2 P - L, S1 = 2 P - H; R2, S2 = P +- (H - L); R3 = H + 2 (P - L), S3 = L - 2 (H - P). */
const floor = (y: Float64Array, pivot: number, high: number, low: number): void => {
  y[0] = pivot;
  y[1] = 2 * pivot - low;
  y[2] = 2 * pivot - high;
  y[3] = pivot + (high - low);
  y[4] = pivot - (high - low);
  y[5] = high + 2 * (pivot - low);
  y[6] = low - 2 * (high - pivot);
};

const FIBONACCI = [0.382, 0.618, 1];
const CAMARILLA = [1.1 / 12, 1.1 / 6, 1.1 / 4, 1.1 / 2];

export const systems: Readonly<Record<string, System>> = {
  pivots: {
    title: "Pivot levels of floor traders: P = (H + L + C) / 3",
    outputs: names(3),
    put: (y, _open, high, low, close) => floor(y, (high + low + close) / 3, high, low),
  },
  pivotswoodie: {
    title: "Woodie's pivot levels: P = (H + L + 2 C) / 4",
    outputs: names(3),
    put: (y, _open, high, low, close) => floor(y, (high + low + 2 * close) / 4, high, low),
  },
  pivotsfibonacci: {
    title: "Pivot levels at 0.382, 0.618 and 1 of the range",
    outputs: names(3),
    put: (y, _open, high, low, close) => {
      y[0] = (high + low + close) / 3;
      around(y, y[0], high - low, FIBONACCI);
    },
  },
  pivotscamarilla: {
    title: "Camarilla's levels (Stott 1989): the close +- 1.1 of the range by 12, 6, 4, 2",
    outputs: names(4),
    put: (y, _open, high, low, close) => {
      y[0] = (high + low + close) / 3;
      around(y, close, high - low, CAMARILLA);
    },
  },
  pivotsdemark: {
    title: "DeMark's levels: what counts double depends on close against open",
    outputs: names(1),
    put: (y, open, high, low, close) => {
      const double = close < open ? low : close > open ? high : close;
      const sum = high + low + close + double;
      y[0] = sum / 4;
      y[1] = sum / 2 - low;
      y[2] = sum / 2 - high;
    },
  },
};

export class Pivots implements Calculation {
  private readonly put: System["put"];
  private readonly span: Span;
  private start = Number.NaN;
  private open = Number.NaN;
  private high = Number.NaN;
  private low = Number.NaN;
  private close = Number.NaN;
  private whole = false;
  private readonly levels: Float64Array;

  constructor({ put, outputs }: System, span: Span) {
    this.put = put;
    this.span = span;
    this.levels = new Float64Array(outputs.length).fill(Number.NaN);
  }

  /** `x`: openAt in ms, open, high, low, close. */
  step(x: Float64Array, y: Float64Array): void {
    if (!isNumber(x[0]! + x[1]! + x[2]! + x[3]! + x[4]!)) {
      y.fill(Number.NaN);
      return;
    }
    const start = spanStart(x[0]!, this.span);
    if (start !== this.start) {
      if (this.whole) this.put(this.levels, this.open, this.high, this.low, this.close);
      // Where data begins within a span, its high and low are not known; a gap in later spans is the market's.
      this.whole = isNumber(this.start) || x[0] === start;
      this.start = start;
      this.open = x[1]!;
      this.high = x[2]!;
      this.low = x[3]!;
    }
    this.high = Math.max(this.high, x[2]!);
    this.low = Math.min(this.low, x[3]!);
    this.close = x[4]!;
    y.set(this.levels);
  }
}
