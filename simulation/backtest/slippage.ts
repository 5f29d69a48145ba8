/**
 * What a taker pays beyond the price that was there, as a fraction of it. Volume and volatility are those of candles that
 * have closed, so that no model looks ahead. Makers pay nothing: they are met at their price.
 */
import { Invalid } from "../../domain/values/invalid.ts";
import type { VenueOrder } from "./venue-order.ts";

export type Slippage =
  | { readonly model: "none" }
  /** The price times bps / 10,000. */
  | { readonly model: "bps"; readonly bps: number }
  /** Half of a spread of `bps`: the price is taken for the mid. */
  | { readonly model: "spread"; readonly bps: number }
  /**
   * impact * share^2, where share is the order's part of the last candle's volume, at most `shareMax`
   * (zipline's and Lean's volume share model; their values are 0.1 and 0.025).
   */
  | { readonly model: "volume-share"; readonly impact: number; readonly shareMax: number }
  /**
   * factor * sigma * sqrt(quantity / volume): the square-root law of market impact (Almgren, Thum, Hauptmann and Li 2005;
   * Toth et al. 2011), sigma the deviation of the last candles' returns (weight 1/20 each), volume that of the last candle.
   */
  | { readonly model: "square-root"; readonly factor: number };

export const slippageModels = ["none", "bps", "spread", "volume-share", "square-root"] as const;

/** The whole of a candle's volume, where the candle has less than the order or none. */
const SHARE_MAX = 1;

export const slippageOf = (slippage: Slippage, quantity: number, volume: number, sigma: number): number => {
  switch (slippage.model) {
    case "none":
      return 0;
    case "bps":
      return slippage.bps / 10_000;
    case "spread":
      return slippage.bps / 20_000;
    case "volume-share": {
      const share = Math.min(shareOf(quantity, volume), slippage.shareMax);
      return slippage.impact * share * share;
    }
    case "square-root":
      return slippage.factor * sigma * Math.sqrt(shareOf(quantity, volume));
  }
};

const shareOf = (quantity: number, volume: number): number =>
  volume > 0 ? Math.min(SHARE_MAX, quantity / volume) : SHARE_MAX;

/** Weight of the newest squared return in the variance: about 20 candles are remembered. */
const VARIANCE_WEIGHT = 1 / 20;

/** What slippage is measured by, of each market. */
export class SlippageMeter {
  readonly measures: boolean;
  readonly #slippage: Slippage;
  readonly #volume: Float64Array;
  readonly #variance: Float64Array;

  constructor(markets: number, slippage: Slippage) {
    this.#slippage = slippage;
    this.#volume = new Float64Array(markets);
    this.#variance = new Float64Array(markets);
    this.measures = slippage.model === "volume-share" || slippage.model === "square-root";
  }

  /** A candle of this volume closed, after one that closed at `before`. */
  measure(i: number, before: number, close: number, volume: number): void {
    this.#volume[i] = volume;
    const change = Math.log(close / before);
    if (Number.isFinite(change))
      this.#variance[i] = this.#variance[i]! + VARIANCE_WEIGHT * (change * change - this.#variance[i]!);
  }

  /** Against the taker, and never beyond its limit. */
  slipped({ i, quantity, buys, hasPrice, price: limit }: VenueOrder, price: number): number {
    const part = slippageOf(this.#slippage, quantity, this.#volume[i]!, Math.sqrt(this.#variance[i]!));
    if (part === 0) return price;
    const slipped = buys ? price * (1 + part) : price * Math.max(0, 1 - part);
    if (!hasPrice) return slipped;
    return buys ? Math.min(slipped, limit) : Math.max(slipped, limit);
  }
}

export const slippageText = (slippage: Slippage): string => {
  switch (slippage.model) {
    case "none":
      return "none: takers get the price that was there";
    case "bps":
      return `${slippage.bps} bps of the price, for takers`;
    case "spread":
      return `half of a spread of ${slippage.bps} bps, for takers`;
    case "volume-share":
      return `${slippage.impact} * share^2 for takers, share of the last candle's volume, at most ${slippage.shareMax}`;
    case "square-root":
      return `${slippage.factor} * sigma * sqrt(quantity / volume of the last candle) for takers, sigma of the last candles' returns`;
  }
};

/** From `none`, `bps:5`, `spread:10`, `volume-share:0.1`, `square-root:1`. Throws `Invalid` naming `field`. */
export const parseSlippage = (text: string, field = "slippage"): Slippage => {
  const [model, value, ...more] = text.split(":");
  const wrong = (): Invalid =>
    new Invalid(field, "none, bps:N, spread:N, volume-share[:impact] or square-root[:factor]", text);
  if (more.length > 0 || !slippageModels.some((each) => each === model)) throw wrong();
  const number = value === undefined ? NaN : Number(value);
  if (value !== undefined && (value === "" || !(number >= 0 && number <= 10_000))) throw wrong();
  if (model === "volume-share") return { model, impact: value === undefined ? 0.1 : number, shareMax: 0.025 };
  if (model === "square-root") return { model, factor: value === undefined ? 1 : number };
  if (model === "none") {
    if (value !== undefined) throw wrong();
    return { model };
  }
  if (value === undefined) throw wrong();
  return { model: model as "bps" | "spread", bps: number };
};
