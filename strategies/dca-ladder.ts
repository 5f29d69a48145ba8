/**
 * A ladder of safety orders: buy, rest further buys below at growing distances and sizes, and take a fixed profit on the average of
 * all that was bought; the profit order moves with each fill. Safety order k stands deviation * (1 + s + ... + s^(k-1)) percent
 * below the first price (s the step scale) and is `safetySize` * v^(k-1) of the first buy (v the volume scale). All together
 * never cost more than the share of equity that there was when the round began.
 */
import type { Candle, Timeframe } from "../domain/market/candle.ts";
import type { Instrument } from "../domain/market/instrument.ts";
import { countGene, exposureGene, realGene, timeframeGene } from "../domain/strategy/genes.ts";
import { loadLanes, saveLanes } from "../domain/strategy/saved.ts";
import { Sizes, spareQuote } from "../domain/strategy/sizes.ts";
import type { Desk, OrderUpdate, Saved, Strategy, Trader } from "../domain/strategy/strategy.ts";
import { WorkingOrders } from "../domain/strategy/working-orders.ts";

type LadderParams = {
  readonly deviation: number;
  readonly stepScale: number;
  readonly safetyOrders: number;
  readonly safetySize: number;
  readonly volumeScale: number;
  readonly takeProfit: number;
  readonly stopLoss: number;
  readonly pause: number;
  readonly timeframe: string;
  readonly exposure: number;
};

class Lane {
  readonly orders: WorkingOrders;
  /** Quote for the first buy of this round. */
  unit = 0;
  /** Bought and not sold again, with what it cost without fees. */
  quantity = 0;
  cost = 0;
  /** Quote that the safety orders will take, until they stand. */
  promised = 0;
  /** The ladder of this round stands, or stood. */
  laddered = false;
  /** All shall be sold at the market. */
  leaving = false;
  /** Candles to wait before the next round. */
  resting = 0;
  settled = true;

  constructor(i: number, { fee }: Sizes) {
    this.orders = new WorkingOrders(i, fee);
  }

  get average(): number {
    return this.cost / this.quantity;
  }

  bought(quantity: number, price: number): void {
    this.quantity += quantity;
    this.cost += quantity * price;
  }

  sold(quantity: number): void {
    const left = Math.max(0, this.quantity - quantity);
    this.cost *= this.quantity > 0 ? left / this.quantity : 0;
    this.quantity = left;
  }
}

class LadderTrader implements Trader {
  private readonly params: LadderParams;
  private readonly sizes: readonly Sizes[];
  private readonly lanes: readonly Lane[];
  /** All buys of a round together, in first buys. */
  private readonly units: number;

  constructor(params: LadderParams, market: readonly Instrument[]) {
    this.params = params;
    this.sizes = market.map((instrument) => new Sizes(instrument));
    this.lanes = this.sizes.map((sizes, i) => new Lane(i, sizes));
    let units = 1;
    for (let k = 0; k < params.safetyOrders; k += 1) units += params.safetySize * params.volumeScale ** k;
    this.units = units;
  }

  onCandle({ close }: Candle, i: number, timeframe: Timeframe, desk: Desk): void {
    if (timeframe !== this.params.timeframe || desk.mute) return;
    const lane = this.lanes[i]!;
    if (!lane.settled || lane.orders.overdue(desk.now)) this.settle(lane, i, close, desk);
    const { stopLoss } = this.params;
    if (stopLoss > 0 && lane.quantity > 0 && close <= lane.average * (1 - stopLoss / 100))
      lane.leaving = true;
    this.tend(lane, i, close, desk);
    if (lane.quantity === 0 && lane.orders.live.length === 0) {
      if (lane.resting > 0) lane.resting -= 1;
      else this.begin(lane, i, close, desk);
    }
  }

  private begin(lane: Lane, i: number, close: number, desk: Desk): void {
    const sizes = this.sizes[i]!;
    const { length } = this.lanes;
    const spare = spareQuote(desk, this.lanes);
    const share = Math.min((this.params.exposure * desk.equity) / length, spare);
    lane.unit = share / (1 + sizes.fee) / this.units;
    lane.laddered = lane.leaving = false;
    const quantity = Math.min(lane.unit / close, sizes.affordable(spare, close));
    if (!sizes.allows(quantity, close)) return;
    lane.promised = lane.unit * (this.units - 1) * (1 + sizes.fee);
    lane.orders.place(desk, "first", { side: "buy", type: "market", quantity }, close);
  }

  /** The safety orders below the first price, once it is known. */
  private ladder(lane: Lane, i: number, first: number, desk: Desk): void {
    lane.laddered = true;
    lane.promised = 0;
    const { deviation, stepScale, safetyOrders, safetySize, volumeScale } = this.params;
    let below = 0;
    for (let k = 0; k < safetyOrders; k += 1) {
      below += deviation * stepScale ** k;
      const price = first * (1 - below / 100);
      const quantity = (lane.unit * safetySize * volumeScale ** k) / price;
      // What a venue would not take, or the price cannot reach, ends the ladder.
      if (!(price > 0) || !this.sizes[i]!.allows(quantity, price)) return;
      lane.orders.place(desk, `safety ${k + 1}`, { side: "buy", type: "limit", quantity, price }, first);
    }
  }

  /** One order stands to sell all that is held: at the profit, or at the market when it is to be left. */
  private tend(lane: Lane, i: number, price: number, desk: Desk): void {
    if (lane.quantity === 0) return;
    const { orders } = lane;
    if (lane.leaving)
      for (const order of orders.live) if (order.purpose !== "leave") orders.cancel(desk, order);
    const out = orders.live.find(({ buys }) => !buys);
    const quantity = Math.min(lane.quantity, desk.position(i));
    const target = lane.average * (1 + this.params.takeProfit / 100);
    if (out !== undefined) {
      const left = out.quantity - out.filled;
      if (out.purpose === "profit" && (Math.abs(left - quantity) > 1e-9 * quantity || out.price !== target))
        orders.cancel(desk, out);
      return;
    }
    if (!this.sizes[i]!.allows(quantity, lane.leaving ? price : target)) return;
    if (lane.leaving) {
      if (orders.live.length === 0)
        orders.place(desk, "leave", { side: "sell", type: "market", quantity }, price);
    } else orders.place(desk, "profit", { side: "sell", type: "limit", quantity, price: target }, price);
  }

  onOrder(update: OrderUpdate, desk: Desk): void {
    const { i, price } = update;
    const lane = this.lanes[i]!;
    const heard = lane.orders.hear(update);
    if (heard === undefined) return;
    const { order, filled, ended, wished } = heard;
    if (filled > 0 && order.buys) lane.bought(filled, price);
    else if (filled > 0) lane.sold(filled);
    if (order.purpose === "first" && ended) lane.promised = 0;
    if (desk.mute) return;
    if (order.purpose === "first" && ended && lane.quantity > 0 && !lane.laddered)
      this.ladder(lane, i, lane.average, desk);
    // A sale that is done ends the round; what is left of it is too small to sell.
    if (!order.buys && ended && order.filled >= order.quantity * (1 - 1e-6)) {
      lane.quantity = lane.cost = 0;
      lane.resting = this.params.pause;
      lane.orders.cancelAll(desk);
    } else if (wished) this.tend(lane, i, price > 0 ? price : lane.average, desk);
  }

  /** After a restart: what is held is the portfolio's word; where the average is not known either, the round begins at this price. */
  private settle(lane: Lane, i: number, close: number, desk: Desk): void {
    lane.settled = true;
    if (!lane.orders.settle(desk)) return;
    const held = desk.position(i);
    const average = lane.quantity > 0 ? lane.average : close;
    if (this.sizes[i]!.allows(held, average)) {
      lane.quantity = held;
      lane.cost = held * average;
      return;
    }
    lane.quantity = lane.cost = 0;
    lane.orders.cancelAll(desk);
  }

  save(): Saved {
    return saveLanes(this.params, this.lanes);
  }

  load(saved: Saved): void {
    loadLanes(saved, this.params, this.lanes);
    for (const lane of this.lanes) lane.settled = false;
  }
}

export const dcaLadder: Strategy<LadderParams> = {
  name: "dca-ladder",
  about: "Buys, rests further buys below at growing distances and sizes, and takes a profit on the average.",
  genes: {
    deviation: realGene([0.05, 20, 1], "percent", "Distance of the first safety order from the first price."),
    stepScale: realGene([0.5, 3, 1.2], "", "How each further distance grows."),
    safetyOrders: countGene([0, 20, 5], "orders", "How many buys may follow the first."),
    safetySize: realGene([0.1, 10, 1], "first buys", "Size of the first safety order."),
    volumeScale: realGene([0.5, 3, 1.5], "", "How each further size grows."),
    takeProfit: realGene([0.05, 50, 1], "percent", "Profit on the average, before fees."),
    stopLoss: realGene([0, 90, 0], "percent", "Loss on the average at which all is sold; 0 holds on."),
    pause: countGene([0, 10_000, 0], "candles", "Wait before the next round."),
    timeframe: timeframeGene("Candles whose closes are looked at."),
    exposure: exposureGene(),
  },
  needs: ({ timeframe }) => ({ timeframes: [timeframe as Timeframe], warmupCandles: 1 }),
  start: (params, market) => new LadderTrader(params, market),
};
