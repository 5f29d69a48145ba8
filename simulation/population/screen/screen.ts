/**
 * A population screened: all sets walked in single precision, to tell which of them are worth doubles. The rule, its warm-up, fees and
 * fills are those of the population; the numbers are near to it, never the same, and are for ranking alone. A stop at or below 0 and
 * an ATR of 0, which keep the strategy out, are not looked at.
 */
import type { PullbackParams } from "../../../strategies/trend-pullback.ts";
import { type Costs, costsOf, type PopulationCosts } from "../costs.ts";
import type { Ground } from "../ground.ts";
import type { DailyResult } from "../result.ts";
import { changed, given, GROUP, LANES } from "./field.ts";
import { Moves } from "./moves.ts";
import { fastestScreener, type Screener, type Screeners } from "./screener.ts";
import { type Start, Starts, warmRow } from "./starts.ts";

const COLLAR = 1.02;

/** `screeners`: who walks, for a check of one by the other. Throws `Invalid` for a slippage that knows volumes. */
export const screenPopulation = (
  { candles, blocks, days }: Ground,
  costs: PopulationCosts,
  sets: readonly PullbackParams[],
  screeners: Screeners = fastestScreener,
): DailyResult => {
  const count = sets.length;
  const parts = costsOf(costs);
  const screener = screeners(Math.ceil(count / LANES), parts.sellingCost);
  const moves = new Moves(candles);
  const lanes = sets.map((set, i) => new Lane(screener, i, set, parts));
  const cold = new Cold(lanes, new Starts(candles, moves, Math.max(0, ...sets.map(warmRow))));
  const dayEquity = new Float64Array(count * days.length);
  let live = false;
  let day = 0;
  for (const block of blocks) {
    const first = block[0]!.begin;
    moves.load(first, block.at(-1)!.end, parts, screener.columns);
    for (const piece of block) {
      if (piece.live && !live) for (const lane of lanes) lane.goLive();
      ({ live } = piece);
      cold.walk(screener, piece.begin, piece.end, first);
      if (!piece.endsDay) continue;
      for (let set = 0; set < count; set += 1)
        dayEquity[set * days.length + day] = lanes[set]!.equity * costs.startingBalance;
      day += 1;
    }
  }
  return { trades: Float64Array.from(lanes, (lane) => lane.trades), dayEquity, days };
};

/** One set's places. */
class Lane {
  readonly warm: number;
  readonly params: PullbackParams;
  readonly #screener: Screener;
  readonly #place: number;
  readonly #share: number;

  constructor(screener: Screener, set: number, params: PullbackParams, { worstFee }: Costs) {
    this.warm = warmRow(params);
    this.params = params;
    this.#screener = screener;
    this.#place = Math.floor(set / LANES) * GROUP + (set % LANES);
    this.#share = Math.min(params.exposure, 1 / (COLLAR * worstFee));
    this.goLive();
  }

  get equity(): number {
    return this.#screener.state[this.#at(changed.equity)]!;
  }

  /** What is still held counts. */
  get trades(): number {
    const { state, masks } = this.#screener;
    const open = state[this.#at(changed.quantity)]! > 0 ? 1 : 0;
    return Math.max(0, masks[this.#at(changed.trades)]! + open);
  }

  start(from: Start): void {
    const { fast, slow, rsi, atr, ceiling, distance } = this.params;
    const put = (field: number, value: number): void => void (this.#screener.state[this.#at(field)] = value);
    put(given.fastKept, 1 - 2 / (fast + 1));
    put(given.slowKept, 1 - 2 / (slow + 1));
    put(given.strengthWeight, 1 / rsi);
    put(given.rangeWeight, 1 / atr);
    put(given.ceiling, ceiling / 100);
    put(given.distance, distance);
    put(given.share, this.#share);
    for (const name of ["fast", "slow", "up", "down", "range"] as const) put(changed[name], from[name]);
  }

  /** What was held while it warmed up was not bought, and its end is no trade. */
  goLive(): void {
    const { state, masks } = this.#screener;
    state[this.#at(changed.equity)] = 1;
    state[this.#at(changed.quantity)] = 0;
    masks[this.#at(changed.wanted)] = 0;
    masks[this.#at(changed.trades)] = masks[this.#at(changed.held)]!;
  }

  #at(field: number): number {
    return this.#place + field * LANES;
  }
}

/** Walks groups of sets; those of which a set is not warm yet one by one, from where each of their sets begins. */
class Cold {
  readonly #lanes: readonly Lane[];
  readonly #starts: Starts;
  readonly #last: number;

  constructor(lanes: readonly Lane[], starts: Starts) {
    this.#lanes = lanes;
    this.#starts = starts;
    this.#last = Math.max(0, ...lanes.map(({ warm }) => warm));
  }

  /** Rows [begin, end) of the candles; the block's first is `first`. */
  walk(screener: Screener, begin: number, end: number, first: number): void {
    const lanes = this.#lanes;
    const groups = Math.ceil(lanes.length / LANES);
    if (begin > this.#last) {
      screener.walk(0, groups, begin - first, end - first);
      return;
    }
    for (let group = 0; group < groups; group += 1) {
      let row = begin;
      const starting = lanes
        .slice(group * LANES, (group + 1) * LANES)
        .filter(({ warm }) => warm >= begin && warm < end)
        .sort((a, b) => a.warm - b.warm);
      for (const lane of starting) {
        screener.walk(group, group + 1, row - first, lane.warm - first);
        lane.start(this.#starts.of(lane.params));
        row = lane.warm;
      }
      screener.walk(group, group + 1, row - first, end - first);
    }
  }
}
