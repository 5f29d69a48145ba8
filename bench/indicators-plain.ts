/** References of indicators.bench.ts: SMA 20, EMA 20, RSI 14, MACD 12 26 9, Bollinger 20, ATR 14 in the least code that computes them. */
export interface Candles {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

type Name = "sma" | "ema" | "rsi" | "macd" | "bbands" | "atr";

const emaOf = (xs: Float64Array, from: number, length: number): Float64Array => {
  const out = new Float64Array(xs.length).fill(NaN);
  let value = 0;
  for (let t = from; t < from + length; t += 1) value += xs[t]!;
  value /= length;
  out[from + length - 1] = value;
  const weight = 2 / (length + 1);
  for (let t = from + length; t < xs.length; t += 1) out[t] = value += weight * (xs[t]! - value);
  return out;
};

/** The last column of what each computes. */
export const bareLoops: Readonly<Record<Name, (candles: Candles) => Float64Array>> = {
  sma: ({ close: xs }) => {
    const out = new Float64Array(xs.length).fill(NaN);
    let sum = 0;
    for (let t = 0; t < 19; t += 1) sum += xs[t]!;
    for (let t = 19; t < xs.length; t += 1) {
      sum += xs[t]!;
      out[t] = sum / 20;
      sum -= xs[t - 19]!;
    }
    return out;
  },
  ema: ({ close }) => emaOf(close, 0, 20),
  rsi: ({ close: xs }) => {
    const out = new Float64Array(xs.length).fill(NaN);
    let up = 0;
    let down = 0;
    for (let t = 1; t < xs.length; t += 1) {
      const change = xs[t]! - xs[t - 1]!;
      const rise = change > 0 ? change : 0;
      const fall = change < 0 ? -change : 0;
      if (t <= 14) {
        up += rise / 14;
        down += fall / 14;
      } else {
        up = (up * 13 + rise) / 14;
        down = (down * 13 + fall) / 14;
      }
      if (t >= 14) out[t] = (100 * up) / (up + down);
    }
    return out;
  },
  macd: ({ close }) => {
    const fast = emaOf(close, 14, 12);
    const slow = emaOf(close, 0, 26);
    const macd = new Float64Array(close.length);
    for (let t = 0; t < macd.length; t += 1) macd[t] = fast[t]! - slow[t]!;
    const signal = emaOf(macd, 25, 9);
    const out = new Float64Array(close.length);
    for (let t = 0; t < out.length; t += 1) out[t] = macd[t]! - signal[t]!;
    return out;
  },
  bbands: ({ close: xs }) => {
    const upper = new Float64Array(xs.length).fill(NaN);
    const middle = new Float64Array(xs.length).fill(NaN);
    const lower = new Float64Array(xs.length).fill(NaN);
    let sum = 0;
    let squares = 0;
    for (let t = 0; t < xs.length; t += 1) {
      const x = xs[t]!;
      sum += x;
      squares += x * x;
      if (t >= 20) {
        const gone = xs[t - 20]!;
        sum -= gone;
        squares -= gone * gone;
      }
      if (t < 19) continue;
      const mean = sum / 20;
      const reach = 2 * Math.sqrt(Math.max(0, squares / 20 - mean * mean));
      upper[t] = mean + reach;
      middle[t] = mean;
      lower[t] = mean - reach;
    }
    return lower;
  },
  atr: ({ high, low, close }) => {
    const out = new Float64Array(close.length).fill(NaN);
    let value = 0;
    for (let t = 1; t < close.length; t += 1) {
      const before = close[t - 1]!;
      const range = Math.max(high[t]! - low[t]!, Math.abs(high[t]! - before), Math.abs(low[t]! - before));
      value = t <= 14 ? value + range / 14 : (value * 13 + range) / 14;
      if (t >= 14) out[t] = value;
    }
    return out;
  },
};

interface Plain {
  push(close: number, high: number, low: number): number;
}

class PlainSma implements Plain {
  private readonly ring = new Float64Array(20);
  private at = 0;
  private seen = 0;
  private sum = 0;
  push(x: number): number {
    this.sum += x - this.ring[this.at]!;
    this.ring[this.at] = x;
    this.at = this.at === 19 ? 0 : this.at + 1;
    this.seen += 1;
    return this.seen < 20 ? NaN : this.sum / 20;
  }
}

class PlainEma implements Plain {
  private readonly length: number;
  private readonly weight: number;
  private seen = 0;
  private value = 0;
  constructor(length: number) {
    this.length = length;
    this.weight = 2 / (length + 1);
  }
  push(x: number): number {
    this.seen += 1;
    if (this.seen > this.length) return (this.value += this.weight * (x - this.value));
    this.value += x / this.length;
    return this.seen < this.length ? NaN : this.value;
  }
}

class PlainRsi implements Plain {
  private last = NaN;
  private seen = -1;
  private up = 0;
  private down = 0;
  push(x: number): number {
    const change = x - this.last;
    this.last = x;
    this.seen += 1;
    if (this.seen === 0) return NaN;
    const rise = change > 0 ? change : 0;
    const fall = change < 0 ? -change : 0;
    if (this.seen <= 14) {
      this.up += rise / 14;
      this.down += fall / 14;
      if (this.seen < 14) return NaN;
    } else {
      this.up = (this.up * 13 + rise) / 14;
      this.down = (this.down * 13 + fall) / 14;
    }
    return (100 * this.up) / (this.up + this.down);
  }
}

class PlainMacd implements Plain {
  private readonly fast = new PlainEma(12);
  private readonly slow = new PlainEma(26);
  private readonly signal = new PlainEma(9);
  private seen = 0;
  push(x: number): number {
    this.seen += 1;
    const slow = this.slow.push(x);
    const fast = this.seen > 14 ? this.fast.push(x) : NaN;
    return this.seen < 26 ? NaN : fast - slow - this.signal.push(fast - slow);
  }
}

class PlainBands implements Plain {
  upper = NaN;
  lower = NaN;
  private readonly ring = new Float64Array(20);
  private at = 0;
  private seen = 0;
  private sum = 0;
  private squares = 0;
  push(x: number): number {
    const gone = this.ring[this.at]!;
    this.ring[this.at] = x;
    this.at = this.at === 19 ? 0 : this.at + 1;
    this.sum += x - gone;
    this.squares += x * x - gone * gone;
    this.seen += 1;
    if (this.seen < 20) return NaN;
    const mean = this.sum / 20;
    const reach = 2 * Math.sqrt(Math.max(0, this.squares / 20 - mean * mean));
    this.upper = mean + reach;
    this.lower = mean - reach;
    return mean;
  }
}

class PlainRange implements Plain {
  private before = NaN;
  private seen = -1;
  private value = 0;
  push(close: number, high: number, low: number): number {
    const { before } = this;
    this.before = close;
    this.seen += 1;
    if (this.seen === 0) return NaN;
    const range = Math.max(high - low, Math.abs(high - before), Math.abs(low - before));
    this.value = this.seen <= 14 ? this.value + range / 14 : (this.value * 13 + range) / 14;
    return this.seen < 14 ? NaN : this.value;
  }
}

export const plainClasses: Readonly<Record<Name, () => Plain>> = {
  sma: () => new PlainSma(),
  ema: () => new PlainEma(20),
  rsi: () => new PlainRsi(),
  macd: () => new PlainMacd(),
  bbands: () => new PlainBands(),
  atr: () => new PlainRange(),
};
