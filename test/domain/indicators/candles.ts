/** Candles for tests of indicators: a seeded walk with rises, falls, flat stretches and quiet volume, hours apart. */
import type { Column, Declaration } from "../../../domain/indicators/declaration.ts";

export type Columns = Readonly<Record<Column, Float64Array>>;

/** 32-bit multiply-with-xorshift generator: numbers from 0 to 1. */
const chance = (seed: number): (() => number) => {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
};

export const walk = (length: number, seed: number): Columns => {
  const draw = chance(seed * 2_654_435_761);
  for (let i = 0; i < 20; i += 1) draw();
  const column = (): Float64Array => new Float64Array(length);
  const made = {
    openAt: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  let price = 50 + 100 * draw();
  for (let t = 0; t < length; t += 1) {
    const open = price * (1 + 0.002 * (draw() - 0.5));
    const close = open * (1 + 0.03 * (draw() - 0.5) + 0.004 * Math.sin(t / 9));
    made.openAt[t] = 1_600_000_000_000 - (1_600_000_000_000 % 86_400_000) + t * 3_600_000;
    made.open[t] = open;
    made.close[t] = close;
    made.high[t] = Math.max(open, close) * (1 + 0.01 * draw());
    made.low[t] = Math.min(open, close) * (1 - 0.01 * draw());
    made.volume[t] = 1 + 1_000 * draw() ** 3;
    price = close;
  }
  return made;
};

export const inputsOf = (declaration: Declaration, columns: Columns): readonly Float64Array[] =>
  declaration.inputs.map(({ column }) => columns[column]);
