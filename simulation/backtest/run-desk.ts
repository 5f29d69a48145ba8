/** The desk of a backtest's trader: what costs something to know is reckoned when somebody asks, since few traders do. */
import { TraderDesk } from "../../domain/strategy/desk.ts";
import type { OpenOrder } from "../../domain/strategy/strategy.ts";
import type { Books } from "./books.ts";

export class RunDesk extends TraderDesk {
  books: Books | undefined = undefined;
  /** The last prices, by market. */
  last: Float64Array | undefined = undefined;

  /** Reckoned when somebody asks. */
  override exposure(i: number): number {
    const held = this.position(i);
    return held !== 0 && this.equity > 0 ? (held * this.last![i]!) / this.equity : 0;
  }

  override orders(): Iterable<OpenOrder> {
    return this.books?.openOrders() ?? [];
  }
}
