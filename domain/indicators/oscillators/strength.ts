/** Strength of rises against falls by Wilder's smoothing: RSI (1978), CMO as TA-Lib smooths it, and what builds on RSI. */
import { Ema } from "../ema.ts";
import { isNumber, type Part } from "../parts/part.ts";
import { Wilder } from "../parts/wilder.ts";

/** Smoothed rises and falls; NaN until warm. */
class Moves {
  up = Number.NaN;
  down = Number.NaN;
  private readonly ups: Wilder;
  private readonly downs: Wilder;
  private last = Number.NaN;

  constructor(length: number) {
    this.ups = new Wilder(length);
    this.downs = new Wilder(length);
  }

  push(x: number): void {
    const change = x - this.last;
    if (isNumber(x)) this.last = x;
    this.up = this.ups.push(change > 0 ? change : 0 * change);
    this.down = this.downs.push(change < 0 ? -change : 0 * change);
  }
}

/** 100 * up / (up + down); 0 where nothing moved. */
export class Rsi implements Part {
  private readonly moves: Moves;

  constructor(length: number) {
    this.moves = new Moves(length);
  }

  push(x: number): number {
    const { moves } = this;
    moves.push(x);
    const total = moves.up + moves.down;
    return total === 0 ? 0 : 100 * (moves.up / total);
  }

  over(xs: Float64Array, ys: Float64Array): void {
    for (let t = 0; t < xs.length; t += 1) ys[t] = this.push(xs[t]!);
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
    moves.push(x);
    const total = moves.up + moves.down;
    return total === 0 ? 0 : 100 * ((moves.up - moves.down) / total);
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
