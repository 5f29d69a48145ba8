/**
 * How far our clock may have moved off the venue's since the two were last compared: by a step of the wall's clock, which
 * shows against the monotonic one, and by the drift that a quartz may have meanwhile.
 */
import type { Clock } from "../clock/clock.ts";

/** Twice what a common quartz is off: 3 ms a minute, half a second after three hours. */
const DRIFT = 50e-6;

export class ClockCheck {
  private readonly clock: Clock;
  private compared: { readonly wall: number; readonly monotonic: number } | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** They have been compared just now. */
  done(): void {
    this.compared = { wall: this.clock.now(), monotonic: this.clock.monotonic() };
  }

  /** 0 before the first time: nothing has been signed by it. */
  offMs(): number {
    if (this.compared === undefined) return 0;
    const passed = this.clock.monotonic() - this.compared.monotonic;
    const stepped = Math.abs(this.clock.now() - this.compared.wall - passed);
    // Both clocks are read in whole ms.
    return Math.round(Math.max(0, stepped - 2) + passed * DRIFT);
  }
}
