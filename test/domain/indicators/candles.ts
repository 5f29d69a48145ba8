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

/** Open, high, low, close from where the walk stands, of figures that chance alone hardly draws. */
const figures: readonly (readonly (readonly [number, number, number, number])[])[] = [
  // Two crows, concealing baby swallow, mat hold, rising three methods, three black crows.
  [
    [0, 11, -1, 10],
    [14, 15, 11, 12],
    [13, 14, 4, 5],
  ],
  [
    [0, 0, -10, -10],
    [-10, -10, -18, -18],
    [-20, -16, -24, -24],
    [-15, -14, -27, -27],
  ],
  [
    [0, 41, -1, 40],
    [43, 44, 40, 41],
    [42, 43, 37, 38],
    [40, 41, 35, 36],
    [38, 62, 37, 60],
  ],
  [
    [0, 21, -1, 20],
    [16, 18, 12, 13],
    [14, 15, 9, 10],
    [11, 12, 6, 7],
    [8, 30, 7, 28],
  ],
  [
    [0, 11, -1, 9],
    [8, 9, 3, 3],
    [6, 7, 0, 0],
    [2, 3, -4, -4],
  ],
];

/** Candles of whole ticks with gaps, doji, equal prices and drawn figures: food for candlestick patterns. */
export const ticks = (length: number, seed: number): Columns => {
  const draw = chance(seed * 2_654_435_761);
  for (let i = 0; i < 20; i += 1) draw();
  const whole = (x: number): number => Math.round(x);
  const rows: (readonly [number, number, number, number])[] = [];
  let price = 500;
  let pace = 4;
  let lean = 0;
  while (rows.length < length) {
    if (draw() < 0.1) pace = 1 + Math.floor(draw() * 8);
    if (draw() < 0.08) lean = Math.floor(draw() * 3) - 1;
    if (draw() < 0.02) {
      const from = price;
      for (const row of figures[Math.floor(draw() * figures.length)]!) {
        const [open, high, low, close] = row.map((x) => from + x);
        rows.push([open!, high!, low!, close!]);
        price = close!;
      }
      continue;
    }
    const open = price + (draw() < 0.4 ? 0 : whole((draw() - 0.5) * pace * 3));
    const big = draw() < 0.3 ? 3 : 1;
    let close = open + whole((draw() - 0.5 + lean * 0.35) * pace * big);
    if (draw() < 0.12) close = open;
    if (draw() < 0.06 && rows.length > 0) close = rows.at(-1)![3];
    const shadow = (): number => (draw() < 0.35 ? 0 : whole(draw() * pace * (draw() < 0.3 ? 3 : 1)));
    rows.push([open, Math.max(open, close) + shadow(), Math.min(open, close) - shadow(), close]);
    price = close < 200 || close > 900 ? 500 : close;
  }
  const column = (i: number): Float64Array => Float64Array.from(rows.slice(0, length), (row) => row[i]!);
  return {
    openAt: Float64Array.from({ length }, (_, t) => 1_600_041_600_000 + t * 3_600_000),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: Float64Array.from({ length }, () => 1 + Math.floor(draw() * 1_000)),
  };
};

export const inputsOf = (declaration: Declaration, columns: Columns): readonly Float64Array[] =>
  declaration.inputs.map(({ column }) => columns[column]);
