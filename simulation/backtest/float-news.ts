/** What the books in doubles tell a trader, in the words in which the portfolio tells it. */
import type { OrderUpdate } from "../../domain/strategy/strategy.ts";
import type { Side } from "../../domain/values/values.ts";
import type { LiveOrder, Standing } from "./float-orders.ts";

export class FloatNews {
  readonly refusals = new Map<string, number>();
  #updates: OrderUpdate[] = [];
  readonly #heard: boolean;

  /** `heard`: whether the trader listens at all. */
  constructor(heard: boolean) {
    this.#heard = heard;
  }

  tell({ i, logged }: LiveOrder, status: OrderUpdate["status"], price: number, reason = ""): void {
    if (!this.#heard) return;
    const { tag, side, quantity } = logged;
    const filled = status === "filled" || status === "partial" ? quantity : 0;
    this.#updates.push({ i, tag, status, ...(reason === "" ? {} : { reason }), side, filled, price });
  }

  /** An aim is wished again and again: the same answer is told once. */
  refuse(i: number, tag: string, side: Side, rule: string, aimed?: Standing): void {
    if (aimed?.refused === rule) return;
    if (aimed !== undefined) aimed.refused = rule;
    this.refusals.set(rule, (this.refusals.get(rule) ?? 0) + 1);
    if (this.#heard)
      this.#updates.push({ i, tag, status: "blocked", reason: rule, side, filled: 0, price: 0 });
  }

  take(): readonly OrderUpdate[] {
    const updates = this.#updates;
    if (updates.length > 0) this.#updates = [];
    return updates;
  }
}
