/**
 * Moves market time along wall time times a factor, applying slices as they fall due. When the market cannot keep
 * up it lags behind rather than starving its readers: a turn ends after a few ms.
 */
import type { Floor } from "./floor.ts";

const TICK_MS = 10;
const TURN_MS = 15;

export class Pacer {
  readonly #floor: Floor;
  readonly #factor: number;
  readonly #wallNow: () => number;
  #timer: NodeJS.Timeout | undefined;
  #wallAt = 0;
  #marketAt = 0;

  constructor(floor: Floor, factor: number, wallNow: () => number) {
    this.#floor = floor;
    this.#factor = factor;
    this.#wallNow = wallNow;
  }

  get running(): boolean {
    return this.#timer !== undefined;
  }

  start(): void {
    if (this.#timer !== undefined || this.#floor.ended) return;
    this.#wallAt = this.#wallNow();
    this.#marketAt = this.#floor.now;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const began = this.#wallNow();
    const due = this.#marketAt + (began - this.#wallAt) * this.#factor;
    const floor = this.#floor;
    for (;;) {
      const at = floor.source.nextAt();
      if (at === undefined) {
        floor.step();
        this.stop();
        return;
      }
      if (at > due) break;
      floor.step();
      if (this.#wallNow() - began > TURN_MS) {
        if (floor.source.live === true) return;
        // Behind: go on from here, so that what was missed is not made up for in a rush.
        this.#wallAt = this.#wallNow();
        this.#marketAt = floor.now;
        return;
      }
    }
    floor.elapse(due);
  }
}
