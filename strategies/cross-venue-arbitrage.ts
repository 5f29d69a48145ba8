/**
 * Cross-venue arbitrage: the same pair at two venues, bought where it is cheap and sold where it is dear at the same moment, out of an
 * inventory at both. Sizes come from walking both order books (domain/arbitrage/two-books.ts), after both takers' fees and what it costs
 * to bring the money back; a book older than `staleMs` is not believed. Both legs are limit orders that take or expire; when only one is
 * filled, domain/arbitrage/leg-risk.ts says what follows, and what was unhedged is measured (`shoal inspect strategy.ID`).
 */
import { CrossVenueLane, type Side } from "../domain/arbitrage/cross-venue-lane.ts";
import type { TwoBooks } from "../domain/arbitrage/two-books.ts";
import { exposureGene, realGene, countGene } from "../domain/strategy/genes.ts";
import { loadLanes, saveLanes } from "../domain/strategy/saved.ts";
import type { Desk, OrderUpdate, Saved, Strategy, Trader } from "../domain/strategy/strategy.ts";
import type { Instrument } from "../domain/market/instrument.ts";
import { Invalid } from "../domain/values/invalid.ts";

type CrossVenueParams = {
  readonly edgeBps: number;
  readonly rebalanceBps: number;
  readonly size: number;
  readonly target: number;
  readonly staleMs: number;
  readonly hedgeMs: number;
  readonly marketMs: number;
  readonly pauseMs: number;
  readonly exposure: number;
};

class CrossVenueTrader implements Trader {
  private readonly params: CrossVenueParams;
  private readonly lane: CrossVenueLane;
  /** After a load: what stands and what is held is compared first. */
  private settled = true;

  constructor(params: CrossVenueParams, market: readonly Instrument[]) {
    this.params = params;
    this.lane = new CrossVenueLane(params, market);
  }

  onCandle(): void {
    // Candles only bring a first price, for the portfolio to mark with.
  }

  onBook(_book: unknown, _i: number, desk: Desk): void {
    this.think(desk);
  }

  onTimer(_at: number, desk: Desk): void {
    this.think(desk);
  }

  onOrder(update: OrderUpdate, desk: Desk): void {
    this.lane.hear(update, desk);
    this.lane.act(desk);
  }

  private think(desk: Desk): void {
    const { lane } = this;
    if (desk.mute) return;
    if (!this.settled || lane.overdue(desk.now)) lane.settle(desk);
    this.settled = true;
    lane.act(desk);
    if (!lane.idle(desk.now)) return;
    const sides = lane.sides(desk, this.params.staleMs);
    if (sides === undefined || lane.stock(desk, sides)) return;
    const way = this.better(sides, desk);
    if (way !== undefined) lane.trade(desk, way.from, way.to, way.walk);
  }

  /** Of both directions the one that pays, the dearer venue being sold at. */
  private better(sides: readonly [Side, Side], desk: Desk) {
    const { lane, params } = this;
    const most = (params.size * params.exposure * desk.equity) / sides[0].middle;
    const edge = (params.edgeBps + params.rebalanceBps) / 10_000;
    for (const from of [0, 1] as const) {
      const walk: TwoBooks = lane.walk;
      const terms = lane.terms(desk, from, sides, { most, edge });
      if (!walk.measure(desk.book(from).asks, desk.book(1 - from).bids, terms)) continue;
      if (lane.allowed(from, walk)) return { from, to: from === 0 ? 1 : 0, walk } as const;
    }
    return undefined;
  }

  unhedged(now: number) {
    return this.lane.kept.exposure.seen(now);
  }

  save(): Saved {
    return saveLanes(this.params, [this.lane.kept]);
  }

  load(saved: Saved): void {
    loadLanes(saved, this.params, [this.lane.kept]);
    this.settled = false;
  }
}

export const crossVenueArbitrage: Strategy<CrossVenueParams> = {
  name: "cross-venue-arbitrage",
  about:
    "Buys a pair at one venue and sells it at another at the same moment, where both order books pay for it.",
  genes: {
    edgeBps: realGene([0, 500, 5], "bps", "What each unit must earn after both fees."),
    rebalanceBps: realGene([0, 500, 5], "bps", "What it costs to bring money and coins back, of each unit."),
    size: realGene([0.01, 1, 0.2], "of the exposure", "The most of one trade."),
    target: realGene([0.05, 0.95, 0.5], "of the exposure", "Inventory that each venue begins with."),
    staleMs: countGene([50, 60_000, 1_500], "ms", "A book that has not changed for longer is not believed."),
    hedgeMs: countGene([50, 60_000, 1_000], "ms", "How long a leg may be filled alone before it is hedged."),
    marketMs: countGene(
      [50, 60_000, 2_000],
      "ms",
      "How long a hedge may take before the other leg is unwound.",
    ),
    pauseMs: countGene([0, 3_600_000, 60_000], "ms", "Pause after a trade that did not end by its own legs."),
    exposure: exposureGene(0.9),
  },
  needs: () => ({ timeframes: ["1m"], warmupCandles: 1, quotes: true, books: true }),
  start(params, market) {
    const [one, other] = market;
    if (market.length !== 2 || one!.symbol !== other!.symbol || one!.venue === other!.venue)
      throw new Invalid(
        "instruments",
        "two: the same pair at two venues",
        market.map(({ id }) => id).join(", "),
      );
    return new CrossVenueTrader(params, market);
  },
};
