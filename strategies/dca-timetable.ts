/**
 * Averaging by a timetable: the same amount of quote at fixed times, whatever the price, so that the average price is the harmonic
 * mean of the prices paid. Times are counted from the epoch in UTC. With a profit to take, all is sold once the close stands so
 * far above the average, and a new round begins with what there is then; without one, the purchases are held.
 */
import type { Candle, Timeframe } from "../domain/market/candle.ts";
import { timeframes } from "../domain/market/candle.ts";
import type { Instrument } from "../domain/market/instrument.ts";
import { countGene, exposureGene, realGene, timeframeGene } from "../domain/strategy/genes.ts";
import { loadLanes, saveLanes } from "../domain/strategy/saved.ts";
import { Sizes, spareQuote } from "../domain/strategy/sizes.ts";
import type { Desk, OrderUpdate, Saved, Strategy, Trader } from "../domain/strategy/strategy.ts";
import { WorkingOrders } from "../domain/strategy/working-orders.ts";

type TimetableParams = {
  readonly every: number;
  readonly offset: number;
  readonly times: number;
  readonly takeProfit: number;
  readonly timeframe: string;
  readonly exposure: number;
};

const MINUTE = 60_000;

class Lane {
  readonly orders: WorkingOrders;
  /** The last time of the timetable that was seen, counted from the epoch; NaN before any. */
  slot = Number.NaN;
  /** Purchases of this round. */
  bought = 0;
  /** Quote for each of them; NaN before the round begins. */
  unit = Number.NaN;
  quantity = 0;
  cost = 0;
  settled = true;

  constructor(i: number, { fee }: Sizes) {
    this.orders = new WorkingOrders(i, fee);
  }
}

class TimetableTrader implements Trader {
  private readonly params: TimetableParams;
  private readonly span: number;
  private readonly sizes: readonly Sizes[];
  private readonly lanes: readonly Lane[];

  constructor(params: TimetableParams, market: readonly Instrument[]) {
    this.params = params;
    this.span = timeframes[params.timeframe as Timeframe];
    this.sizes = market.map((instrument) => new Sizes(instrument));
    this.lanes = this.sizes.map((sizes, i) => new Lane(i, sizes));
  }

  onCandle({ openAt, close }: Candle, i: number, timeframe: Timeframe, desk: Desk): void {
    if (timeframe !== this.params.timeframe) return;
    const lane = this.lanes[i]!;
    const { every, offset, times, takeProfit } = this.params;
    const slot = Math.floor((openAt + this.span - offset * MINUTE) / (every * MINUTE));
    const due = slot > lane.slot;
    lane.slot = slot;
    if (desk.mute) return;
    if (!lane.settled || lane.orders.overdue(desk.now)) this.settle(lane, i, close, desk);
    if (takeProfit > 0 && lane.quantity > 0 && close >= (lane.cost / lane.quantity) * (1 + takeProfit / 100))
      this.sell(lane, i, close, desk);
    else if (due && lane.bought < times) this.buy(lane, i, close, desk);
  }

  /** After a restart: what was filled meanwhile is taken for bought, or sold, at the price now. */
  private settle(lane: Lane, i: number, close: number, desk: Desk): void {
    lane.settled = true;
    if (!lane.orders.settle(desk)) return;
    const held = desk.position(i);
    if (held > lane.quantity) lane.cost += (held - lane.quantity) * close;
    else if (held < lane.quantity) lane.cost *= held / lane.quantity;
    lane.quantity = held;
    if (held === 0) lane.bought = 0;
  }

  private buy(lane: Lane, i: number, close: number, desk: Desk): void {
    const { exposure, times } = this.params;
    const { length } = this.lanes;
    if (lane.bought === 0) lane.unit = (exposure * desk.equity) / length / times;
    const sizes = this.sizes[i]!;
    const affordable = sizes.affordable(spareQuote(desk, this.lanes), close);
    const quantity = Math.min(lane.unit / (close * (1 + sizes.fee)), affordable);
    lane.bought += 1;
    if (sizes.allows(quantity, close))
      lane.orders.place(desk, "buy", { side: "buy", type: "market", quantity }, close);
  }

  private sell(lane: Lane, i: number, close: number, desk: Desk): void {
    const quantity = desk.position(i);
    if (lane.orders.live.length > 0 || !this.sizes[i]!.allows(quantity, close)) return;
    lane.orders.place(desk, "profit", { side: "sell", type: "market", quantity }, close);
  }

  onOrder(update: OrderUpdate): void {
    const lane = this.lanes[update.i]!;
    const heard = lane.orders.hear(update);
    if (heard === undefined) return;
    const { order, filled, ended } = heard;
    if (order.buys) {
      lane.quantity += filled;
      lane.cost += filled * update.price;
    } else if (ended && order.filled > 0) {
      lane.quantity = lane.cost = lane.bought = 0;
    }
  }

  save(): Saved {
    return saveLanes(this.params, this.lanes);
  }

  load(saved: Saved): void {
    loadLanes(saved, this.params, this.lanes);
    for (const lane of this.lanes) lane.settled = false;
  }
}

export const dcaTimetable: Strategy<TimetableParams> = {
  name: "dca-timetable",
  about: "Buys for the same amount at fixed times, whatever the price, and may take a profit on the average.",
  genes: {
    every: countGene([1, 43_200, 1_440], "minutes", "Time between purchases."),
    offset: countGene([0, 43_199, 0], "minutes", "How long after the beginning of each such time."),
    times: countGene([1, 1_000, 30], "purchases", "How many share the money of a round."),
    takeProfit: realGene([0, 100, 0], "percent", "Profit on the average at which all is sold; 0 holds."),
    timeframe: timeframeGene("Candles whose closes are looked at."),
    exposure: exposureGene(),
  },
  impossible: ({ every, offset }) =>
    offset < every ? undefined : `offset must be below every, which is ${every}`,
  needs: ({ timeframe }) => ({ timeframes: [timeframe as Timeframe], warmupCandles: 1 }),
  start: (params, market) => new TimetableTrader(params, market),
};
