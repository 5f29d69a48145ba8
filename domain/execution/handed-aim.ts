/** An aim that was handed over to the portfolio as it is: until its order has ended, or nobody speaks of one, nothing else begins. */
import { loadState, saveState } from "../indicators/state.ts";
import type { Desk, OrderUpdate } from "../strategy/strategy.ts";

/** The portfolio's tag of what an aim becomes. */
export const AIM_TAG = "aim";

/** After so long without a word it led to no order, ms; and the least time between two of them. */
const SILENT_MS = 5_000;
const AGAIN_MS = 1_000;

export class HandedAim {
  private readonly i: number;
  private readonly state = { out: false, at: 0 };

  constructor(i: number) {
    this.i = i;
  }

  get out(): boolean {
    return this.state.out;
  }

  hand(real: Desk, exposure: number, reason: string, numbers: readonly number[]): void {
    real.aim(this.i, exposure, reason, ...numbers);
    this.state.out = true;
    this.state.at = real.now;
  }

  hear({ tag, status }: OrderUpdate): void {
    if (tag === AIM_TAG && status !== "approved" && status !== "open" && status !== "partial")
      this.state.out = false;
  }

  /** Whether it is too early for another one. */
  waits({ now }: Desk): boolean {
    return this.state.out || now - this.state.at < AGAIN_MS;
  }

  look(real: Desk): void {
    const { state } = this;
    if (!state.out || real.now - state.at <= SILENT_MS) return;
    for (const { i, tag } of real.orders()) if (i === this.i && tag === AIM_TAG) return;
    state.out = false;
  }

  save(): unknown {
    return saveState(this.state);
  }

  load(saved: unknown, field: string): void {
    loadState(this.state, saved, field);
  }
}
