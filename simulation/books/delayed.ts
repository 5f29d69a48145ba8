/** Things on their way: they arrive by time, those of one time in the order in which they left. */
import type { BookOrder } from "./book-order.ts";
import type { BookNews } from "./book-venue.ts";

/** To the venue. */
export interface Request {
  readonly order: BookOrder;
  readonly cancel: boolean;
}

/** From the venue, of an order. */
export interface Answer {
  readonly order: BookOrder;
  readonly status: Parameters<BookNews>[1];
  readonly filledLots: number;
  readonly ticks: number;
  readonly reason: string | undefined;
  /** Of the account, then. */
  readonly cash: number;
  readonly lots: number;
}

export class Delayed<T> {
  /** When the next arrives; Infinity when nothing is on its way. */
  nextAt = Infinity;
  private readonly items: T[] = [];
  private readonly times: number[] = [];
  private first = 0;

  send(item: T, arrivesAt: number): void {
    if (this.first === this.items.length) {
      this.items.length = this.times.length = this.first = 0;
      this.nextAt = arrivesAt;
    }
    let place = this.times.length;
    // Slower ones that left before stay behind; where all need the same time there are none.
    while (place > this.first && this.times[place - 1]! > arrivesAt) place -= 1;
    if (place === this.times.length) {
      this.items.push(item);
      this.times.push(arrivesAt);
      return;
    }
    this.items.splice(place, 0, item);
    this.times.splice(place, 0, arrivesAt);
    this.nextAt = this.times[this.first]!;
  }

  /** The next; something is on its way. */
  take(): T {
    const item = this.items[this.first]!;
    this.first += 1;
    this.nextAt = this.first < this.times.length ? this.times[this.first]! : Infinity;
    return item;
  }
}
