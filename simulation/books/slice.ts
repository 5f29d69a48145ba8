/**
 * A part of a recorded book by time. It begins with the whole book as it stood then, as a recording that was begun then would; nobody of
 * ours stood in a queue before.
 */
import { ASK_LEVEL, BID_LEVEL, BookEvents, CLEARED } from "../../domain/market/book-events.ts";
import { DepthLadder } from "./depth-ladder.ts";

/** Events in [from, to), ms; of what was before, the levels that stood, at `from`. */
export const sliced = (events: BookEvents, from = -Infinity, to = Infinity): BookEvents => {
  const { at, kind, ticks, lots, length } = events;
  const part = new BookEvents();
  const bids = new DepthLadder("buy");
  const asks = new DepthLadder("sell");
  let k = 0;
  for (; k < length && at[k]! < from; k += 1)
    if (kind[k] === BID_LEVEL) bids.set(ticks[k]!, lots[k]!);
    else if (kind[k] === ASK_LEVEL) asks.set(ticks[k]!, lots[k]!);
    else if (kind[k] === CLEARED) {
      bids.clear();
      asks.clear();
    }
  if (k > 0 && from < to) {
    part.push(from, CLEARED, 0, 0);
    for (let each = bids.best; each !== 0; each = bids.beyond(each))
      part.push(from, BID_LEVEL, each, bids.at(each));
    for (let each = asks.best; each !== 0; each = asks.beyond(each))
      part.push(from, ASK_LEVEL, each, asks.at(each));
  }
  for (; k < length && at[k]! < to; k += 1) part.push(at[k]!, kind[k]!, ticks[k]!, lots[k]!);
  return part;
};
