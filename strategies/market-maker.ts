/**
 * Market maker: a bid and an ask half of the spread away from the price, both shifted against what is held beyond the target, so
 * that it is sold down or bought up again: linearly, by `skew` half spreads where all of the exposure is held, or nothing.
 */
import type { Timeframe } from "../domain/market/candle.ts";
import { exposureGene, realGene, timeframeGene } from "../domain/strategy/genes.ts";
import { makerGenes } from "../domain/strategy/maker-genes.ts";
import type { Pricing } from "../domain/strategy/maker-lane.ts";
import { Maker, type MakerParams } from "../domain/strategy/maker.ts";
import type { Strategy } from "../domain/strategy/strategy.ts";

type SpreadParams = MakerParams & {
  readonly spreadBps: number;
  readonly skew: number;
};

class SpreadPricing implements Pricing {
  bid = Number.NaN;
  ask = Number.NaN;
  private readonly half: number;
  /** Shift for an inventory of one order size beyond the target. */
  private readonly shift: number;
  private readonly shiftMax: number;

  constructor({ spreadBps, skew, size, target }: SpreadParams) {
    this.half = spreadBps / 20_000;
    this.shiftMax = skew * this.half;
    this.shift = (this.shiftMax * size) / Math.max(target, 1 - target);
  }

  learn(): void {
    // Its quotes depend on the price and the inventory alone.
  }

  price(beyond: number): void {
    const shift = Math.max(-this.shiftMax, Math.min(this.shiftMax, this.shift * beyond));
    this.bid = 1 - shift - this.half;
    this.ask = 1 - shift + this.half;
  }
}

export const marketMaker: Strategy<SpreadParams> = {
  name: "market-maker",
  about: "Rests a bid and an ask about the price, shifted against what it holds beyond its target.",
  genes: {
    spreadBps: realGene([1, 1_000, 30], "bps", "Distance between bid and ask."),
    skew: realGene([0, 3, 0.5], "half spreads", "How far both shift at the limits of the inventory."),
    ...makerGenes,
    timeframe: timeframeGene("Candles at whose close it thinks anew, beside each quote."),
    exposure: exposureGene(0.9),
  },
  needs: ({ timeframe }) => ({ timeframes: [timeframe as Timeframe], warmupCandles: 1, quotes: true }),
  start: (params, market) => new Maker(params, market, () => new SpreadPricing(params)),
};
