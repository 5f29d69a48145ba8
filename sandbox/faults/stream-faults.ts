/**
 * Trouble on sockets: messages that are not sent, sent twice, in another order, or late; sockets that say nothing. Each
 * socket has its own way out, on which what is late keeps its order.
 */
import type { Chance } from "../../domain/values/chance.ts";
import type { Span } from "./plan.ts";
import { drawn } from "./rest-faults.ts";

export interface StreamPlan {
  readonly lossRatio?: number | undefined;
  readonly repeatRatio?: number | undefined;
  readonly swapRatio?: number | undefined;
  readonly delayMs?: Span | undefined;
  readonly mute?: boolean;
}

/** A message that waits for the next one waits no longer than this. */
const SWAP_MAX_MS = 500;

export class StreamFaults {
  readonly met = { lost: 0, repeated: 0, swapped: 0, delayed: 0, muted: 0 };
  readonly now: () => number;
  plan: StreamPlan = {};
  chance: Chance;
  /** Nothing is wrong. */
  quiet = true;

  constructor(now: () => number, chance: Chance) {
    this.now = now;
    this.chance = chance;
  }

  set(plan: StreamPlan, chance: Chance): void {
    this.plan = plan;
    this.chance = chance;
    const { lossRatio = 0, repeatRatio = 0, swapRatio = 0, delayMs, mute = false } = plan;
    this.quiet = lossRatio + repeatRatio + swapRatio === 0 && delayMs === undefined && !mute;
  }

  hits(ratio = 0): boolean {
    return ratio > 0 && this.chance.next() < ratio;
  }
}

/** One socket's way out. */
export class Way {
  readonly #faults: StreamFaults;
  readonly #send: (text: string) => void;
  readonly #late: { readonly text: string; readonly dueAt: number }[] = [];
  /** Sent after the next message. */
  #kept: string | undefined;

  constructor(faults: StreamFaults, send: (text: string) => void) {
    this.#faults = faults;
    this.#send = send;
  }

  send(text: string): void {
    const { quiet, plan, met } = this.#faults;
    if (quiet && this.#kept === undefined && this.#late.length === 0) {
      this.#send(text);
      return;
    }
    if (plan.mute === true) {
      met.muted += 1;
      return;
    }
    if (this.#faults.hits(plan.lossRatio)) {
      met.lost += 1;
      return;
    }
    if (this.#kept === undefined && this.#faults.hits(plan.swapRatio)) {
      met.swapped += 1;
      this.#keep(text);
      return;
    }
    this.#deliver(text);
    this.#release();
    if (!this.#faults.hits(plan.repeatRatio)) return;
    met.repeated += 1;
    // At once, or when it is old news.
    if (this.#faults.hits(0.5)) this.#keep(text);
    else this.#deliver(text);
  }

  #keep(text: string): void {
    this.#kept = text;
    setTimeout(() => {
      if (this.#kept === text) this.#release();
    }, SWAP_MAX_MS).unref();
  }

  #release(): void {
    const kept = this.#kept;
    if (kept === undefined) return;
    this.#kept = undefined;
    this.#deliver(kept);
  }

  #deliver(text: string): void {
    const { plan, chance, now, met } = this.#faults;
    const delayMs = plan.delayMs === undefined ? 0 : drawn(plan.delayMs, chance);
    if (delayMs > 0) met.delayed += 1;
    const dueAt = Math.max(now() + delayMs, this.#late.at(-1)?.dueAt ?? 0);
    if (this.#late.length === 0 && delayMs === 0) {
      this.#send(text);
      return;
    }
    this.#late.push({ text, dueAt });
    if (this.#late.length === 1) this.#wait(delayMs);
  }

  #wait(ms: number): void {
    setTimeout(() => {
      while (this.#late.length > 0 && this.#late[0]!.dueAt <= this.#faults.now())
        this.#send(this.#late.shift()!.text);
      if (this.#late.length > 0) this.#wait(this.#late[0]!.dueAt - this.#faults.now());
    }, Math.ceil(ms)).unref();
  }
}
