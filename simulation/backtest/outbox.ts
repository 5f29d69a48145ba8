/**
 * What leaves for the venue of candles, in the order of the portfolio's decisions, as live. The venue answers at once, and an answer
 * may bring more to send: it waits until all before it is sent, or a cancel could overtake its order.
 */
import { effectOf, type Effect } from "../../domain/portfolio/news.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";

export class Outbox {
  readonly #effects: Effect[] = [];
  readonly #send: (effect: Effect) => void;
  #sending = false;

  constructor(send: (effect: Effect) => void) {
    this.#send = send;
  }

  add(event: PortfolioEvent): void {
    const effect = effectOf(event);
    if (effect !== undefined) this.#effects.push(effect);
  }

  /** All, and what comes meanwhile. */
  sendAll(): void {
    if (this.#sending) return;
    this.#sending = true;
    for (let k = 0; k < this.#effects.length; k += 1) this.#send(this.#effects[k]!);
    this.#effects.length = 0;
    this.#sending = false;
  }
}
