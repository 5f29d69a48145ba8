/**
 * Which actors need a lease to run, and the tenure of each that runs here: from a claim of ours that stood to the end of
 * our lease, or to its stop, whichever comes first. An assignment that could not be given back is given back later:
 * as long as our lease stood, nobody else could have the actor.
 */
import type { Clock } from "../adapters/clock/clock.ts";
import { Outgrown, unfenced, type Leases, type Tenure } from "../adapters/leases/leases.ts";
import type { Log } from "./wire.ts";

export interface Fence {
  readonly leases: Leases;
  /** Fenced kinds, and how long after the end of its owner's lease each stays free of a new one. */
  readonly spareMs: Readonly<Record<string, number>>;
}

/** Of one actor, from its start to its stop here. */
export interface Term extends Tenure {
  end(): void;
}

const AGAIN_MS = 500;

const free: Term = { ...unfenced, end: () => undefined };

export class Fencing {
  readonly #fence: Fence | undefined;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #runs: (key: string) => boolean;
  /** Actors that we may be named the owner of. */
  readonly #claimed = new Set<string>();

  /** `runs`: it has been started here again, and keeps its assignment. */
  constructor(fence: Fence | undefined, clock: Clock, log: Log, runs: (key: string) => boolean) {
    this.#fence = fence;
    this.#clock = clock;
    this.#log = log;
    this.#runs = runs;
  }

  /** The right to run it here; or how long to wait before asking again, ms. */
  async claim(kind: string, key: string): Promise<Term | number> {
    const spareMs = this.#fence?.spareMs[kind];
    if (this.#fence === undefined || spareMs === undefined) return free;
    const { leases } = this.#fence;
    // Before the answer: when it is lost, the assignment may stand all the same.
    this.#claimed.add(key);
    const claimed = await leases.claim(key, spareMs).catch((error: unknown) => {
      this.#log.warn(`${key} could not be claimed`, { error });
      return { ok: false, retryAfterMs: AGAIN_MS, owner: "" } as const;
    });
    if (claimed.ok) return term(leases, claimed);
    this.#log.debug(`${key} is still owned by ${claimed.owner}`);
    return claimed.retryAfterMs;
  }

  /** It has stopped in order: whoever comes next need not wait. */
  async release(key: string): Promise<void> {
    if (this.#fence === undefined || !this.#claimed.delete(key)) return;
    const { leases } = this.#fence;
    // After a lapse it stays ours for those who look: we are the first to take it up again.
    if (!leases.holds()) return;
    try {
      await leases.release(key);
    } catch (error) {
      this.#log.warn(`${key} could not be given back`, { error });
      this.#claimed.add(key);
      this.#clock.after(AGAIN_MS, () => void this.#releaseUnlessRuns(key));
    }
  }

  /** A journal that knows later epochs than the table of leases: ours must be later still. */
  heed(error: unknown): void {
    if (error instanceof Outgrown) this.#fence?.leases.outgrow(error.epoch);
  }

  /** Called when our lease came, went, or changed its epoch. */
  onChange(told: () => void): void {
    this.#fence?.leases.onChange(told);
  }

  async #releaseUnlessRuns(key: string): Promise<void> {
    if (!this.#runs(key)) await this.release(key);
  }
}

const term = (leases: Leases, { epoch, lease }: { epoch: number; lease: number }): Term => {
  let ended = false;
  return {
    epoch,
    holds: () => !ended && leases.epoch === lease && leases.holds(),
    end: () => {
      ended = true;
    },
  };
};
