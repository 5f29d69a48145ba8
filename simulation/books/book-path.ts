/** What a recorded book showed over time, read once more after a run: its middle at given times, its first and last, and its own spread. */
import { ASK_LEVEL, BID_LEVEL, type BookEvents, CLEARED } from "../../domain/market/book-events.ts";
import { DepthLadder } from "./depth-ladder.ts";

export interface BookPath {
  /** In ticks, as all of a moment has left it; the last one known while a side is empty, NaN before any and after the recording. By delay, by time. */
  readonly middles: readonly Float64Array[];
  readonly firstMiddle: number;
  readonly lastMiddle: number;
  /** Of the middle, mean by time while both sides stood; NaN where they never did. */
  readonly spread: number;
}

/** `times` rise; `delays` are added to each of them, ms. */
export const bookPath = (
  events: BookEvents,
  times: readonly number[],
  delays: readonly number[],
): BookPath => {
  const { at, kind, ticks, lots, length } = events;
  const bids = new DepthLadder("buy");
  const asks = new DepthLadder("sell");
  const middles = delays.map(() => new Float64Array(times.length).fill(NaN));
  const next = delays.map(() => 0);
  let [middle, firstMiddle, spread, weighed] = [NaN, NaN, 0, 0];
  const pass = (until: number): void => {
    for (const [d, delay] of delays.entries())
      for (; next[d]! < times.length && times[next[d]!]! + delay < until; next[d]! += 1)
        middles[d]![next[d]!] = middle;
  };
  for (let k = 0; k < length;) {
    const moment = at[k]!;
    pass(moment);
    for (; k < length && at[k] === moment; k += 1)
      if (kind[k] === BID_LEVEL) bids.set(ticks[k]!, lots[k]!);
      else if (kind[k] === ASK_LEVEL) asks.set(ticks[k]!, lots[k]!);
      else if (kind[k] === CLEARED) {
        bids.clear();
        asks.clear();
      }
    if (bids.best === 0 || asks.best === 0) continue;
    middle = (bids.best + asks.best) / 2;
    if (Number.isNaN(firstMiddle)) firstMiddle = middle;
    const lasts = k < length ? at[k]! - moment : 0;
    spread += ((asks.best - bids.best) / middle) * lasts;
    weighed += lasts;
  }
  // The last moment itself is still of the recording.
  if (length > 0) pass(at[length - 1]! + 0.5);
  return { middles, firstMiddle, lastMiddle: middle, spread: spread / weighed };
};
