/** Averages that TA-Lib lacks; each with the source of its formula. */
import { Ema } from "../ema.ts";
import { Back } from "../parts/back.ts";
import { isNumber, type Part } from "../parts/part.ts";
import { Sum } from "../parts/sum.ts";
import { Window } from "../parts/window.ts";

/** Ehlers and Way, "Zero Lag (Well, Almost)" (2010): the average of x + (x - x of half a length ago). */
export class Zlema implements Part {
  private readonly back: Back;
  private readonly ema: Ema;

  constructor(length: number) {
    this.back = new Back(zlemaLag(length));
    this.ema = new Ema(length);
  }

  push(x: number): number {
    return this.ema.push(2 * x - this.back.push(x));
  }
}

export const zlemaLag = (length: number): number => Math.max(1, Math.floor((length - 1) / 2));

/** Fixed weights over a window, the newest first. Work grows with the window. */
class Weighted implements Part {
  private readonly weights: Float64Array;
  private readonly window: Window;

  constructor(weights: Float64Array) {
    this.weights = weights;
    this.window = new Window(weights.length);
    let total = 0;
    for (const weight of weights) total += weight;
    for (let i = 0; i < weights.length; i += 1) weights[i]! /= total;
  }

  push(x: number): number {
    if (!isNumber(x)) return Number.NaN;
    const { weights, window } = this;
    window.push(x);
    if (!window.full) return Number.NaN;
    let sum = 0;
    for (let age = weights.length - 1; age >= 0; age -= 1) sum += weights[age]! * window.at(age);
    return sum;
  }
}

/** Legoux and Kouzis-Loukas (2009): Gaussian weights about `offset` of the window, `sigma` deviations wide. */
export class Alma extends Weighted {
  constructor(length: number, offset: number, sigma: number) {
    const middle = offset * (length - 1);
    const width = length / sigma;
    super(
      Float64Array.from({ length }, (_, age) =>
        Math.exp(-((length - 1 - age - middle) ** 2) / (2 * width ** 2)),
      ),
    );
  }
}

/** Weights 1, 1, 2, 3, 5, ..., the greatest for the newest. */
export class Fwma extends Weighted {
  constructor(length: number) {
    const weights = new Float64Array(length).fill(1);
    for (let age = length - 3; age >= 0; age -= 1) weights[age] = weights[age + 1]! + weights[age + 2]!;
    super(weights);
  }
}

/** McGinley (1991): value += (x - value) / (length * (x / value)^4); starts at the first number. */
export class Mcginley implements Part {
  private readonly length: number;
  private value = Number.NaN;

  constructor(length: number) {
    this.length = length;
  }

  push(x: number): number {
    if (!isNumber(x)) return Number.NaN;
    const { value } = this;
    const pace = this.length * (x / value) ** 4;
    // A step past x, as after a steep fall, would not follow but fling.
    this.value = isNumber(value) && value !== 0 && pace > 1 ? value + (x - value) / pace : x;
    return this.value;
  }
}

/** Chande (1992, with CMO 1995): an exponential average whose weight is scaled by |sum of changes| / sum of |changes|. */
export class Vidya implements Part {
  private readonly weight: number;
  private readonly changes: Sum;
  private readonly moves: Sum;
  private last = Number.NaN;
  private value = Number.NaN;

  constructor(length: number, cmoLength: number) {
    this.weight = 2 / (length + 1);
    this.changes = new Sum(cmoLength);
    this.moves = new Sum(cmoLength);
  }

  push(x: number): number {
    if (!isNumber(x)) return Number.NaN;
    const change = this.changes.push(x - this.last);
    const moves = this.moves.push(Math.abs(x - this.last));
    const { last } = this;
    this.last = x;
    if (!isNumber(moves)) return Number.NaN;
    if (!isNumber(this.value)) this.value = last;
    const index = moves > 0 ? Math.min(1, Math.abs(change) / moves) : 0;
    return (this.value += this.weight * index * (x - this.value));
  }
}
