/**
 * Trouble on demand. A plan says what goes wrong; chance comes from a seeded generator for each concern, so that the
 * same seed and the same requests meet the same trouble. Set by `startSandbox({faults})`, changed by POST /admin/faults.
 */
import { Chance } from "../../domain/values/chance.ts";
import { mixed } from "./mix.ts";
import type { FaultPlan, Sockets } from "./plan.ts";
import { RestFaults } from "./rest-faults.ts";
import { StreamFaults } from "./stream-faults.ts";

const TIMESTAMP_REFUSED = -1021;

export class Faults {
  readonly rest: RestFaults;
  readonly market: StreamFaults;
  readonly user: StreamFaults;
  /** Answers that hid something, restarts, and refused timestamps. */
  readonly met = { ordersHidden: 0, fillsHidden: 0, restarts: 0, timestampsRefused: 0 };
  /** Answers given with these statuses, whatever the reason. */
  answers429 = 0;
  answers418 = 0;
  readonly #now: () => number;
  #plan: FaultPlan = {};
  #since = 0;

  /** `now`: wall time, ms. Throws nothing: `faultPlan` has read the plan. */
  constructor(plan: FaultPlan, now: () => number) {
    this.#now = now;
    const chance = new Chance(1);
    this.rest = new RestFaults(now, chance);
    this.market = new StreamFaults(now, chance);
    this.user = new StreamFaults(now, chance);
    this.set(plan);
  }

  /** With everything that was drawn. */
  get plan(): FaultPlan {
    return this.#plan;
  }

  set(wanted: FaultPlan): void {
    const plan = mixed(wanted);
    const chance = new Chance(plan.seed ?? 1);
    this.#plan = plan;
    this.#since = this.#now();
    this.rest.set(plan, chance.fork("rest"));
    this.market.set(
      {
        lossRatio: plan.streamLossRatio,
        repeatRatio: plan.streamRepeatRatio,
        swapRatio: plan.streamSwapRatio,
        delayMs: plan.streamDelayMs,
        mute: this.mutes("market"),
      },
      chance.fork("market"),
    );
    this.user.set(
      {
        lossRatio: plan.userLossRatio,
        repeatRatio: plan.userRepeatRatio,
        swapRatio: plan.userSwapRatio,
        delayMs: plan.userDelayMs,
        mute: this.mutes("user"),
      },
      chance.fork("user"),
    );
  }

  mutes(sockets: Exclude<Sockets, "all">): boolean {
    return this.#plan.mute === sockets || this.#plan.mute === "all";
  }

  /** The venue's own clock: what it tells, and what it judges timestamps by. */
  readonly venueNow = (): number => {
    const { clockSkewMs = 0, clockDriftMsPerSec = 0 } = this.#plan;
    const now = this.#now();
    return Math.round(now + clockSkewMs + (clockDriftMsPerSec * (now - this.#since)) / 1_000);
  };

  /** An error was answered. */
  answered(status: number, code: number): void {
    if (status === 429) this.answers429 += 1;
    else if (status === 418) this.answers418 += 1;
    else if (code === TIMESTAMP_REFUSED) this.met.timestampsRefused += 1;
  }

  /** Everything met so far, by kind. */
  counts(): Readonly<Record<string, number>> {
    const { lost, repeated, swapped, delayed, muted } = this.market.met;
    const user = this.user.met;
    return {
      ...this.rest.met,
      streamLost: lost,
      streamRepeated: repeated,
      streamSwapped: swapped,
      streamDelayed: delayed,
      streamMuted: muted,
      userLost: user.lost,
      userRepeated: user.repeated,
      userSwapped: user.swapped,
      userDelayed: user.delayed,
      userMuted: user.muted,
      ...this.met,
    };
  }
}
