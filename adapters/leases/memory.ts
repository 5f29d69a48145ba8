/** Leases of several hosts in one process: for tests and simulations. Hosts that share the tables share the cluster. */
import type { Clock } from "../clock/clock.ts";
import { LeaseOfHost, TTL_MS, type LeaseOptions } from "./lease-of-host.ts";
import type { Leases } from "./leases.ts";
import type { Row, Table, Tables } from "./table.ts";

class MemoryTable implements Table {
  readonly #rows = new Map<string, Row & { readonly at: number }>();
  readonly #clock: Clock;
  readonly #ttlMs: number;
  #revision = 0;

  constructor(clock: Clock, ttlMs: number) {
    this.#clock = clock;
    this.#ttlMs = ttlMs;
  }

  get(key: string): Promise<Row | undefined> {
    return Promise.resolve(this.#live(key));
  }

  put(key: string, text: string, revision: number): Promise<number | undefined> {
    if ((this.#live(key)?.revision ?? 0) !== revision) return Promise.resolve(undefined);
    this.#revision += 1;
    this.#rows.set(key, { text, revision: this.#revision, at: this.#clock.monotonic() });
    return Promise.resolve(this.#revision);
  }

  remove(key: string, revision: number): Promise<void> {
    if (this.#live(key)?.revision === revision) this.#rows.delete(key);
    return Promise.resolve();
  }

  keys(): Promise<readonly string[]> {
    return Promise.resolve([...this.#rows.keys()].filter((key) => this.#live(key) !== undefined));
  }

  #live(key: string): Row | undefined {
    const row = this.#rows.get(key);
    if (row === undefined || this.#clock.monotonic() - row.at < this.#ttlMs) return row;
    this.#rows.delete(key);
    return undefined;
  }
}

/** The part that the hosts share; `clock` is the table's own. */
export const memoryTables = (clock: Clock, ttlMs = TTL_MS): Tables => ({
  leases: new MemoryTable(clock, ttlMs),
  owners: new MemoryTable(clock, Number.POSITIVE_INFINITY),
});

/** `tables` may be wrapped, to put a network in between. */
export const memoryLeases = (tables: Tables, options: LeaseOptions): Leases =>
  new LeaseOfHost(tables, options);
