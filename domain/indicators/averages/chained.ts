/**
 * Averages made of averages: DEMA and TEMA (Mulloy 1994), T3 (Tillson 1998), TRIMA, Hull's average, and TRIX. Each
 * exponential average starts with the simple one of its first inputs, as TA-Lib's do.
 */
import { Ema } from "../ema.ts";
import { Back } from "../parts/back.ts";
import type { Part } from "../parts/part.ts";
import { Sma } from "../sma.ts";
import { Wma } from "./wma.ts";

/** 2 e1 - e2, where e2 averages e1. */
export class Dema implements Part {
  private readonly one: Ema;
  private readonly two: Ema;

  constructor(length: number) {
    this.one = new Ema(length);
    this.two = new Ema(length);
  }

  push(x: number): number {
    const one = this.one.push(x);
    return 2 * one - this.two.push(one);
  }
}

/** 3 e1 - 3 e2 + e3. */
export class Tema implements Part {
  private readonly one: Ema;
  private readonly two: Ema;
  private readonly three: Ema;

  constructor(length: number) {
    this.one = new Ema(length);
    this.two = new Ema(length);
    this.three = new Ema(length);
  }

  push(x: number): number {
    const one = this.one.push(x);
    const two = this.two.push(one);
    return 3 * one - 3 * two + this.three.push(two);
  }
}

/** Tillson's: (1 + v) e - v e(e), applied three times, multiplied out. */
export class T3 implements Part {
  private readonly chain: readonly Ema[];
  private readonly volume: number;

  constructor(length: number, volume: number) {
    this.chain = Array.from({ length: 6 }, () => new Ema(length));
    this.volume = volume;
  }

  push(x: number): number {
    const { chain, volume: v } = this;
    const three = chain[2]!.push(chain[1]!.push(chain[0]!.push(x)));
    const four = chain[3]!.push(three);
    const five = chain[4]!.push(four);
    const six = chain[5]!.push(five);
    const square = v * v;
    const cube = square * v;
    const c3 = -6 * square - 3 * (v + cube);
    return -cube * six + 3 * (square + cube) * five + c3 * four + (1 + 3 * v + cube + 3 * square) * three;
  }
}

/** A simple average of a simple average: weights rise to the middle of the window and fall again. */
export class Trima implements Part {
  private readonly one: Sma;
  private readonly two: Sma;

  constructor(length: number) {
    const half = Math.floor((length + 1) / 2);
    this.one = new Sma(half);
    this.two = new Sma(length + 1 - half);
  }

  push(x: number): number {
    return this.two.push(this.one.push(x));
  }
}

/** Hull (2005): the weighted average over sqrt(n) of 2 wma(n / 2) - wma(n). */
export class Hull implements Part {
  private readonly half: Wma;
  private readonly whole: Wma;
  private readonly last: Wma;

  constructor(length: number) {
    this.half = new Wma(Math.max(1, Math.floor(length / 2)));
    this.whole = new Wma(length);
    this.last = new Wma(hullSmoothing(length));
  }

  push(x: number): number {
    const half = this.half.push(x);
    return this.last.push(2 * half - this.whole.push(x));
  }
}

export const hullSmoothing = (length: number): number => Math.max(1, Math.floor(Math.sqrt(length)));

/** The change of a triple exponential average over one candle, in percent. */
export class Trix implements Part {
  private readonly chain: readonly Ema[];
  private readonly back = new Back(1);

  constructor(length: number) {
    this.chain = Array.from({ length: 3 }, () => new Ema(length));
  }

  push(x: number): number {
    const { chain } = this;
    const value = chain[2]!.push(chain[1]!.push(chain[0]!.push(x)));
    const before = this.back.push(value);
    return before === 0 ? 0 : (value / before - 1) * 100;
  }
}
