/** Highest and lowest of a window, how long ago they came, and the middle of both. */
import { type Calculation, of } from "../declaration.ts";
import { Extreme } from "../parts/extreme.ts";
import { isNumber } from "../parts/part.ts";

export const middlesOf = of("high", "low");

export class Extremes implements Calculation {
  private readonly what: "max" | "min" | "maxindex" | "minindex" | "midpoint" | "minmax" | "minmaxindex";
  private readonly highs: Extreme;
  private readonly lows: Extreme;

  constructor(length: number, what: Extremes["what"]) {
    this.what = what;
    this.highs = new Extreme(length, 1);
    this.lows = new Extreme(length, -1);
  }

  step(x: Float64Array, y: Float64Array): void {
    const { what, highs, lows } = this;
    const highest = highs.push(x[0]!);
    const lowest = lows.push(x[0]!);
    const warm = isNumber(highest);
    if (what === "max") y[0] = highest;
    else if (what === "min") y[0] = lowest;
    else if (what === "midpoint") y[0] = (highest + lowest) / 2;
    else if (what === "maxindex") y[0] = warm ? highs.age : Number.NaN;
    else if (what === "minindex") y[0] = warm ? lows.age : Number.NaN;
    else if (what === "minmaxindex") {
      y[0] = warm ? lows.age : Number.NaN;
      y[1] = warm ? highs.age : Number.NaN;
    } else {
      y[0] = lowest;
      y[1] = highest;
    }
  }
}

export class Middle implements Calculation {
  private readonly highs: Extreme;
  private readonly lows: Extreme;

  constructor(length: number) {
    this.highs = new Extreme(length, 1);
    this.lows = new Extreme(length, -1);
  }

  step(x: Float64Array, y: Float64Array): void {
    const highest = this.highs.push(x[0]!);
    y[0] = (highest + this.lows.push(x[1]!)) / 2;
  }
}
