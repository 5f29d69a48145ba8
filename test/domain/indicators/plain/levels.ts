/** Definitions of pivot levels, turning points and volume profiles, written out over whole columns. */
import type { Row } from "./arrays.ts";
import type { Plain, PlainParams } from "./plain.ts";

const DAY = 86_400_000;

type Levels = (open: number, high: number, low: number, close: number) => Row;

/** Of the rows of the day before; the day that data begins in counts only if it begins with it. */
const pivots =
  (levels: Levels): Plain =>
  ({ openAt, open, high, low, close }) => {
    const day = openAt.map((at) => Math.floor(at / DAY));
    const rows = openAt.map((_, t) => {
      const before = [...day.keys()].filter((i) => day[i] === day[t]! - 1);
      if (before.length === 0 || (before[0] === 0 && openAt[0]! % DAY !== 0)) return undefined;
      const [first, last] = [before[0]!, before.at(-1)!];
      const top = Math.max(...before.map((i) => high[i]!));
      const bottom = Math.min(...before.map((i) => low[i]!));
      return levels(open[first]!, top, bottom, close[last]!);
    });
    const width = rows.find((row) => row !== undefined)!.length;
    return Array.from({ length: width }, (_, k) => rows.map((row) => row?.[k] ?? NaN));
  };

const floor = (p: number, h: number, l: number): Row => [
  p,
  2 * p - l,
  2 * p - h,
  p + h - l,
  p - h + l,
  h + 2 * (p - l),
  l - 2 * (h - p),
];
const shares = (from: number, range: number, parts: Row): Row =>
  parts.flatMap((part) => [from + part * range, from - part * range]);

/** The definition in words: look back from each turning candle for its extreme. */
const zigzag = (high: Row, low: Row, percent: number): readonly Row[] => {
  const told: number[][] = [];
  let turns: { price: number; side: number; at: number }[] = [];
  for (const t of high.keys()) {
    const last = turns.at(-1);
    const rows = [...Array(t + 1).keys()].filter((i) => i > (last?.at ?? -1));
    const top = Math.max(...rows.map((i) => high[i]!));
    const bottom = Math.min(...rows.map((i) => low[i]!));
    const [topAt, bottomAt] = [rows.find((i) => high[i] === top)!, rows.find((i) => low[i] === bottom)!];
    if (last?.side !== 1 && topAt < t && low[t]! <= top * (1 - percent / 100))
      turns = [...turns, { price: top, side: 1, at: topAt }];
    else if (last?.side !== -1 && bottomAt < t && high[t]! >= bottom * (1 + percent / 100))
      turns = [...turns, { price: bottom, side: -1, at: bottomAt }];
    const newest = turns.at(-1);
    told.push(newest === undefined ? [NaN, NaN, NaN] : [newest.price, newest.side, t - newest.at]);
  }
  return [0, 1, 2].map((k) => told.map((row) => row[k]!));
};

/** Of these candles, by a table of rows from the first price on. */
const profile = (highs: Row, lows: Row, volumes: Row, percent: number, area: number): Row => {
  const step = Math.log(1 + percent / 100);
  const rowOf = (price: number): number => Math.round(Math.log(price / highs[0]!) / step);
  const priceOf = (row: number): number => highs[0]! * Math.exp(row * step);
  const table = new Map<number, number>();
  for (const [i, high] of highs.entries()) {
    const [from, to] = [rowOf(lows[i]!), rowOf(high)];
    for (let row = from; row <= to; row += 1)
      table.set(row, (table.get(row) ?? 0) + volumes[i]! / (to - from + 1));
  }
  const rows = [...table.keys()].sort((a, b) => a - b);
  const [bottom, top] = [rows[0]!, rows.at(-1)!];
  const held = (row: number): number => table.get(row) ?? 0;
  const all = Array.from({ length: top - bottom + 1 }, (_, k) => bottom + k);
  const poc = all.reduce((best, row) => (held(row) > held(best) ? row : best));
  const wanted = (area / 100) * all.reduce((sum, row) => sum + held(row), 0);
  let [low, high, sum] = [poc, poc, held(poc)];
  while (sum < wanted && (low > bottom || high < top)) {
    const [above, below] = [held(high + 1) + held(high + 2), held(low - 1) + held(low - 2)];
    if (low === bottom || (high < top && above >= below))
      [high, sum] = [Math.min(top, high + 2), sum + above];
    else [low, sum] = [Math.max(bottom, low - 2), sum + below];
  }
  const peaks = all.filter((row) => row !== poc && held(row) > held(row - 1) && held(row) >= held(row + 1));
  const hvn = peaks.length === 0 ? poc : peaks.reduce((best, row) => (held(row) > held(best) ? row : best));
  const between = all.filter((row) =>
    hvn === poc ? row >= low && row <= high : row >= Math.min(poc, hvn) && row <= Math.max(poc, hvn),
  );
  const lvn = between.reduce((best, row) => (held(row) < held(best) ? row : best));
  return [priceOf(poc), priceOf(high + 0.5), priceOf(low - 0.5), priceOf(hvn), priceOf(lvn)];
};

const profiles =
  (rowsOf: (t: number, openAt: Row, params: PlainParams) => Row): Plain =>
  ({ openAt, high, low, volume }, params) => {
    const told = openAt.map((_, t) => {
      const rows = rowsOf(t, openAt, params);
      const of = (column: Row): Row => rows.map((i) => column[i]!);
      return rows.length === 0
        ? [NaN, NaN, NaN, NaN, NaN]
        : profile(of(high), of(low), of(volume), params.rowpercent, params.valuearea);
    });
    return [0, 1, 2, 3, 4].map((k) => told.map((row) => row[k]!));
  };
const upTo = (t: number): number[] => [...Array(t + 1).keys()];

export const levels: Readonly<Record<string, Plain>> = {
  pivots: pivots((_, h, l, c) => floor((h + l + c) / 3, h, l)),
  pivotswoodie: pivots((_, h, l, c) => floor((h + l + c + c) / 4, h, l)),
  pivotsfibonacci: pivots((_, h, l, c) => [
    (h + l + c) / 3,
    ...shares((h + l + c) / 3, h - l, [0.382, 0.618, 1]),
  ]),
  pivotscamarilla: pivots((_, h, l, c) => [
    (h + l + c) / 3,
    ...shares(c, (h - l) * 1.1, [1 / 12, 1 / 6, 1 / 4, 1 / 2]),
  ]),
  pivotsdemark: pivots((o, h, l, c) => {
    const x = c < o ? h + 2 * l + c : c > o ? 2 * h + l + c : h + l + 2 * c;
    return [x / 4, x / 2 - l, x / 2 - h];
  }),
  zigzag: ({ high, low }, { percent }) => zigzag(high, low, percent),
  volumeprofile: profiles((t, _, { timeperiod: n }) => (t < n - 1 ? [] : upTo(t).slice(-n))),
  volumeprofilesession: profiles((t, openAt, { hours }) => {
    const session = (i: number): number => Math.floor(openAt[i]! / (hours * 3_600_000));
    return upTo(t).filter((i) => session(i) === session(t));
  }),
  volumeprofileanchored: profiles((t, openAt, { from }) => upTo(t).filter((i) => openAt[i]! >= from)),
};
