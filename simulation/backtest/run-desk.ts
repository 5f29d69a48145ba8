/** The desk of a backtest's trader: what costs something to know is reckoned when somebody asks, since few traders do. */
import { TraderDesk } from "../../domain/strategy/desk.ts";
import type { OpenOrder } from "../../domain/strategy/strategy.ts";
import type { Books } from "./books.ts";
import type { Worths } from "./contracts/worths.ts";

export class RunDesk extends TraderDesk {
  books: Books | undefined = undefined;
  /** The last prices, by market. */
  last: Float64Array | undefined = undefined;

  /** Where some of them are inverse contracts. */
  worths: Worths | undefined = undefined;

  /** Reckoned when somebody asks. */
  override exposure(i: number): number {
    const held = this.position(i);
    if (held === 0 || !(this.equity > 0)) return 0;
    const last = this.last![i]!;
    return (this.worths === undefined ? held * last : this.worths.of(i, held, last)) / this.equity;
  }

  override orders(): Iterable<OpenOrder> {
    return this.books?.openOrders() ?? [];
  }
}
