/** Averages by name, for indicators that let one choose: TA-Lib's types but MAMA, which has no length. */
import { choice, type ChoiceParam } from "../declaration.ts";
import { Ema } from "../ema.ts";
import { Late } from "../parts/back.ts";
import type { Part } from "../parts/part.ts";
import { Wilder } from "../parts/wilder.ts";
import { Sma } from "../sma.ts";
import { Dema, Hull, hullSmoothing, T3, Tema, Trima } from "./chained.ts";
import { Kama } from "./kama.ts";
import { Wma } from "./wma.ts";

interface AverageType {
  make(length: number): Part;
  lookback(length: number): number;
}

const types: Readonly<Record<string, AverageType>> = {
  sma: { make: (n) => new Sma(n), lookback: (n) => n - 1 },
  ema: { make: (n) => new Ema(n), lookback: (n) => n - 1 },
  wma: { make: (n) => new Wma(n), lookback: (n) => n - 1 },
  dema: { make: (n) => new Dema(n), lookback: (n) => 2 * (n - 1) },
  tema: { make: (n) => new Tema(n), lookback: (n) => 3 * (n - 1) },
  trima: { make: (n) => new Trima(n), lookback: (n) => n - 1 },
  kama: { make: (n) => new Kama(n), lookback: (n) => n },
  t3: { make: (n) => new T3(n, 0.7), lookback: (n) => 6 * (n - 1) },
  rma: { make: (n) => new Wilder(n), lookback: (n) => n - 1 },
  hma: { make: (n) => new Hull(n), lookback: (n) => n - 1 + hullSmoothing(n) - 1 },
};

export const averageTypes: readonly string[] = Object.keys(types);

export const averageType = (fallback: string, about = "Kind of average."): ChoiceParam =>
  choice(fallback, averageTypes, about);

/** As in TA-Lib, an average of one number is that number, whatever its type. */
class Same implements Part {
  push(x: number): number {
    return x;
  }
}

export const average = (type: string, length: number): Part =>
  length === 1 ? new Same() : types[type]!.make(length);

export const averageLookback = (type: string, length: number): number =>
  length === 1 ? 0 : types[type]!.lookback(length);

/** Begins later, so that its first value comes after `lookback` inputs and its seed is of the last before it. */
export const lateAverage = (type: string, length: number, lookback: number): Part =>
  new Late(lookback - averageLookback(type, length), average(type, length));
