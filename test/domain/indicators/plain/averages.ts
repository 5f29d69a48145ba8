/** Definitions of averages and oscillators that TA-Lib lacks, written out over whole columns. */
import {
  ago,
  ema,
  highest,
  lowest,
  mean,
  minus,
  type Row,
  sma,
  sums,
  together,
  total,
  wilder,
  windows,
  wma,
  zip,
} from "./arrays.ts";
import type { Plain } from "./plain.ts";

const roc = (xs: Row, length: number): Row =>
  zip((x, before) => (100 * (x - before)) / before, xs, ago(xs, length));
const weighted = (xs: Row, weights: Row): Row =>
  windows(xs, weights.length, (w) => total(w.map((x, i) => x * weights[i]!)) / total(weights));
const fibonacci = (length: number): Row => {
  const numbers = [1, 1];
  while (numbers.length < length) numbers.push(numbers.at(-1)! + numbers.at(-2)!);
  return numbers.slice(0, length);
};
/** 100 * (x - lowest) / (highest - lowest), 0 in a flat window. */
const place = (xs: Row, length: number): Row =>
  zip((x, h, l) => (h === l ? 0 : (100 * (x - l)) / (h - l)), xs, highest(xs, length), lowest(xs, length));
/** value += weight * (x - value), from the first number on. */
const following = (xs: Row, weight: (t: number) => number): Row => {
  const told: number[] = [];
  for (const [t, x] of xs.entries()) {
    const before = told[t - 1] ?? NaN;
    told.push(Number.isNaN(before) ? x : before + weight(t) * (x - before));
  }
  return told;
};
/** (x + 2 x1 + 2 x2 + x3) / 6. */
const fir = (xs: Row): Row => weighted(xs, [1, 2, 2, 1]);
/** MACD: the fast average is seeded with the last numbers of the slow one's seed. */
const macd = (xs: Row, fast: number, slow: number): Row =>
  minus(
    ema(
      xs.map((x, t) => (t < slow - fast ? NaN : x)),
      fast,
    ),
    ema(xs, slow),
  );

export const averages: Readonly<Record<string, Plain>> = {
  rma: ({ close }, { timeperiod: n }) => [wilder(close, n)],
  hma: ({ close }, { timeperiod: n }) => [
    wma(
      minus(
        wma(close, Math.floor(n / 2)).map((x) => 2 * x),
        wma(close, n),
      ),
      Math.floor(Math.sqrt(n)),
    ),
  ],
  zlema: ({ close }, { timeperiod: n }) => {
    const lag = Math.max(1, Math.floor((n - 1) / 2));
    return [
      ema(
        zip((x, before) => x + (x - before), close, ago(close, lag)),
        n,
      ),
    ];
  },
  alma: ({ close }, { timeperiod: n, offset, sigma }) => {
    const m = offset * (n - 1);
    const s = n / sigma;
    return [
      weighted(
        close,
        Array.from({ length: n }, (_, i) => Math.exp(-((i - m) ** 2) / (2 * s * s))),
      ),
    ];
  },
  fwma: ({ close }, { timeperiod: n }) => [weighted(close, fibonacci(n))],
  mcginley: ({ close }, { timeperiod: n }) => {
    const told = [close[0]!];
    for (const x of close.slice(1)) {
      const before = told.at(-1)!;
      const pace = n * (x / before) ** 4;
      told.push(pace > 1 ? before + (x - before) / pace : x);
    }
    return [told];
  },
  vidya: ({ close }, { timeperiod: n, cmoperiod: m }) => {
    const change = minus(close, ago(close, 1));
    const up = sums(
      change.map((x) => (Number.isNaN(x) ? NaN : Math.max(0, x))),
      m,
    );
    const down = sums(
      change.map((x) => (Number.isNaN(x) ? NaN : Math.max(0, -x))),
      m,
    );
    const cmo = zip((u, d) => (u + d === 0 ? 0 : (u - d) / (u + d)), up, down);
    // Begins at the close before its first value.
    const seeded = close.map((x, t) => (t < m - 1 ? NaN : x));
    const told = following(seeded, (t) => (2 / (n + 1)) * Math.abs(cmo[t]!));
    return [told.map((x, t) => (t < m ? NaN : x))];
  },
  vwma: ({ close, volume }, { timeperiod: n }) => [
    zip(
      (a, b) => a / b,
      sums(
        zip((x, v) => x * v, close, volume),
        n,
      ),
      sums(volume, n),
    ),
  ],
  logreturn: ({ close }, { timeperiod: n }) => [
    zip((x, before) => Math.log(x) - Math.log(before), close, ago(close, n)),
  ],
  tsi: ({ close }, { slowperiod, fastperiod, signalperiod }) => {
    const change = minus(close, ago(close, 1));
    const twice = (xs: Row): Row => ema(ema(xs, slowperiod), fastperiod);
    const tsi = zip((a, b) => (b === 0 ? 0 : (100 * a) / b), twice(change), twice(change.map(Math.abs)));
    return together(tsi, ema(tsi, signalperiod));
  },
  dpo: ({ close }, { timeperiod: n }) => [minus(ago(close, Math.floor(n / 2) + 1), sma(close, n))],
  coppock: ({ close }, { longperiod, shortperiod, timeperiod: n }) => [
    wma(
      zip((a, b) => a + b, roc(close, longperiod), roc(close, shortperiod)),
      n,
    ),
  ],
  kst: ({ close }, { signalperiod }) => {
    const kst = zip(
      (a, b, c, d) => a + 2 * b + 3 * c + 4 * d,
      sma(roc(close, 10), 10),
      sma(roc(close, 15), 10),
      sma(roc(close, 20), 10),
      sma(roc(close, 30), 15),
    );
    return together(kst, sma(kst, signalperiod));
  },
  stc: ({ close }, { timeperiod: n, fastperiod, slowperiod }) => {
    const half = (xs: Row): Row => following(xs, () => 0.5);
    const [fast, slow] = [Math.min(fastperiod, slowperiod), Math.max(fastperiod, slowperiod)];
    return [half(place(half(place(macd(close, fast, slow), n)), n))];
  },
  fisher: ({ high, low }, { timeperiod: n }) => {
    const price = zip((h, l) => (h + l) / 2, high, low);
    const [top, bottom] = [highest(price, n), lowest(price, n)];
    const told: number[] = [];
    let value = 0;
    for (const [t, x] of price.entries()) {
      if (t < n - 1) {
        told.push(NaN);
        continue;
      }
      const range = top[t]! - bottom[t]!;
      const part = range === 0 ? 0.5 : (x - bottom[t]!) / range;
      // 0.33 * 2 * (place - 1/2), with 0.67 of what was.
      value = Math.max(
        -0.999,
        Math.min(0.999, range === 0 ? 0.67 * value : 0.66 * (part - 0.5) + 0.67 * value),
      );
      told.push(0.5 * Math.log((1 + value) / (1 - value)) + 0.5 * (t === n - 1 ? 0 : told[t - 1]!));
    }
    return together(told, ago(told, 1));
  },
  ao: ({ high, low }, { fastperiod, slowperiod }) => {
    const median = zip((h, l) => (h + l) / 2, high, low);
    const [fast, slow] = [Math.min(fastperiod, slowperiod), Math.max(fastperiod, slowperiod)];
    return [minus(sma(median, fast), sma(median, slow))];
  },
  ac: (columns, params) => {
    const ao = averages["ao"]!(columns, params)[0]!;
    return [minus(ao, sma(ao, params.signalperiod))];
  },
  rvgi: ({ open, high, low, close }, { timeperiod: n }) => {
    const body = sums(fir(minus(close, open)), n);
    const span = sums(fir(minus(high, low)), n);
    const rvgi = zip((a, b) => (b === 0 ? 0 : a / b), body, span);
    return together(rvgi, fir(rvgi));
  },
  er: ({ close }, { timeperiod: n }) => [
    windows(close, n + 1, (w) => {
      const path = total(w.slice(1).map((x, i) => Math.abs(x - w[i]!)));
      return path === 0 ? 1 : Math.abs(w.at(-1)! - w[0]!) / path;
    }),
  ],
  median: ({ close }, { timeperiod: n }) => [
    windows(close, n, (w) => {
      const sorted = [...w].sort((a, b) => a - b);
      return mean([sorted[Math.floor((n - 1) / 2)]!, sorted[Math.ceil((n - 1) / 2)]!]);
    }),
  ],
};
