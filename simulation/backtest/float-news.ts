/** What the books in doubles tell a trader, in the words in which the portfolio tells it. */
import type { OrderUpdate } from "../../domain/strategy/strategy.ts";
import type { LiveOrder, Standing, Wish } from "./float-orders.ts";

export class FloatNews {
  readonly refusals = new Map<string, number>();
  #updates: OrderUpdate[] = [];

  tell({ venueOrder, wish }: LiveOrder, status: OrderUpdate["status"], price: number, reason = ""): void {
    const { i, side } = venueOrder;
    const filled = status === "filled" || status === "partial" ? wish.quantity : 0;
    const { tag } = wish;
    this.#updates.push({ i, tag, status, ...(reason === "" ? {} : { reason }), side, filled, price });
  }

  /** An aim is wished again and again: the same answer is told once. */
  refuse(i: number, tag: string, side: Wish["side"], rule: string, aimed?: Standing): void {
    if (aimed?.refused === rule) return;
    if (aimed !== undefined) aimed.refused = rule;
    this.refusals.set(rule, (this.refusals.get(rule) ?? 0) + 1);
    this.#updates.push({ i, tag, status: "blocked", reason: rule, side, filled: 0, price: 0 });
  }

  take(): readonly OrderUpdate[] {
    const updates = this.#updates;
    this.#updates = [];
    return updates;
  }
}
