/** Definitions of trends and volatilities that TA-Lib lacks, written out over whole columns. */
import {
  ago,
  deviation,
  ema,
  highest,
  lowest,
  mean,
  minus,
  type Row,
  sma,
  sums,
  together,
  trueRange,
  wilder,
  windows,
  zip,
} from "./arrays.ts";
import type { Plain } from "./plain.ts";

const middle = (high: Row, low: Row, n: number): Row =>
  zip((h, l) => (h + l) / 2, highest(high, n), lowest(low, n));
const bands = (centre: Row, up: Row, down = up): readonly Row[] =>
  together(
    zip((c, u) => c + u, centre, up),
    centre,
    zip((c, d) => c - d, centre, down),
  );
const root = (terms: Row, n: number): Row => sma(terms, n).map((x) => Math.sqrt(Math.max(0, x)));
const log = (a: Row, b: Row): Row => zip((x, y) => Math.log(x / y), a, b);

/** Every candle's side and band, from the textbook's "final bands". */
const supertrend = (high: Row, low: Row, close: Row, n: number, factor: number): readonly Row[] => {
  const atr = wilder(trueRange(high, low, close), n);
  const upper: number[] = [];
  const lower: number[] = [];
  const side: number[] = [];
  for (const t of close.keys()) {
    const basicUpper = (high[t]! + low[t]!) / 2 + factor * atr[t]!;
    const basicLower = (high[t]! + low[t]!) / 2 - factor * atr[t]!;
    const warm = t > n;
    upper.push(
      !warm || basicUpper < upper[t - 1]! || close[t - 1]! > upper[t - 1]! ? basicUpper : upper[t - 1]!,
    );
    lower.push(
      !warm || basicLower > lower[t - 1]! || close[t - 1]! < lower[t - 1]! ? basicLower : lower[t - 1]!,
    );
    const before = warm ? side[t - 1]! : 1;
    const turns = before > 0 ? close[t]! < lower[t]! : close[t]! > upper[t]!;
    side.push(t < n ? NaN : turns ? -before : before);
  }
  return [zip((s, u, l) => (Number.isNaN(s) ? NaN : s > 0 ? l : u), side, upper, lower), side];
};

export const ranges: Readonly<Record<string, Plain>> = {
  vortex: ({ high, low, close }, { timeperiod: n }) => {
    const range = sums(trueRange(high, low, close), n);
    const plus = sums(
      zip((h, l) => Math.abs(h - l), high, ago(low, 1)),
      n,
    );
    const less = sums(
      zip((l, h) => Math.abs(l - h), low, ago(high, 1)),
      n,
    );
    return [zip((a, b) => a / b, plus, range), zip((a, b) => a / b, less, range)];
  },
  supertrend: ({ high, low, close }, { timeperiod: n, multiplier }) =>
    supertrend(high, low, close, n, multiplier),
  ichimoku: ({ high, low }, p) => {
    const conversion = middle(high, low, p.conversionperiod);
    const base = middle(high, low, p.baseperiod);
    const leadA = ago(
      zip((a, b) => (a + b) / 2, conversion, base),
      p.displacement - 1,
    );
    const leadB = ago(middle(high, low, p.spanperiod), p.displacement - 1);
    return together(conversion, base, leadA, leadB);
  },
  chop: ({ high, low, close }, { timeperiod: n }) => [
    zip(
      (sum, h, l) => (h === l || sum === 0 ? 0 : (100 * Math.log10(sum / (h - l))) / Math.log10(n)),
      sums(trueRange(high, low, close), n),
      highest(high, n),
      lowest(low, n),
    ),
  ],
  mass: ({ high, low }, { timeperiod: n, window }) => {
    const one = ema(minus(high, low), n);
    return [
      sums(
        zip((a, b) => a / b, one, ema(one, n)),
        window,
      ),
    ];
  },
  parkinson: ({ high, low }, { timeperiod: n }) => [
    root(
      log(high, low).map((x) => (x * x) / (4 * Math.log(2))),
      n,
    ),
  ],
  garmanklass: ({ open, high, low, close }, { timeperiod: n }) => [
    root(
      zip((hl, co) => 0.5 * hl ** 2 - (2 * Math.log(2) - 1) * co ** 2, log(high, low), log(close, open)),
      n,
    ),
  ],
  rogerssatchell: ({ open, high, low, close }, { timeperiod: n }) => [
    root(
      zip(
        (hc, ho, lc, lo) => hc * ho + lc * lo,
        log(high, close),
        log(high, open),
        log(low, close),
        log(low, open),
      ),
      n,
    ),
  ],
  realizedvol: ({ close }, { timeperiod: n }) => [
    root(
      log(close, ago(close, 1)).map((x) => x * x),
      n,
    ),
  ],
  bbwidth: ({ close }, { timeperiod: n, nbdev }) => {
    const centre = sma(close, n);
    const half = windows(close, n, deviation).map((x) => nbdev * x);
    return [
      zip((c, h) => (2 * h) / c, centre, half),
      zip((x, c, h) => (h === 0 ? 0.5 : (x - (c - h)) / (2 * h)), close, centre, half),
    ];
  },
  keltner: ({ high, low, close }, p) =>
    bands(
      ema(close, p.timeperiod),
      wilder(trueRange(high, low, close), p.atrperiod).map((x) => x * p.multiplier),
    ),
  donchian: ({ high, low }, { timeperiod: n }) => {
    const [h, l] = [highest(high, n), lowest(low, n)];
    return [h, zip((a, b) => (a + b) / 2, h, l), l];
  },
  envelope: ({ close }, { timeperiod: n, percent }) => {
    const centre = sma(close, n);
    return bands(
      centre,
      centre.map((x) => (x * percent) / 100),
    );
  },
  chaikinvol: ({ high, low }, { timeperiod: n, rocperiod }) => {
    const range = ema(minus(high, low), n);
    return [zip((x, before) => (100 * (x - before)) / before, range, ago(range, rocperiod))];
  },
  ulcer: ({ close }, { timeperiod: n }) => [
    root(
      zip((x, h) => ((100 * (x - h)) / h) ** 2, close, highest(close, n)),
      n,
    ),
  ],
  heikinashi: ({ open, high, low, close }) => {
    const closes = zip((...four) => mean(four), open, high, low, close);
    const opens: number[] = [];
    for (const t of close.keys())
      opens.push(t === 0 ? (open[0]! + close[0]!) / 2 : (opens[t - 1]! + closes[t - 1]!) / 2);
    return [opens, zip(Math.max, high, opens, closes), zip(Math.min, low, opens, closes), closes];
  },
};
