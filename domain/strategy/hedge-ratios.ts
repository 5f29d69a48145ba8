/**
 * How many units of the hedge answer a unit of each of the other instruments: one of the same base, else as much money times a ratio,
 * which is 1 or the slope of their returns over the hedge's (least squares over a window), drawn to 1 as Blume (1971) draws betas to the
 * market's, and bounded. Only closes of one time are compared, so between them nothing moves.
 */
import { Beta } from "../indicators/statistics/pairs.ts";
import { assetsOfSymbol, isContract } from "../market/instrument.ts";
import type { Hedge } from "./hedge.ts";

export class HedgeRatios {
  /** NaN before the first closes of one time. */
  readonly units: Float64Array;
  /** Newest closes, and when their candles opened; of the hedge last. */
  private readonly closes: Float64Array;
  private readonly times: Float64Array;
  private readonly betas: readonly Beta[];
  readonly #fixed: readonly boolean[];
  readonly #row = new Float64Array(2);
  readonly #found = new Float64Array(1);
  readonly #shrink: number;
  readonly #most: number;

  /** `symbols`: that of the hedge last. */
  constructor({ ratio, window, shrink, ratioMax }: Hedge, symbols: readonly string[]) {
    const others = symbols.slice(0, -1);
    this.#fixed = others.map((one) => ratio === "one" && baseOf(one) === baseOf(symbols.at(-1)!));
    this.units = Float64Array.from(this.#fixed, (fixed) => (fixed ? 1 : Number.NaN));
    this.closes = new Float64Array(symbols.length);
    this.times = new Float64Array(symbols.length).fill(Number.NaN);
    this.betas = ratio === "one" ? [] : others.map(() => new Beta(window));
    this.#shrink = shrink;
    this.#most = ratioMax;
  }

  /** Whether the candles of all instruments have closed that opened when this one did. */
  candle(i: number, openAt: number, close: number): boolean {
    const { closes, times } = this;
    closes[i] = close;
    times[i] = openAt;
    const h = closes.length - 1;
    let all = true;
    for (let k = 0; k < h; k += 1) {
      if (times[k] !== times[h]) all = false;
      else if (i === h || i === k) this.learn(k, closes[k]!, closes[h]!);
    }
    return all;
  }

  private learn(k: number, close: number, answer: number): void {
    const beta = this.betas[k];
    let ratio = Math.min(1, this.#most);
    if (beta !== undefined) {
      this.#row[0] = answer;
      this.#row[1] = close;
      beta.step(this.#row, this.#found);
      const drawn = this.#shrink + (1 - this.#shrink) * this.#found[0]!;
      if (!Number.isNaN(drawn)) ratio = Math.max(0, Math.min(this.#most, drawn));
    }
    if (this.#fixed[k] !== true) this.units[k] = (ratio * close) / answer;
  }
}

/** "BTC" of BTC/USDT, BTC/USDT:USDT and its legs. */
const baseOf = (symbol: string): string =>
  isContract(symbol) ? symbol.slice(0, symbol.indexOf("/")) : assetsOfSymbol(symbol).base;
