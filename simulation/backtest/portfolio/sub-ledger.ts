/** What one strategy of a shared portfolio owns, in doubles for its desk, and what it has yet to hear. */
import type { Book } from "../../../domain/portfolio/book.ts";
import type { Instrument } from "../../../domain/market/instrument.ts";
import type { Ask } from "../../../domain/strategy/desk.ts";
import type { OpenOrder, OrderUpdate } from "../../../domain/strategy/strategy.ts";
import { toFloat, type Asset, type InstrumentId } from "../../../domain/values/values.ts";
import type { Holdings, Seat } from "./seat.ts";

export class SubLedger implements Holdings {
  cash = 0;
  readonly positions: Float64Array;
  readonly seat: Seat;
  /** By the seat's own numbers. */
  readonly ids: readonly InstrumentId[];
  /** Of its last proposal. */
  sequence = 0;
  updates: OrderUpdate[] = [];
  readonly refusals = new Map<string, number>();
  /** Set by the portfolio it is part of. */
  propose!: (asks: readonly Ask[], at: number) => void;
  openOrders!: () => readonly OpenOrder[];
  readonly #book: Book;
  readonly #quote: Asset;
  readonly #held: bigint[];
  #total = -1n;

  constructor(seat: Seat, book: Book, instruments: readonly Instrument[]) {
    this.seat = seat;
    this.ids = seat.markets.map((market) => instruments[market]!.id);
    this.positions = new Float64Array(this.ids.length);
    this.#held = this.ids.map(() => 0n);
    this.#book = book;
    this.#quote = instruments[0]!.quote;
    this.refresh();
  }

  refresh(): void {
    const total = this.#book.total(this.#quote);
    if (total !== this.#total) this.cash = toFloat((this.#total = total));
    for (let i = 0; i < this.ids.length; i += 1) {
      const held = this.#book.positions.get(this.ids[i]!)?.quantity ?? 0n;
      if (held !== this.#held[i]) this.positions[i] = toFloat((this.#held[i] = held));
    }
  }

  refused(rule: string): void {
    this.refusals.set(rule, (this.refusals.get(rule) ?? 0) + 1);
  }

  news(instrument: InstrumentId, update: Omit<OrderUpdate, "i">): void {
    if (this.seat.heard) this.updates.push({ i: this.ids.indexOf(instrument), ...update });
  }
}
