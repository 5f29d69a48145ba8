/**
 * Triangular arbitrage: one asset given for a second, that for a third, and the third for the first again, at one venue, where the three
 * order books pay for it after three takers' fees (domain/arbitrage/triangle.ts). The legs follow one another as limit orders that take or
 * expire, each with what the leg before has brought in. What a leg leaves over, and what none would take, is sold home at the market.
 * What is held in between is unhedged, and measured (`shoal inspect strategy.ID`).
 */
import { HOME, IDLE, LEGS, Rounds } from "../domain/arbitrage/rounds.ts";
import { wholeLots } from "../domain/arbitrage/two-books.ts";
import { waysOf, type TriangleWays } from "../domain/arbitrage/ways.ts";
import type { BookLevels } from "../domain/market/book.ts";
import type { Instrument } from "../domain/market/instrument.ts";
import { countGene, exposureGene, realGene } from "../domain/strategy/genes.ts";
import { loadLanes, saveLanes } from "../domain/strategy/saved.ts";
import { Sizes } from "../domain/strategy/sizes.ts";
import type { Desk, OrderUpdate, Saved, Strategy, Trader } from "../domain/strategy/strategy.ts";
import { WorkingOrders } from "../domain/strategy/working-orders.ts";

type TriangularParams = {
  readonly edgeBps: number;
  readonly size: number;
  readonly staleMs: number;
  readonly legMs: number;
  readonly pauseMs: number;
  readonly exposure: number;
};

/** Sums of the ledger are rounded otherwise than ours. */
const HAIR = 1 - 1e-6;
/** A buy keeps money back for its fee: what is left of that is sold too, but breaks no round. */
const LEFT_OVER = 0.05;

class TriangularTrader implements Trader {
  private readonly params: TriangularParams;
  private readonly sizes: readonly Sizes[];
  private readonly orders: readonly WorkingOrders[];
  private readonly ways: TriangleWays["ways"];
  private readonly home: TriangleWays["home"];
  private readonly kept: Rounds;
  private readonly sides: BookLevels[] = [[], [], []];
  /** After a load: what stands is compared first. */
  private settled = true;

  constructor(params: TriangularParams, market: readonly Instrument[]) {
    this.params = params;
    this.sizes = market.map((one) => new Sizes(one));
    this.orders = this.sizes.map((sizes, i) => new WorkingOrders(i, sizes.fee));
    const { ways, home } = waysOf(market);
    this.ways = ways;
    this.home = home;
    this.kept = new Rounds(this.orders);
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
    const heard = this.orders[update.i]!.hear(update);
    this.measure(desk);
    if (heard?.ended === true && !desk.mute) this.go(desk);
  }

  private think(desk: Desk): void {
    if (desk.mute) return;
    if (!this.settled || this.orders.some((one) => one.overdue(desk.now)))
      for (const orders of this.orders) orders.settle(desk);
    this.settled = true;
    this.measure(desk);
    this.go(desk);
    if (this.kept.leg === IDLE && desk.now >= this.kept.pausedUntil) this.look(desk);
  }

  /** The next leg, or home, once nothing is out. */
  private go(desk: Desk): void {
    const { kept } = this;
    if (this.orders.some(({ live }) => live.length > 0)) {
      if (desk.now < kept.at + this.params.legMs) this.again(desk);
      else for (const orders of this.orders) orders.cancelAll(desk);
      return;
    }
    if (kept.leg >= 0 && kept.leg < LEGS - 1) {
      kept.leg += 1;
      if (this.send(desk)) return;
    }
    if (kept.leg === LEGS - 1) kept.leg = HOME;
    if (kept.leg === IDLE && !this.stranded(desk)) return;
    this.bring(desk);
  }

  /** The leg at hand goes out with what there is for it. */
  private send(desk: Desk): boolean {
    const { kept } = this;
    const { i, buys } = this.ways[kept.way]!.legs[kept.leg]!;
    const [sizes, price] = [this.sizes[i]!, kept.limits[kept.leg]!];
    const has = buys ? (desk.cash(i) * HAIR) / (price * (1 + sizes.fee)) : desk.holding(i);
    const quantity = wholeLots(has, sizes.lot);
    if (!sizes.allows(quantity, price)) {
      kept.leg = HOME;
      return false;
    }
    this.place(desk, i, { side: buys ? "buy" : "sell", quantity, price });
    return true;
  }

  private place(
    desk: Desk,
    i: number,
    order: { side: "buy" | "sell"; quantity: number; price: number },
  ): void {
    this.kept.at = desk.now;
    this.orders[i]!.place(desk, "leg", { type: "limit", timeInForce: "IOC", ...order }, order.price);
    this.again(desk);
  }

  /** Sells what is held of the two other assets; what is too little for the venue stays for the next round. */
  private bring(desk: Desk): void {
    const { kept } = this;
    kept.leg = HOME;
    if (!this.stranded(desk)) {
      kept.leg = IDLE;
      kept.homeward = false;
      return;
    }
    // One that was refused or found nobody is not sent again at once.
    if (kept.homeward && desk.now < kept.at + this.params.legMs) {
      this.again(desk);
      return;
    }
    if (!kept.homeward && this.worth(desk) > LEFT_OVER * kept.input) {
      kept.broken += 1;
      kept.pausedUntil = desk.now + this.params.pauseMs;
    }
    kept.homeward = true;
    kept.at = desk.now;
    for (const i of this.home) {
      const quantity = this.sellable(desk, i);
      if (quantity === 0) continue;
      const request = { side: "sell", type: "market", quantity } as const;
      this.orders[i]!.place(desk, "home", request, desk.book(i).bids[0]?.[0] ?? 0);
    }
    this.again(desk);
  }

  private stranded(desk: Desk): boolean {
    return this.sellable(desk, this.home[0]) > 0 || this.sellable(desk, this.home[1]) > 0;
  }

  private sellable(desk: Desk, i: number): number {
    const quantity = wholeLots(desk.holding(i), this.sizes[i]!.lot);
    return this.sizes[i]!.allows(quantity, desk.book(i).bids[0]?.[0] ?? 0) ? quantity : 0;
  }

  private look(desk: Desk): void {
    const { kept, params } = this;
    const [one, two, three] = [desk.book(0), desk.book(1), desk.book(2)];
    const oldest = Math.min(one.at, two.at, three.at);
    const newest = Math.max(one.at, two.at, three.at);
    if (Math.max(desk.now, newest) - oldest > params.staleMs || oldest <= kept.usedAt) return;
    for (const [way, { legs, triangle }] of this.ways.entries()) {
      for (let k = 0; k < LEGS; k += 1)
        this.sides[k] = legs[k]!.buys ? desk.book(legs[k]!.i).asks : desk.book(legs[k]!.i).bids;
      const { i } = legs[0]!;
      const has = (desk.cash(i) * HAIR) / (1 + this.sizes[i]!.fee);
      const most = Math.min(has, params.size * params.exposure * desk.equity);
      if (!triangle.measure(this.sides, most, params.edgeBps / 10_000)) continue;
      kept.way = way;
      kept.leg = 0;
      kept.limits.set(triangle.limits);
      kept.rounds += 1;
      kept.input = triangle.input;
      kept.promised += triangle.profit;
      kept.usedAt = newest;
      this.place(desk, i, { side: "buy", quantity: triangle.quantities[0]!, price: triangle.limits[0]! });
      return;
    }
  }

  private again(desk: Desk): void {
    desk.wake(Math.max(this.kept.at + this.params.legMs, desk.now + 1) as Desk["now"]);
  }

  /** In the first asset: what is held of the others, too little to sell left out. */
  private worth(desk: Desk): number {
    let worth = 0;
    for (const i of this.home) worth += this.sellable(desk, i) * (desk.book(i).bids[0]?.[0] ?? 0);
    return worth;
  }

  private measure(desk: Desk): void {
    this.kept.exposure.note(desk.now, this.worth(desk), 1, 0);
  }

  unhedged(now: number) {
    return this.kept.exposure.seen(now);
  }

  save(): Saved {
    return saveLanes(this.params, [this.kept]);
  }

  load(saved: Saved): void {
    loadLanes(saved, this.params, [this.kept]);
    this.settled = false;
  }
}

export const triangularArbitrage: Strategy<TriangularParams> = {
  name: "triangular-arbitrage",
  about: "Goes round three pairs of one venue and back to where it began, where the order books pay for it.",
  genes: {
    edgeBps: realGene([0, 500, 5], "bps", "What a round must earn after three fees."),
    size: realGene([0.01, 1, 0.5], "of the exposure", "The most of one round."),
    staleMs: countGene([50, 60_000, 1_500], "ms", "A book that has not changed for longer is not believed."),
    legMs: countGene(
      [50, 60_000, 1_000],
      "ms",
      "How long a leg may be out, and pause between two ways home.",
    ),
    pauseMs: countGene([0, 3_600_000, 60_000], "ms", "Pause after a round that did not end by its own legs."),
    exposure: exposureGene(0.9),
  },
  needs: () => ({ timeframes: ["1m"], warmupCandles: 1, quotes: true, books: true }),
  start: (params, market) => new TriangularTrader(params, market),
};
