/** Definitions of volume indicators and statistics that TA-Lib lacks, written out over whole columns. */
import {
  ago,
  deviation,
  ema,
  line,
  mean,
  minus,
  type Row,
  sma,
  sums,
  together,
  total,
  variance,
  windows,
  zip,
} from "./arrays.ts";
import type { Plain } from "./plain.ts";

const typical = (high: Row, low: Row, close: Row): Row => zip((h, l, c) => (h + l + c) / 3, high, low, close);
const running = (xs: Row, from = 0): Row => {
  let sum = from;
  return xs.map((x) => (Number.isNaN(x) ? NaN : (sum += x)));
};
/** 1000, times (1 + relative change of the close) on candles whose volume changed in that direction. */
const index = (close: Row, volume: Row, sign: number): Row => {
  let value = 1_000;
  return close.map((x, t) =>
    t > 0 && sign * (volume[t]! - volume[t - 1]!) > 0 ? (value *= x / close[t - 1]!) : value,
  );
};
const standardised = (order: number) => (w: Row) => {
  const [centre, spread] = [mean(w), deviation(w)];
  return spread === 0 ? 0 : mean(w.map((x) => ((x - centre) / spread) ** order)) - (order === 4 ? 3 : 0);
};

const dot = (a: Row, b: Row): number => total(a.map((x, i) => x * b[i]!));
/** What is left of `a` once the columns of `others`, which stand at right angles to each other, are taken out. */
const without = (a: Row, others: readonly Row[]): Row =>
  others.reduce((rest, one) => {
    const share = dot(rest, one) / dot(one, one);
    return rest.map((x, i) => x - share * one[i]!);
  }, a);

/** Dickey's and Fuller's regression of the change on the level, after the changes before were taken out of both (Frisch, Waugh, Lovell). */
const dickeyFuller = (levels: Row, lags: number): number => {
  const change = minus(levels, ago(levels, 1));
  const lagged = Array.from({ length: lags }, (_, k) => ago(change, k + 1).slice(lags + 1));
  const square = lagged.reduce<readonly Row[]>((done, one) => [...done, without(one, done)], []);
  const level = without(ago(levels, 1).slice(lags + 1), square);
  const moved = without(change.slice(lags + 1), square);
  const slope = dot(level, moved) / dot(level, level);
  const rest = total(moved.map((d, i) => (d - slope * level[i]!) ** 2));
  return slope / Math.sqrt(rest / (moved.length - 1 - lags) / dot(level, level));
};

/** Candles after which kept^n = 1/2. */
const halfLife = (levels: Row): number => {
  const before = levels.slice(0, -1);
  const kept = dot(before, levels.slice(1)) / dot(before, before);
  return kept >= 1 ? 100_000 : kept <= 0 ? 0 : Math.min(100_000, -Math.LN2 / Math.log(kept));
};

export const volumes: Readonly<Record<string, Plain>> = {
  pvt: ({ close, volume }) => [
    running(zip((x, before, v) => (v * (x - before)) / before, close, ago(close, 1), volume)),
  ],
  nvi: ({ close, volume }) => [index(close, volume, -1)],
  pvi: ({ close, volume }) => [index(close, volume, 1)],
  cmf: ({ high, low, close, volume }, { timeperiod: n }) => {
    const flow = zip(
      (h, l, c, v) => (h === l ? 0 : ((2 * c - h - l) / (h - l)) * v),
      high,
      low,
      close,
      volume,
    );
    return [zip((a, b) => a / b, sums(flow, n), sums(volume, n))];
  },
  kvo: ({ high, low, close, volume }, { fastperiod, slowperiod, signalperiod }) => {
    const price = zip((h, l, c) => h + l + c, high, low, close);
    const span = minus(high, low);
    const trend = price.map((x, t) => (t === 0 ? 0 : x > price[t - 1]! ? 1 : -1));
    const measure: number[] = [0];
    for (let t = 1; t < price.length; t += 1)
      measure.push((trend[t] === trend[t - 1] ? measure[t - 1]! : span[t - 1]!) + span[t]!);
    const force = price.map((_, t) =>
      t === 0
        ? NaN
        : 100 * volume[t]! * trend[t]! * (measure[t] === 0 ? 0 : Math.abs((2 * span[t]!) / measure[t]! - 1)),
    );
    const [fast, slow] = [Math.min(fastperiod, slowperiod), Math.max(fastperiod, slowperiod)];
    const late = force.map((x, t) => (t < slow - fast + 1 ? NaN : x));
    const sign = fastperiod > slowperiod ? -1 : 1;
    const kvo = minus(ema(late, fast), ema(force, slow)).map((x) => sign * x);
    return together(kvo, ema(kvo, signalperiod));
  },
  force: ({ close, volume }, { timeperiod: n }) => [
    ema(
      zip((x, before, v) => (x - before) * v, close, ago(close, 1), volume),
      n,
    ),
  ],
  eom: ({ high, low, volume }, { timeperiod: n }) => {
    const median = zip((h, l) => (h + l) / 2, high, low);
    return [
      sma(
        zip(
          (m, before, h, l, v) => (m - before) / (v / (h - l)),
          median,
          ago(median, 1),
          high,
          low,
          volume,
        ).map((x, t) => (high[t] === low[t] && t > 0 ? 0 : x)),
        n,
      ),
    ];
  },
  pvo: ({ volume }, { fastperiod, slowperiod, signalperiod }) => {
    const [fast, slow] = [Math.min(fastperiod, slowperiod), Math.max(fastperiod, slowperiod)];
    const pvo = zip((f, s) => (100 * (f - s)) / s, ema(volume, fast), ema(volume, slow));
    const signal = ema(pvo, signalperiod);
    return together(pvo, signal, minus(pvo, signal));
  },
  rvol: ({ volume }, { timeperiod: n }) => [zip((v, before) => v / before, volume, ago(sma(volume, n), 1))],
  vwap: ({ high, low, close, volume }, { timeperiod: n }) => {
    const money = zip((p, v) => p * v, typical(high, low, close), volume);
    return [zip((a, b) => a / b, sums(money, n), sums(volume, n))];
  },
  vwapsession: ({ openAt, high, low, close, volume }, { hours }) => {
    const price = typical(high, low, close);
    const session = openAt.map((at) => (hours === 0 ? 0 : Math.floor(at / (hours * 3_600_000))));
    const since = (t: number): Row => [...price.keys()].filter((i) => i <= t && session[i] === session[t]);
    const told = price.map((_, t) => {
      const rows = since(t);
      const volumeOf = total(rows.map((i) => volume[i]!));
      const centre = total(rows.map((i) => price[i]! * volume[i]!)) / volumeOf;
      return [
        centre,
        Math.sqrt(total(rows.map((i) => volume[i]! * (price[i]! - centre) ** 2)) / volumeOf),
      ] as const;
    });
    return [told.map(([centre]) => centre), told.map(([, spread]) => spread)];
  },
  maxindex: ({ close }, { timeperiod: n }) => [
    windows(close, n, (w) => w.length - 1 - w.lastIndexOf(Math.max(...w))),
  ],
  minindex: ({ close }, { timeperiod: n }) => [
    windows(close, n, (w) => w.length - 1 - w.lastIndexOf(Math.min(...w))),
  ],
  minmaxindex: (columns, params) => [
    volumes["minindex"]!(columns, params)[0]!,
    volumes["maxindex"]!(columns, params)[0]!,
  ],
  zscore: ({ close }, { timeperiod: n }) => [
    windows(close, n, (w) => (variance(w) === 0 ? 0 : (w.at(-1)! - mean(w)) / deviation(w))),
  ],
  percentrank: ({ close }, { timeperiod: n }) => [
    windows(close, n + 1, (w) => (100 * w.slice(0, -1).filter((x) => x <= w.at(-1)!).length) / n),
  ],
  skew: ({ close }, { timeperiod: n }) => [windows(close, n, standardised(3))],
  kurtosis: ({ close }, { timeperiod: n }) => [windows(close, n, standardised(4))],
  linearreg_r2: ({ close }, { timeperiod: n }) => [
    windows(close, n, (w) => {
      const { slope, intercept } = line([...w.keys()], w);
      const rest = total(w.map((y, x) => (y - intercept - slope * x) ** 2));
      return variance(w) === 0 ? 0 : 1 - rest / (variance(w) * w.length);
    }),
  ],
  cointegration: ({ close, volume }, { timeperiod: n, lags }) => {
    const told = close.map((_, t) => {
      if (t < n - 1) return [NaN, NaN, NaN, NaN, NaN, NaN];
      const [ys, xs] = [close.slice(t + 1 - n, t + 1), volume.slice(t + 1 - n, t + 1)];
      const { slope, intercept } = line(xs, ys);
      const residuals = ys.map((y, i) => y - intercept - slope * xs[i]!);
      return [
        slope,
        residuals.at(-1)!,
        residuals.at(-1)! / deviation(residuals),
        dickeyFuller(residuals, lags),
        -3.33613 - 6.1101 / n - 6.823 / n ** 2,
        halfLife(residuals),
      ];
    });
    return [0, 1, 2, 3, 4, 5].map((k) => told.map((row) => row[k]!));
  },
  breadth: ({ close }, { timeperiod: n, fastperiod, slowperiod }) => {
    // As the catalogue has it: the close stands in for both instruments, so they move together.
    const move = close.map((x, t) => (t === 0 ? NaN : 2 * Math.sign(x - close[t - 1]!)));
    const share = move.map((x) => 500 * x);
    const oscillator = minus(ema(share, fastperiod), ema(share, slowperiod));
    const beyond = (sign: number): Row =>
      close.map((x, t) => (t < n ? NaN : close.slice(t - n, t).every((y) => sign * x > sign * y) ? 2 : 0));
    // Never rises and falls at once: Arms' index is not defined.
    const arms = close.map(() => 1);
    return together(
      move.map((x) => (Number.isNaN(x) ? NaN : Math.max(0, x))),
      move.map((x) => (Number.isNaN(x) ? NaN : Math.max(0, -x))),
      running(move),
      oscillator,
      running(oscillator),
      beyond(1),
      beyond(-1),
      arms,
    );
  },
};
