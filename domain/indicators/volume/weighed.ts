/** Volume that follows the price, and prices weighed by volume. Each with its formula. */
import { average } from "../averages/types.ts";
import type { Calculation } from "../declaration.ts";
import { ApartPercent, seededApart, Signalled } from "../oscillators/apart.ts";
import { Back } from "../parts/back.ts";
import { isNumber, type Part } from "../parts/part.ts";
import { Sum } from "../parts/sum.ts";
import { Sma } from "../sma.ts";

/** Granville (1963): volume added when the close rises, taken off when it falls; begins with the first volume. */
export class Obv implements Calculation {
  private before = Number.NaN;
  private total = 0;

  step(x: Float64Array, y: Float64Array): void {
    const { before } = this;
    y[0] = Number.NaN;
    if (!isNumber(x[0]! + x[1]!)) return;
    if (!isNumber(before)) this.total = x[1]!;
    else if (x[0]! > before) this.total += x[1]!;
    else if (x[0]! < before) this.total -= x[1]!;
    this.before = x[0]!;
    y[0] = this.total;
  }
}

/** The sum of volume times the close's relative change. */
export class Pvt implements Calculation {
  private before = Number.NaN;
  private total = 0;

  step(x: Float64Array, y: Float64Array): void {
    const { before } = this;
    const change = before === 0 ? 0 : ((x[0]! - before) / before) * x[1]!;
    if (isNumber(x[0]!)) this.before = x[0]!;
    if (isNumber(change)) this.total += change;
    y[0] = isNumber(change) ? this.total : Number.NaN;
  }
}

/** Dysart, by Fosback (1976): the close's relative changes on candles of falling (-1) or rising (1) volume, compounded. */
export class Pvi implements Calculation {
  private readonly sign: number;
  private close = Number.NaN;
  private volume = Number.NaN;
  private index = 1_000;

  constructor(sign: 1 | -1) {
    this.sign = sign;
  }

  step(x: Float64Array, y: Float64Array): void {
    y[0] = Number.NaN;
    if (!isNumber(x[0]! + x[1]!)) return;
    if (this.sign * (x[1]! - this.volume) > 0 && this.close !== 0) this.index *= x[0]! / this.close;
    this.close = x[0]!;
    this.volume = x[1]!;
    y[0] = this.index;
  }
}

/** Elder (1993): the exponential average of the close's change times volume. */
export class Force implements Calculation {
  private readonly average: Part;
  private readonly back = new Back(1);

  constructor(length: number) {
    this.average = average("ema", length);
  }

  step(x: Float64Array, y: Float64Array): void {
    const before = this.back.push(x[0]!);
    y[0] = this.average.push((x[0]! - before) * x[1]!);
  }
}

/** Arms (1979): the average of the median price's move times the range, by volume; 0 where nothing traded. */
export class Ease implements Calculation {
  private readonly average: Sma;
  private readonly back = new Back(1);

  constructor(length: number) {
    this.average = new Sma(length);
  }

  step(x: Float64Array, y: Float64Array): void {
    const median = (x[0]! + x[1]!) / 2;
    const move = median - this.back.push(median);
    y[0] = this.average.push(x[2]! > 0 ? (move * (x[0]! - x[1]!)) / x[2]! : 0 * move);
  }
}

/** PPO of the volume by exponential averages, with its signal. */
export class Pvo extends Signalled {
  constructor(fast: number, slow: number, signal: number) {
    super(new ApartPercent(seededApart(fast, slow, "ema")), average("ema", signal));
  }
}

/** This volume by the mean of the `length` before it; 1 where nothing had traded. */
export class RelativeVolume implements Calculation {
  private readonly average: Sma;
  private mean = Number.NaN;

  constructor(length: number) {
    this.average = new Sma(length);
  }

  step(x: Float64Array, y: Float64Array): void {
    y[0] = this.mean === 0 ? 1 : x[0]! / this.mean;
    this.mean = this.average.push(x[0]!);
  }
}

/** Typical price weighed by volume; its plain mean where nothing traded. */
export class RollingVwap implements Calculation {
  private readonly money: Sum;
  private readonly volume: Sum;
  private readonly plain: Sma;

  constructor(length: number) {
    this.money = new Sum(length);
    this.volume = new Sum(length);
    this.plain = new Sma(length);
  }

  step(x: Float64Array, y: Float64Array): void {
    const typical = (x[0]! + x[1]! + x[2]!) / 3;
    const money = this.money.push(typical * x[3]!);
    const volume = this.volume.push(x[3]!);
    const plain = this.plain.push(typical);
    y[0] = volume > 0 ? money / volume : plain;
  }
}

const HOUR_MS = 3_600_000;

/** The same since the session of this candle began, updated as West (1979) does, with the weighed deviation. */
export class AnchoredVwap implements Calculation {
  private readonly spanMs: number;
  private session = Number.NaN;
  private volume = 0;
  private mean = Number.NaN;
  private spread = 0;

  constructor(hours: number) {
    this.spanMs = hours * HOUR_MS;
  }

  step(x: Float64Array, y: Float64Array): void {
    y[0] = y[1] = Number.NaN;
    const typical = (x[1]! + x[2]! + x[3]!) / 3;
    const volume = x[4]!;
    if (!isNumber(typical + volume)) return;
    const session = this.spanMs === 0 ? 0 : Math.floor(x[0]! / this.spanMs);
    if (session !== this.session) {
      this.session = session;
      this.volume = this.spread = 0;
      this.mean = typical;
    }
    if (volume > 0) {
      const away = typical - this.mean;
      this.volume += volume;
      this.mean += (volume / this.volume) * away;
      this.spread += volume * away * (typical - this.mean);
    }
    y[0] = this.mean;
    y[1] = this.volume > 0 ? Math.sqrt(Math.max(0, this.spread / this.volume)) : 0;
  }
}
