/**
 * Wilder's directional movement (1978) with his running totals: DM, DI, DX, ADX, ADXR, as TA-Lib rounds them off. A
 * candle moves in one direction only: up where its high rose by more than its low fell, down the other way.
 */
import type { Calculation } from "../declaration.ts";
import { Back } from "../parts/back.ts";
import { isNumber } from "../parts/part.ts";
import { TrueRange } from "../parts/true-range.ts";
import { Wilder, WilderSum } from "../parts/wilder.ts";

/** Smoothed totals of plus and minus movement; NaN until warm. */
class Movement {
  plus = Number.NaN;
  minus = Number.NaN;
  private readonly pluses: WilderSum;
  private readonly minuses: WilderSum;
  private high = Number.NaN;
  private low = Number.NaN;

  constructor(length: number, tellsFirst: boolean) {
    this.pluses = new WilderSum(length, tellsFirst);
    this.minuses = new WilderSum(length, tellsFirst);
  }

  push(high: number, low: number): void {
    const up = high - this.high;
    const down = this.low - low;
    if (isNumber(high + low)) {
      this.high = high;
      this.low = low;
    }
    const known = isNumber(up + down);
    this.plus = this.pluses.push(known ? (up > 0 && up > down ? up : 0) : Number.NaN);
    this.minus = this.minuses.push(known ? (down > 0 && up < down ? down : 0) : Number.NaN);
  }
}

/** Movement as a share of the true range, in percent; 0 where there is no range. */
class Indexes {
  plus = Number.NaN;
  minus = Number.NaN;
  private readonly movement: Movement;
  private readonly trueRange = new TrueRange();
  private readonly ranges: WilderSum;

  constructor(length: number) {
    this.movement = new Movement(length, false);
    this.ranges = new WilderSum(length, false);
  }

  push(x: Float64Array): void {
    const { movement } = this;
    movement.push(x[0]!, x[1]!);
    const range = this.ranges.push(this.trueRange.push(x[0]!, x[1]!, x[2]!));
    this.plus = range === 0 ? 0 : (100 * movement.plus) / range;
    this.minus = range === 0 ? 0 : (100 * movement.minus) / range;
  }
}

export class DirectionalMovement implements Calculation {
  private readonly movement: Movement;
  private readonly sign: number;

  constructor(length: number, sign: 1 | -1) {
    this.movement = new Movement(length, true);
    this.sign = sign;
  }

  step(x: Float64Array, y: Float64Array): void {
    this.movement.push(x[0]!, x[1]!);
    y[0] = this.sign > 0 ? this.movement.plus : this.movement.minus;
  }
}

export class DirectionalIndex implements Calculation {
  private readonly indexes: Indexes;
  private readonly sign: number;

  constructor(length: number, sign: 1 | -1) {
    this.indexes = new Indexes(length);
    this.sign = sign;
  }

  step(x: Float64Array, y: Float64Array): void {
    this.indexes.push(x);
    y[0] = this.sign > 0 ? this.indexes.plus : this.indexes.minus;
  }
}

/** 100 * |plus - minus| / (plus + minus); where both are 0, the value before. */
class Dx {
  private readonly indexes: Indexes;
  private value = 0;

  constructor(length: number) {
    this.indexes = new Indexes(length);
  }

  push(x: Float64Array): number {
    const { indexes } = this;
    indexes.push(x);
    const total = indexes.plus + indexes.minus;
    if (!isNumber(total)) return Number.NaN;
    if (total !== 0) this.value = (100 * Math.abs(indexes.minus - indexes.plus)) / total;
    return this.value;
  }
}

export class DirectionalStrength implements Calculation {
  private readonly dx: Dx;

  constructor(length: number) {
    this.dx = new Dx(length);
  }

  step(x: Float64Array, y: Float64Array): void {
    y[0] = this.dx.push(x);
  }
}

/** DX smoothed; with `rating` the mean of it now and length - 1 candles ago. */
export class AverageDirection implements Calculation {
  private readonly dx: Dx;
  private readonly average: Wilder;
  private readonly back: Back;
  private readonly rating: boolean;

  constructor(length: number, rating: boolean) {
    this.dx = new Dx(length);
    this.average = new Wilder(length);
    this.back = new Back(Math.max(1, length - 1));
    this.rating = rating;
  }

  step(x: Float64Array, y: Float64Array): void {
    const value = this.average.push(this.dx.push(x));
    const before = this.back.push(value);
    y[0] = this.rating ? (value + before) / 2 : value;
  }
}
