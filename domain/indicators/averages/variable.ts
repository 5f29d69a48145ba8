/**
 * An average whose length changes from candle to candle, TA-Lib's MAVP: one average runs for each length that may be
 * asked for, seeded where the longest is. So the work of a candle grows with the number of lengths.
 */
import type { Calculation } from "../declaration.ts";
import type { Part } from "../parts/part.ts";
import { averageLookback, lateAverage } from "./types.ts";

export const variableLookback = (one: number, other: number, type: string): number =>
  averageLookback(type, Math.max(one, other));

export class VariableAverage implements Calculation {
  private readonly shortest: number;
  private readonly averages: readonly Part[];

  constructor(one: number, other: number, type: string) {
    this.shortest = Math.min(one, other);
    const length = Math.abs(other - one) + 1;
    const lookback = variableLookback(one, other, type);
    this.averages = Array.from({ length }, (_, k) => lateAverage(type, this.shortest + k, lookback));
  }

  /** The length asked for loses its fraction. */
  step(x: Float64Array, y: Float64Array): void {
    const { averages } = this;
    const wanted = Math.trunc(x[1]!) - this.shortest;
    const chosen = Math.max(0, Math.min(averages.length - 1, wanted));
    y[0] = Number.NaN;
    for (let k = 0; k < averages.length; k += 1) {
      const value = averages[k]!.push(x[0]!);
      if (k === chosen) y[0] = value;
    }
  }
}
