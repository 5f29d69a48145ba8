/** Strength of rises against falls by Wilder's smoothing: RSI (1978), CMO as TA-Lib smooths it, and what builds on RSI. */
import { Ema } from "../ema.ts";
import { calmFrom, isNumber, type Part } from "../parts/part.ts";
import { Wilder } from "../parts/wilder.ts";

/** Smoothed rises and falls. */
class Moves {
  readonly ups: Wilder;
  readonly downs: Wilder;
  last = Number.NaN;

  constructor(length: number) {
    this.ups = new Wilder(length);
    this.downs = new Wilder(length);
  }

  /** Whether there are values. */
  push(x: number): boolean {
    const { ups, downs } = this;
    const change = x - this.last;
    if (!isNumber(change)) {
      if (isNumber(x)) this.last = x;
      return false;
    }
    this.last = x;
    const up = change > 0 ? change : 0;
    const down = change < 0 ? -change : 0;
    if (!ups.warm) {
      ups.take(up);
      return downs.take(down);
    }
    // `take`, written out: this is most of what a streamed RSI costs.
    const { length } = ups;
    ups.value = (ups.value * (length - 1) + up) / length;
    downs.value = (downs.value * (length - 1) + down) / length;
    return true;
  }
}

/** RSI of smoothed rises and falls: 100 * up / (up + down); 0 where nothing moved. */
const strength = (up: number, down: number): number => {
  const total = up + down;
  return total === 0 ? 0 : 100 * (up / total);
};

/** As `strength`. */
export class Rsi implements Part {
  private readonly moves: Moves;

  constructor(length: number) {
    this.moves = new Moves(length);
  }

  push(x: number): number {
    const { moves } = this;
    if (!moves.push(x)) return Number.NaN;
    return strength(moves.ups.value, moves.downs.value);
  }

  over(xs: Float64Array, ys: Float64Array): void {
    const { moves } = this;
    const { ups, downs } = moves;
    let t = 0;
    // One number more than it takes: the first change of the loop is from one that was looked at.
    for (let warm = false; t < xs.length && !warm; t += 1) {
      warm = ups.warm;
      ys[t] = this.push(xs[t]!);
    }
    if (t === 0 || !calmFrom(xs, t - 1)) {
      for (; t < xs.length; t += 1) ys[t] = this.push(xs[t]!);
      return;
    }
    const { length } = ups;
    const most = length - 1;
    let [up, down, last] = [ups.value, downs.value, moves.last];
    for (; t < xs.length; t += 1) {
      const x = xs[t]!;
      const change = x - last;
      last = x;
      up = (up * most + (change > 0 ? change : 0)) / length;
      down = (down * most + (change < 0 ? -change : 0)) / length;
      ys[t] = strength(up, down);
    }
    ups.value = up;
    downs.value = down;
    moves.last = last;
  }
}

/** 100 * (up - down) / (up + down); 0 where nothing moved. */
export class Cmo implements Part {
  private readonly moves: Moves;

  constructor(length: number) {
    this.moves = new Moves(length);
  }

  push(x: number): number {
    const { moves } = this;
    if (!moves.push(x)) return Number.NaN;
    const [up, down] = [moves.ups.value, moves.downs.value];
    const total = up + down;
    return total === 0 ? 0 : 100 * ((up - down) / total);
  }
}

/** Blau's true strength index (1991): twice smoothed change by twice smoothed |change|, in percent. */
export class Tsi implements Part {
  private readonly changes: readonly Ema[];
  private readonly moves: readonly Ema[];
  private last = Number.NaN;

  constructor(slow: number, fast: number) {
    this.changes = [new Ema(slow), new Ema(fast)];
    this.moves = [new Ema(slow), new Ema(fast)];
  }

  push(x: number): number {
    const change = x - this.last;
    if (isNumber(x)) this.last = x;
    const changes = this.changes[1]!.push(this.changes[0]!.push(change));
    const moves = this.moves[1]!.push(this.moves[0]!.push(Math.abs(change)));
    return moves === 0 ? 0 : (100 * changes) / moves;
  }
}
