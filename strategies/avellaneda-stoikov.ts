/**
 * Market making by Avellaneda and Stoikov (domain/strategy/avellaneda-stoikov.ts), relative to the price and for a horizon that
 * moves along: inventory counts in order sizes beyond the target. The variance of a candle is an exponential mean of squared
 * returns. kappa is estimated, unless given: if the chance that a candle reaches a distance from its open falls exponentially
 * with it, its rate is one over the mean distance reached (the maximum likelihood estimate), up and down taken together.
 */
import type { Candle, Timeframe } from "../domain/market/candle.ts";
import { optimalSpread, reservationPrice } from "../domain/strategy/avellaneda-stoikov.ts";
import { countGene, exposureGene, realGene, timeframeGene } from "../domain/strategy/genes.ts";
import { makerGenes } from "../domain/strategy/maker-genes.ts";
import type { Pricing } from "../domain/strategy/maker-lane.ts";
import { Maker, type MakerParams } from "../domain/strategy/maker.ts";
import type { Sizes } from "../domain/strategy/sizes.ts";
import type { Strategy } from "../domain/strategy/strategy.ts";

type DealerParams = MakerParams & {
  readonly riskAversion: number;
  readonly horizon: number;
  readonly memory: number;
  readonly kappa: number;
  readonly minSpreadBps: number;
};

/** How far the reservation price may go from the mid, as a part of it: beyond, the formula is no guide. */
const SHIFT_MAX = 0.05;

class DealerPricing implements Pricing {
  bid = Number.NaN;
  ask = Number.NaN;
  /** Of a candle's return. */
  variance = Number.NaN;
  /** Mean distance that a candle reaches from its open, as a part of it. */
  reach = Number.NaN;
  before = Number.NaN;
  private readonly riskAversion: number;
  private readonly horizon: number;
  private readonly kappa: number;
  private readonly weight: number;
  private readonly halfMin: number;

  constructor({ riskAversion, horizon, memory, kappa, minSpreadBps }: DealerParams, { makerFee }: Sizes) {
    this.riskAversion = riskAversion;
    this.horizon = horizon;
    this.kappa = kappa;
    this.weight = 2 / (memory + 1);
    this.halfMin = makerFee + minSpreadBps / 20_000;
  }

  learn({ open, high, low, close }: Candle): void {
    const reach = (high - low) / (2 * open);
    this.reach = Number.isNaN(this.reach) ? reach : this.reach + this.weight * (reach - this.reach);
    if (this.before > 0) {
      const square = Math.log(close / this.before) ** 2;
      this.variance = Number.isNaN(this.variance)
        ? square
        : this.variance + this.weight * (square - this.variance);
    }
    this.before = close;
  }

  price(beyond: number): void {
    const { riskAversion, horizon, variance, reach } = this;
    const kappa = this.kappa > 0 ? this.kappa : 1 / reach;
    const ahead = variance * horizon;
    const middle = Math.max(
      1 - SHIFT_MAX,
      Math.min(1 + SHIFT_MAX, reservationPrice(1, beyond, riskAversion, ahead)),
    );
    // A market that does not move has no kappa: the least spread is left.
    const spread = kappa < Infinity ? optimalSpread(riskAversion, ahead, kappa) : 0;
    const half = Math.max(this.halfMin, spread / 2);
    this.bid = middle - half;
    this.ask = middle + half;
  }
}

export const avellanedaStoikov: Strategy<DealerParams> = {
  name: "avellaneda-stoikov",
  about:
    "Market making by Avellaneda and Stoikov: quotes about a reservation price, by inventory, risk and liquidity.",
  genes: {
    riskAversion: realGene([0.01, 100, 1], "per order size", "gamma: how much inventory is feared."),
    horizon: countGene([1, 10_000, 60], "candles", "T - t: how long inventory may have to be held."),
    memory: countGene([5, 1_000, 60], "candles", "Memory of the estimates of variance and reach."),
    kappa: realGene(
      [0, 100_000, 0],
      "per part of the price",
      "How fast fills fade with distance; 0 estimates it.",
    ),
    minSpreadBps: realGene([0, 500, 2], "bps", "Least distance of bid and ask, beside two fees."),
    ...makerGenes,
    timeframe: timeframeGene(
      "Candles that are learnt from, at whose close it thinks anew, beside each quote.",
    ),
    exposure: exposureGene(0.9),
  },
  needs: ({ memory, timeframe }) => ({
    timeframes: [timeframe as Timeframe],
    warmupCandles: 2 * memory,
    quotes: true,
  }),
  start: (params, market) => new Maker(params, market, (sizes) => new DealerPricing(params, sizes)),
};
