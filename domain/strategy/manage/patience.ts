/** Gives up orders that rest too long, as seen at closes. Those that the portfolio keeps are its own. */
import type { Desk } from "../strategy.ts";

const kept: ReadonlySet<string> = new Set(["protection", "target", "close"]);

export class Patience {
  private readonly minutes: number;
  /** Since when an order rests, by instrument and tag. */
  private readonly seen = new Map<string, number>();

  /** Infinity: for ever. */
  constructor(minutes: number) {
    this.minutes = minutes;
  }

  look(desk: Desk): void {
    if (this.minutes === Infinity) return;
    const resting = new Set<string>();
    for (const { i, tag } of desk.orders()) {
      if (kept.has(tag)) continue;
      const key = `${i} ${tag}`;
      resting.add(key);
      const since = this.seen.get(key) ?? desk.now;
      this.seen.set(key, since);
      if (desk.now - since > this.minutes * 60_000) desk.cancel(tag);
    }
    for (const key of this.seen.keys()) if (!resting.has(key)) this.seen.delete(key);
  }

  save(): readonly (readonly [string, number])[] {
    return [...this.seen];
  }

  load(saved: readonly (readonly [string, number])[]): void {
    this.seen.clear();
    for (const [key, since] of saved) this.seen.set(key, since);
  }
}
