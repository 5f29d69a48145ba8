/**
 * Where collectors write: gauges are of this scrape alone, so that an actor that has moved away leaves nothing behind;
 * counters are raised to an actor's own total, and a total that fell (it was started anew) counts from zero.
 */
import type { Name } from "./catalog.ts";

export type Labels = Readonly<Record<string, string | number>>;

/** What prom-client gives for one name. */
export interface Instrument {
  set?(labels: Labels, value: number): void;
  inc?(labels: Labels, value: number): void;
  observe?(value: number): void;
  reset(): void;
}

export class Board {
  readonly #instruments: Readonly<Record<string, Instrument>>;
  readonly #totals = new Map<string, number>();

  /** By name without the prefix. */
  constructor(instruments: Readonly<Record<Name, Instrument>>) {
    this.#instruments = instruments;
  }

  /** Forgets the last scrape's gauges. */
  clear(): void {
    for (const one of Object.values(this.#instruments)) if (one.set !== undefined) one.reset();
  }

  set(name: Name, value: number, labels: Labels = {}): void {
    if (Number.isFinite(value)) this.#instruments[name]!.set!(labels, value);
  }

  add(name: Name, labels: Labels = {}, count = 1): void {
    this.#instruments[name]!.inc!(labels, count);
  }

  /** `total` as the actor counts it. */
  raise(name: Name, total: number, labels: Labels = {}): void {
    const key = `${name} ${Object.values(labels).join(" ")}`;
    const before = this.#totals.get(key) ?? 0;
    this.#totals.set(key, total);
    this.add(name, labels, total >= before ? total - before : total);
  }

  observe(name: Name, value: number): void {
    this.#instruments[name]!.observe!(value);
  }
}
