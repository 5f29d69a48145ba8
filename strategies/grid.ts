/**
 * Grid: cells between price levels, each bought at its lower level and sold at its upper one, again and again; a round through a
 * cell earns the distance of its levels less two fees. Post-only wherever the price is not past the level already. Of a partial
 * fill only the filled part gets its counter-order. Cells narrower than two fees and `minProfitBps` are not made.
 *
 * `long` begins by buying what the cells above the price sell, `short` by selling what the cells below it buy back. `neutral` begins
 * with nothing: of contracts the cells above the price sell first and buy back, of spot they sell only what was bought.
 */
import type { Candle, Timeframe } from "../domain/market/candle.ts";
import { isContract, type Instrument } from "../domain/market/instrument.ts";
import { countGene, exposureGene, realGene, timeframeGene } from "../domain/strategy/genes.ts";
import { GridLane, OPEN } from "../domain/strategy/grid-lane.ts";
import type { GridMode } from "../domain/strategy/grid-levels.ts";
import { loadLanes, saveLanes } from "../domain/strategy/saved.ts";
import { Sizes, spareQuote } from "../domain/strategy/sizes.ts";
import type { Desk, OrderUpdate, Saved, Strategy, Trader } from "../domain/strategy/strategy.ts";
import { Invalid } from "../domain/values/invalid.ts";

type GridParams = {
  readonly mode: GridMode;
  readonly spacing: string;
  readonly cells: number;
  readonly below: number;
  readonly above: number;
  readonly lower: number;
  readonly upper: number;
  readonly minProfitBps: number;
  readonly trailing: boolean;
  readonly stop: number;
  readonly openOrders: number;
  readonly timeframe: Timeframe;
  readonly exposure: number;
};

/** More than the venue's least, since quantities are rounded down. */
const ABOVE_LEAST = 1.05;

class GridTrader implements Trader {
  private readonly params: GridParams;
  private readonly sizes: readonly Sizes[];
  private readonly contracts: readonly boolean[];
  private readonly lanes: readonly GridLane[];

  constructor(params: GridParams, market: readonly Instrument[]) {
    this.params = params;
    this.sizes = market.map((instrument) => new Sizes(instrument));
    this.contracts = market.map(({ symbol }) => isContract(symbol));
    const { mode, trailing, cells, openOrders } = params;
    for (const [i, { symbol }] of market.entries())
      if (mode === "short" && !this.contracts[i])
        throw new Invalid(
          "params.mode",
          `long or neutral for ${symbol}, since only contracts are sold short`,
          mode,
        );
      else if (mode === "neutral" && trailing && this.contracts[i])
        throw new Invalid(
          "params.trailing",
          `false for a neutral grid of ${symbol}, which holds to both sides`,
          trailing,
        );
    this.lanes = this.sizes.map((sizes, i) => {
      const both = mode === "neutral" && this.contracts[i]!;
      return new GridLane(i, sizes, { cells, both, most: openOrders > 0 ? openOrders : Infinity });
    });
  }

  onCandle({ close }: Candle, i: number, timeframe: Timeframe, desk: Desk): void {
    if (timeframe !== this.params.timeframe || desk.mute) return;
    const lane = this.lanes[i]!;
    lane.price = close;
    if (!lane.settled || lane.orders.overdue(desk.now)) lane.settle(desk);
    const { cells } = lane;
    if (!cells.laid) this.lay(lane, i, desk);
    if (!cells.laid) return;
    const { mode, trailing } = this.params;
    lane.ended ||= this.beyondStop(lane, i);
    if (lane.ended) lane.leave(desk);
    else if (mode !== "neutral" && !lane.opened) this.open(lane, i, desk);
    else {
      if (trailing) lane.trail(desk);
      lane.tend(desk);
    }
  }

  private beyondStop({ cells, price }: GridLane, i: number): boolean {
    const { stop, mode } = this.params;
    if (!(stop > 0)) return false;
    const below = mode !== "short" && price < cells.level(cells.first) * (1 - stop / 100);
    return (
      below || (mode !== "long" && this.contracts[i]! && price > cells.level(cells.end) * (1 + stop / 100))
    );
  }

  /** Lays the levels about the first price, or between the two that were given; or those that orders of a life before stand on. */
  private lay(lane: GridLane, i: number, desk: Desk): void {
    const { mode, spacing, lower, upper, below, above, minProfitBps, exposure, cells } = this.params;
    const { notionalMin, quantityMin, lot, tick, makerFee, fee } = this.sizes[i]!;
    const { price } = lane;
    const share = Math.min((exposure * desk.equity) / this.lanes.length, spareQuote(desk, this.lanes));
    const [bottom, top] =
      lower > 0 ? [Math.max(lower, tick), upper] : [price * (1 - below / 100), price * (1 + above / 100)];
    let least = ABOVE_LEAST * notionalMin;
    if (this.contracts[i])
      least = Math.max(quantityMin, Math.ceil(least / bottom / lot) * lot) * Math.max(top, price) * (1 + fee);
    const plan = {
      ...{ mode, price, geometric: spacing === "geometric", lower: bottom, upper: top },
      cells: least > 0 ? Math.min(cells, Math.floor(share / least)) : cells,
      narrowest: 2 * makerFee + minProfitBps / 10_000,
      quote: share / (1 + fee),
      lot: this.contracts[i] ? lot : 0,
    };
    lane.orders.settle(desk);
    const { standing } = lane;
    const position = desk.position(i);
    if (standing.length > 0) lane.cells.recall(standing, { ...plan, cells, scaled: lower === 0 }, position);
    else {
      lane.cells.lay(plan);
      if (Math.abs(position) >= quantityMin) lane.cells.rebuild([], position, price);
    }
    lane.opening = lane.orders.live.length > 0;
    lane.opened = standing.length > 0;
  }

  /** `long`: buys what the cells above the price are to sell, `short` the reverse; the grid is set out when that is done. */
  private open(lane: GridLane, i: number, desk: Desk): void {
    const { cells, orders, price } = lane;
    if (lane.opening && orders.live.length > 0) return;
    if (!lane.opening) {
      lane.opening = true;
      const sizes = this.sizes[i]!;
      const quantity = Math.min(cells.toOpen(price), sizes.affordable(spareQuote(desk, this.lanes), price));
      if (sizes.allows(quantity, price)) {
        const side = this.params.mode === "short" ? "sell" : "buy";
        orders.place(desk, OPEN, { side, type: "market", quantity }, price);
        return;
      }
    }
    lane.opened = true;
    lane.tend(desk);
  }

  onOrder(update: OrderUpdate, desk: Desk): void {
    const { i } = update;
    const lane = this.lanes[i]!;
    if (update.tag === "liquidation") lane.ended = true;
    const heard = lane.orders.hear(update);
    if (heard === undefined) return;
    const { order, filled, ended, wished } = heard;
    if (filled > 0 && update.price > 0) lane.price = update.price;
    const cell = filled > 0 ? lane.traded(order.purpose, order.buys, filled) : undefined;
    if (desk.mute) return;
    if (lane.ended) {
      if (wished) lane.leave(desk);
    } else if (order.purpose === OPEN) {
      if (ended) this.open(lane, i, desk);
    } else if (cell !== undefined || (ended && order.cancelling)) lane.tend(desk, cell);
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
  about: "Buys at levels below the price and sells one level higher, or the reverse, again and again.",
  genes: {
    mode: {
      kind: "choice",
      choices: ["long", "neutral", "short"],
      default: "long",
      about:
        "Begins by buying what the cells above sell, with nothing, or by selling what the cells below buy.",
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
    trailing: {
      kind: "flag",
      default: false,
      about: "Whether the grid follows a price beyond it: up, or down if it is short.",
    },
    stop: realGene([0, 50, 0], "percent", "How far outside the grid all is closed for good; 0 never is."),
    openOrders: countGene(
      [0, 200, 0],
      "orders a side",
      "How many rest at a time, those nearest to the price; 0: all.",
    ),
    timeframe: timeframeGene("Candles whose closes are looked at."),
    exposure: exposureGene(),
  },
  impossible: ({ lower, upper }) =>
    (lower === 0) === (upper === 0) && (upper === 0 || upper > lower)
      ? undefined
      : `upper must be above lower, which is ${lower}, or both 0`,
  needs: ({ timeframe }) => ({ timeframes: [timeframe], warmupCandles: 1 }),
  start: (params, market) => new GridTrader(params, market),
};
