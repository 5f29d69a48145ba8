/** Gives up orders that rest too long, as seen at closes. Those that the portfolio keeps are its own. */
import type { Desk } from "../strategy.ts";

const kept: ReadonlySet<string> = new Set(["protection", "target"]);

export class Patience {
  private readonly minutes: number;
  /** Since when an order rests, by tag. */
  private readonly seen = new Map<string, number>();

  /** Infinity: for ever. */
  constructor(minutes: number) {
    this.minutes = minutes;
  }

  look(desk: Desk): void {
    if (this.minutes === Infinity) return;
    const resting = new Set<string>();
    for (const { tag } of desk.orders()) {
      if (kept.has(tag)) continue;
      resting.add(tag);
      const since = this.seen.get(tag) ?? desk.now;
      this.seen.set(tag, since);
      if (desk.now - since > this.minutes * 60_000) desk.cancel(tag);
    }
    for (const tag of this.seen.keys()) if (!resting.has(tag)) this.seen.delete(tag);
  }

  save(): readonly (readonly [string, number])[] {
    return [...this.seen];
  }

  load(saved: readonly (readonly [string, number])[]): void {
    this.seen.clear();
    for (const [tag, since] of saved) this.seen.set(tag, since);
  }
}
