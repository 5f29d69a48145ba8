/** How numbers of a window spread: deviation, score, rank, skewness and kurtosis. */
import { Moments } from "../parts/moments.ts";
import { isNumber, type Part } from "../parts/part.ts";
import { Window } from "../parts/window.ts";

/** The population's variance (`factor` 0), or its deviation times `factor`. */
export class Deviation implements Part {
  private readonly moments: Moments;
  private readonly factor: number;

  constructor(length: number, factor: number) {
    this.moments = new Moments(length);
    this.factor = factor;
  }

  push(x: number): number {
    const { moments, factor } = this;
    if (!moments.push(x)) return Number.NaN;
    return factor === 0 ? moments.variance : Math.sqrt(moments.variance) * factor;
  }
}

/** (x - mean) / deviation; 0 where nothing varies. */
export class ZScore implements Part {
  private readonly moments: Moments;

  constructor(length: number) {
    this.moments = new Moments(length);
  }

  push(x: number): number {
    const { moments } = this;
    if (!moments.push(x)) return Number.NaN;
    return moments.variance === 0 ? 0 : (x - moments.mean) / Math.sqrt(moments.variance);
  }
}

/** Median, or the newest number's rank among those before it, in percent. A number moves its neighbours: work grows with the window. */
export class Rank implements Part {
  private readonly window: Window;
  private readonly sorted: Float64Array;
  private readonly ranks: boolean;
  private count = 0;

  constructor(length: number, ranks: boolean) {
    this.window = new Window(length);
    this.sorted = new Float64Array(length);
    this.ranks = ranks;
  }

  push(x: number): number {
    if (!isNumber(x)) return Number.NaN;
    const { window, sorted } = this;
    const gone = window.push(x);
    if (isNumber(gone)) {
      const at = this.place(gone) - 1;
      sorted.copyWithin(at, at + 1, this.count);
      this.count -= 1;
    }
    const at = this.place(x);
    sorted.copyWithin(at + 1, at, this.count);
    sorted[at] = x;
    this.count += 1;
    if (!window.full) return Number.NaN;
    if (this.ranks) return (100 * at) / (this.count - 1);
    const half = this.count >> 1;
    return this.count % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  }

  /** How many are not greater. */
  private place(x: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sorted[middle]! <= x) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Third (skewness) or fourth (excess kurtosis) standardised moment. Powers would cancel in sums: work grows with the window. */
export class Standardised implements Part {
  private readonly moments: Moments;
  private readonly window: Window;
  private readonly order: number;

  constructor(length: number, order: 3 | 4) {
    this.moments = new Moments(length);
    this.window = new Window(length);
    this.order = order;
  }

  push(x: number): number {
    if (!isNumber(x)) return Number.NaN;
    const { moments, window, order } = this;
    window.push(x);
    if (!moments.push(x)) return Number.NaN;
    if (moments.variance === 0) return 0;
    let sum = 0;
    for (let age = window.length - 1; age >= 0; age -= 1) {
      const d = window.at(age) - moments.mean;
      sum += order === 3 ? d * d * d : d * d * d * d;
    }
    const mean = sum / window.length;
    const { variance } = moments;
    return order === 3 ? mean / (variance * Math.sqrt(variance)) : mean / (variance * variance) - 3;
  }
}
