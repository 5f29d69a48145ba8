/**
 * Grid: cells between price levels, each bought at its lower level and sold at its upper one, again and again; a round through a
 * cell earns the distance of its levels less two fees. Post-only wherever the price is not past the level already. Of a partial
 * fill only the filled part gets its counter-order. Cells narrower than two fees and `minProfitBps` are not made.
 *
 * `long` begins by buying what the cells above the price sell; `neutral` begins with nothing, and sells only what it has bought.
 */
import type { Candle, Timeframe } from "../domain/market/candle.ts";
import type { Instrument } from "../domain/market/instrument.ts";
import { countGene, exposureGene, realGene, timeframeGene } from "../domain/strategy/genes.ts";
import { GridCells } from "../domain/strategy/grid-cells.ts";
import { loadLanes, saveLanes } from "../domain/strategy/saved.ts";
import { Sizes, spareQuote } from "../domain/strategy/sizes.ts";
import type { Desk, OrderUpdate, Saved, Strategy, Trader } from "../domain/strategy/strategy.ts";
import { WorkingOrders } from "../domain/strategy/working-orders.ts";

type GridParams = {
  readonly mode: string;
  readonly spacing: string;
  readonly cells: number;
  readonly below: number;
  readonly above: number;
  readonly lower: number;
  readonly upper: number;
  readonly minProfitBps: number;
  readonly trailing: boolean;
  readonly stop: number;
  readonly timeframe: string;
  readonly exposure: number;
};

class Lane {
  readonly orders: WorkingOrders;
  readonly cells: GridCells;
  /** The last price heard. */
  price = Number.NaN;
  /** `long`: the first purchase has been asked for, and then is done. */
  opening = false;
  opened = false;
  /** The price fell through the stop: all is sold, and no more is bought. */
  ended = false;
  settled = true;

  constructor(i: number, { fee }: Sizes, cells: number) {
    this.orders = new WorkingOrders(i, fee);
    this.cells = new GridCells(cells);
  }
}

/** How far below the price a sell whose level has been passed is placed, as a part of it. */
const SLACK = 0.005;

/** `buy 3` is the buy of cell 3. */
const cellOf = (purpose: string): number => Number(purpose.slice(purpose.indexOf(" ") + 1));

class GridTrader implements Trader {
  private readonly params: GridParams;
  private readonly sizes: readonly Sizes[];
  private readonly lanes: readonly Lane[];

  constructor(params: GridParams, market: readonly Instrument[]) {
    this.params = params;
    this.sizes = market.map((instrument) => new Sizes(instrument));
    this.lanes = this.sizes.map((sizes, i) => new Lane(i, sizes, params.cells));
  }

  onCandle({ close }: Candle, i: number, timeframe: Timeframe, desk: Desk): void {
    if (timeframe !== this.params.timeframe || desk.mute) return;
    const lane = this.lanes[i]!;
    lane.price = close;
    if (!lane.settled || lane.orders.overdue(desk.now)) this.settle(lane, i, desk);
    const { cells } = lane;
    if (!cells.laid) this.lay(lane, i, desk);
    if (!cells.laid) return;
    const { stop, trailing } = this.params;
    if (stop > 0 && close < cells.level(cells.first) * (1 - stop / 100)) lane.ended = true;
    if (lane.ended) {
      this.leave(lane, i, desk);
      return;
    }
    if (this.params.mode === "long" && !lane.opened) {
      this.open(lane, i, desk);
      return;
    }
    if (trailing) this.trail(lane, desk);
    for (let k = cells.first; k < cells.end; k += 1) this.tend(lane, i, k, desk);
  }

  /** Lays the levels about the first price, or between the two that were given. */
  private lay(lane: Lane, i: number, desk: Desk): void {
    const { spacing, lower, upper, below, above, minProfitBps, exposure, cells } = this.params;
    const sizes = this.sizes[i]!;
    const { price } = lane;
    const share = Math.min((exposure * desk.equity) / this.lanes.length, spareQuote(desk, this.lanes));
    // A twentieth more than the venue's least: quantities are rounded down.
    const most = sizes.notionalMin > 0 ? Math.floor(share / (1.05 * sizes.notionalMin)) : cells;
    lane.cells.lay({
      lower: lower > 0 ? lower : price * (1 - below / 100),
      upper: upper > 0 ? upper : price * (1 + above / 100),
      geometric: spacing === "geometric",
      cells: Math.min(cells, most),
      narrowest: 2 * sizes.makerFee + minProfitBps / 10_000,
      quote: share / (1 + sizes.fee),
    });
  }

  /** `long`: buys what the cells above the price are to sell; the grid is set out when that is done. */
  private open(lane: Lane, i: number, desk: Desk): void {
    const { cells, orders, price } = lane;
    if (lane.opening && orders.live.length > 0) return;
    if (!lane.opening) {
      lane.opening = true;
      const sizes = this.sizes[i]!;
      const quantity = Math.min(cells.above(price), sizes.affordable(spareQuote(desk, this.lanes), price));
      if (sizes.allows(quantity, price)) {
        orders.place(desk, "open 0", { side: "buy", type: "market", quantity }, price);
        return;
      }
    }
    lane.opened = true;
    for (let k = cells.first; k < cells.end; k += 1) this.tend(lane, i, k, desk);
  }

  /** Sets out what a cell lacks: a sell for what it holds, a buy for what it does not. */
  private tend(lane: Lane, i: number, k: number, desk: Desk): void {
    const { cells, orders, price } = lane;
    const sizes = this.sizes[i]!;
    let selling = 0;
    let buying = 0;
    for (const order of orders.live)
      if (cellOf(order.purpose) === k) {
        if (order.buys) buying += order.quantity - order.filled;
        else selling += order.quantity - order.filled;
      }
    const held = cells.heldBy(k);
    const [low, high] = [cells.level(k), cells.level(k + 1)];
    // Fees in base leave a little less than was bought.
    const sell = Math.min(held - selling, desk.position(i) - orders.offered);
    if (sizes.allows(sell, high)) {
      // Past its level it takes what is there, within the collar.
      const timeInForce = price < high ? "PO" : "GTC";
      const at = Math.max(high, price * (1 - SLACK));
      const request = { side: "sell", type: "limit", timeInForce, quantity: sell, price: at } as const;
      orders.place(desk, `sell ${k}`, request, price);
    }
    const buy = cells.sizeOf(k) - held - buying;
    if (low < price && buy > 1e-6 * cells.sizeOf(k) && sizes.allows(buy, low)) {
      const request = { side: "buy", type: "limit", timeInForce: "PO", quantity: buy, price: low } as const;
      orders.place(desk, `buy ${k}`, request, price);
    }
  }

  /** Above all levels the lowest cell, which holds nothing, is taken up to the top. */
  private trail(lane: Lane, desk: Desk): void {
    const { cells, orders, price } = lane;
    // Once round at a time: far above, it takes more candles.
    const last = cells.end;
    while (cells.first < last && price >= cells.level(cells.end + 1) && cells.heldBy(cells.first) === 0) {
      for (const order of orders.live) if (cellOf(order.purpose) === cells.first) orders.cancel(desk, order);
      cells.climb();
    }
  }

  private leave(lane: Lane, i: number, desk: Desk): void {
    const { orders, price } = lane;
    for (const order of orders.live) if (order.purpose !== "stop 0") orders.cancel(desk, order);
    const quantity = desk.position(i);
    if (orders.live.length > 0 || !this.sizes[i]!.allows(quantity, price)) return;
    orders.place(desk, "stop 0", { side: "sell", type: "market", quantity }, price);
  }

  onOrder(update: OrderUpdate, desk: Desk): void {
    const { i } = update;
    const lane = this.lanes[i]!;
    const heard = lane.orders.hear(update);
    if (heard === undefined) return;
    const { order, filled, ended, wished } = heard;
    const { cells } = lane;
    if (filled > 0) {
      if (update.price > 0) lane.price = update.price;
      if (order.purpose === "open 0") cells.fillAbove(filled);
      else if (order.purpose !== "stop 0") cells.add(cellOf(order.purpose), order.buys ? filled : -filled);
    }
    if (desk.mute) return;
    if (lane.ended) {
      if (wished) this.leave(lane, i, desk);
    } else if (order.purpose === "open 0") {
      if (ended) this.open(lane, i, desk);
    } else if (filled > 0) this.tend(lane, i, Math.max(cells.first, cellOf(order.purpose)), desk);
  }

  /** After a restart: orders that stand are taken in by their tags, and the rest of what is held is shared out. */
  private settle(lane: Lane, i: number, desk: Desk): void {
    lane.settled = true;
    if (!lane.orders.settle(desk)) return;
    lane.cells.rebuild(lane.orders.live, desk.position(i), lane.price, cellOf);
    lane.opening = lane.opened = lane.cells.laid;
  }

  save(): Saved {
    return saveLanes(this.params, this.lanes);
  }

  load(saved: Saved): void {
    loadLanes(saved, this.params, this.lanes);
    for (const lane of this.lanes) lane.settled = false;
  }
}

export const grid: Strategy<GridParams> = {
  name: "grid",
  about: "Buys at levels below the price and sells each purchase one level higher, again and again.",
  genes: {
    mode: {
      kind: "choice",
      choices: ["long", "neutral"],
      default: "long",
      about: "Whether it begins by buying what the cells above the price sell.",
    },
    spacing: {
      kind: "choice",
      choices: ["arithmetic", "geometric"],
      default: "arithmetic",
      about: "Levels apart by the same amount, or by the same ratio.",
    },
    cells: countGene([1, 200, 20], "cells", "How many, unless they would be too narrow."),
    below: realGene([0.1, 90, 5], "percent", "How far the lowest level lies below the first price."),
    above: realGene([0.1, 300, 5], "percent", "How far the highest level lies above the first price."),
    lower: realGene([0, 1e9, 0], "quote", "The lowest level itself; 0 takes `below`."),
    upper: realGene([0, 1e9, 0], "quote", "The highest level itself; 0 takes `above`."),
    minProfitBps: realGene([0, 1_000, 5], "bps", "Least profit of a round through a cell, after fees."),
    trailing: { kind: "flag", default: false, about: "Whether the grid climbs with a price above it." },
    stop: realGene([0, 50, 0], "percent", "How far below the grid all is sold for good; 0 never is."),
    timeframe: timeframeGene("Candles whose closes are looked at."),
    exposure: exposureGene(),
  },
  impossible: ({ lower, upper }) =>
    (lower === 0) === (upper === 0) && (upper === 0 || upper > lower)
      ? undefined
      : `upper must be above lower, which is ${lower}, or both 0`,
  needs: ({ timeframe }) => ({ timeframes: [timeframe as Timeframe], warmupCandles: 1 }),
  start: (params, market) => new GridTrader(params, market),
};
