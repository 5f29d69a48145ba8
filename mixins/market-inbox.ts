/**
 * Market data on its way into an actor's mailbox. While the actor keeps up each batch is a turn of its own. While it does
 * not, what comes joins the batch that waits: trades are kept in order, up to a bound, and batches grow with the load; of
 * quotes and books the latest wins. What is beyond the bound is dropped, counted and told: the newest, so that what is kept has no
 * hole. What was lost, here or on the road, is told between the batches it lay between, and nothing joins over it. In
 * lock-step nothing joins, so that two runs see the same batches.
 */
import type { Mailbox } from "./mailbox.ts";
import { givesWay, type Batch } from "./market-codec.ts";

/** Of one batch that grows, and of all that wait here. */
const TOGETHER_MAX = 8_192;
export const TRADES_MAX = 100_000;

export interface InboxOptions<B extends Batch> {
  readonly mailbox: Mailbox;
  readonly handle: (batch: B) => unknown;
  /** Something is missing between the last batch handled and the next. */
  readonly onLost?: () => void;
  readonly tradesMax?: number;
}

interface Slot<B> {
  batch: B;
  /** Its trades are a list of our own. */
  grown: boolean;
  /** What came right after it was lost: nothing joins it. */
  torn: boolean;
}

export class MarketInbox<B extends Batch> {
  readonly #options: InboxOptions<B>;
  #waiting = 0;
  /** The last one posted, while its turn has not begun. */
  #last: Slot<B> | undefined;

  constructor(options: InboxOptions<B>) {
    this.#options = options;
  }

  take(batch: B): void {
    const { mailbox, handle, tradesMax = TRADES_MAX } = this.#options;
    if (mailbox.depth === 0 || mailbox.activity.lockStep) {
      if (!mailbox.post(handle, batch)) this.#drop(batch);
      return;
    }
    if (batch.trades.length > 0 && this.#waiting + batch.trades.length > tradesMax) {
      this.#drop(batch);
      return;
    }
    if (this.#joins(batch)) return;
    const slot: Slot<B> = { batch, grown: false, torn: false };
    if (!mailbox.post(this.#begin, slot)) {
      this.#drop(batch);
      return;
    }
    this.#waiting += batch.trades.length;
    this.#last = slot;
  }

  /** What would come now is lost, or was dropped here. */
  lost(): void {
    const { mailbox, onLost } = this.#options;
    if (onLost === undefined) return;
    if (this.#last !== undefined) this.#last.torn = true;
    else if (mailbox.depth === 0 || mailbox.depth >= mailbox.depthMax) onLost();
    else mailbox.post(onLost, undefined);
  }

  readonly #begin = (slot: Slot<B>): unknown => {
    if (this.#last === slot) this.#last = undefined;
    this.#waiting -= slot.batch.trades.length;
    const handled = this.#options.handle(slot.batch);
    if (!slot.torn) return handled;
    const { onLost } = this.#options;
    return handled instanceof Promise ? handled.then(onLost) : onLost?.();
  };

  /** Trades come before the candles they closed, so a batch with candles takes nothing more. */
  #joins(batch: B): boolean {
    const slot = this.#last;
    if (slot === undefined || slot.torn || (slot.batch.candles?.length ?? 0) > 0) return false;
    const before = slot.batch.trades.length;
    if (before + batch.trades.length > TOGETHER_MAX) return false;
    this.#options.mailbox.coalesced += givesWay(slot.batch, batch);
    let { trades } = slot.batch;
    if (batch.trades.length > 0) {
      if (!slot.grown) trades = [...trades];
      slot.grown = true;
      for (const trade of batch.trades) (trades as Batch["trades"][number][]).push(trade);
    }
    slot.batch = { ...slot.batch, ...batch, trades };
    this.#waiting += batch.trades.length;
    return true;
  }

  #drop(batch: B): void {
    this.#options.mailbox.dropped += batch.trades.length;
    this.lost();
  }
}
