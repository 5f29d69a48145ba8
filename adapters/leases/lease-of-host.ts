/**
 * The lease of one host over a shared table: taken by creating its row, renewed four times in its life by naming the
 * revision, over when the row is another's or our own monotonic clock says so: from the moment at which the last
 * renewal that succeeded was ASKED for, less a margin. So it ends here before the row vanishes for the others.
 */
import type { Clock } from "../clock/clock.ts";
import { Assignments } from "./assignments.ts";
import type { Assignment, Claimed, LeaseCounts, Leases } from "./leases.ts";
import type { Tables } from "./table.ts";

export interface LeaseOptions {
  readonly host: string;
  readonly clock: Clock;
  /** Different in every life of the process: tells our own row from that of a namesake. */
  readonly life: string;
  /** How long a lease lives unrenewed; that of the table. */
  readonly ttlMs?: number;
  /** It ends here this much before it may end for the others. */
  readonly marginMs?: number;
}

export interface LeaseRow {
  readonly life: string;
  readonly epoch: number;
}

export const TTL_MS = 2_000;
const MARGIN_MS = 250;
/** A lease of an earlier life of ours ends within its TTL; one that stands longer is renewed by somebody. */
const NAMESAKE_TTLS = 3;
/** The table answers nothing: its servers may be choosing a leader, which takes some seconds. */
const SILENCE_TTLS = 15;

export class LeaseOfHost implements Leases {
  readonly counts: LeaseCounts = { taken: 0, lapsed: 0, refused: 0 };
  readonly #tables: Tables;
  readonly #host: string;
  readonly #clock: Clock;
  readonly #life: string;
  readonly #ttlMs: number;
  readonly #marginMs: number;
  readonly #assignments: Assignments;
  readonly #watchers = new Set<() => void>();
  #epoch = 0;
  #revision = 0;
  #until = 0;
  #cancelBeat = (): void => undefined;
  #cancelEnd = (): void => undefined;
  #busy: Promise<void> | undefined;
  #closed = false;

  constructor(tables: Tables, { host, clock, life, ttlMs = TTL_MS, marginMs = MARGIN_MS }: LeaseOptions) {
    this.#tables = tables;
    this.#host = host;
    this.#clock = clock;
    this.#life = life;
    this.#ttlMs = ttlMs;
    this.#marginMs = marginMs;
    this.#assignments = new Assignments(tables, { host, clock, ttlMs });
  }

  get epoch(): number {
    return this.#epoch;
  }

  holds(): boolean {
    return this.#epoch > 0 && this.#clock.monotonic() < this.#until;
  }

  onChange(told: () => void): () => void {
    this.#watchers.add(told);
    return () => this.#watchers.delete(told);
  }

  async open(): Promise<void> {
    const begun = this.#clock.monotonic();
    for (;;) {
      let trouble: unknown = `another process holds the lease of ${this.#host}: does one run under the same node name?`;
      let patienceMs = NAMESAKE_TTLS * this.#ttlMs;
      try {
        await this.#beat();
      } catch (error) {
        trouble = error;
        patienceMs = SILENCE_TTLS * this.#ttlMs;
      }
      if (this.#epoch > 0) return;
      if (this.#clock.monotonic() - begun > patienceMs)
        throw trouble instanceof Error ? trouble : new Error(String(trouble));
      await this.#pause(this.#ttlMs / 20);
    }
  }

  outgrow(epoch: number): void {
    this.#assignments.least = Math.max(this.#assignments.least, epoch);
  }

  async claim(actor: string, spareMs: number): Promise<Claimed> {
    const epoch = this.#epoch;
    if (!this.holds()) return { ok: false, retryAfterMs: this.#ttlMs / 4, owner: "" };
    const claimed = await this.#assignments.claim(actor, epoch, spareMs);
    if (!claimed.ok) this.counts.refused += 1;
    else if (this.#epoch !== epoch || !this.holds())
      return { ok: false, retryAfterMs: this.#ttlMs / 4, owner: "" };
    return claimed;
  }

  release(actor: string): Promise<void> {
    return this.#assignments.release(actor);
  }

  owners(): Promise<readonly Assignment[]> {
    return this.#assignments.all();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelBeat();
    await this.#busy?.catch(() => undefined);
    this.#cancelBeat();
    this.#cancelEnd();
    const revision = this.#epoch > 0 ? this.#revision : 0;
    this.#epoch = 0;
    // Without an answer it ends by itself.
    if (revision > 0) await this.#tables.leases.remove(this.#host, revision).catch(() => undefined);
  }

  /** One renewal or taking, and the next one after it, sooner where it did not succeed; a beat under way is joined. */
  #beat(): Promise<void> {
    this.#cancelBeat();
    const before = this.#revision;
    this.#busy ??= (this.#epoch > 0 ? this.#renew() : this.#take()).finally(() => {
      this.#busy = undefined;
      if (this.#closed) return;
      const waitMs = this.#epoch > 0 && this.#revision > before ? this.#ttlMs / 4 : this.#ttlMs / 20;
      this.#cancelBeat = this.#clock.after(waitMs, () => void this.#beat().catch(() => undefined));
    });
    return this.#busy;
  }

  async #renew(): Promise<void> {
    const epoch = this.#epoch;
    const askedAt = this.#clock.monotonic();
    const revision = await this.#tables.leases.put(this.#host, this.#row(epoch), this.#revision);
    if (this.#epoch !== epoch || this.#closed) return; // It lapsed while we waited.
    if (revision !== undefined) {
      this.#extend(askedAt, revision);
      return;
    }
    // The row is gone or another's; or an earlier renewal of ours had been taken, and its answer was lost.
    const now = await this.#tables.leases.get(this.#host);
    if (this.#epoch !== epoch) return;
    if (now?.text !== this.#row(epoch)) {
      this.#lapse();
      return;
    }
    const again = this.#clock.monotonic();
    const second = await this.#tables.leases.put(this.#host, this.#row(epoch), now.revision);
    if (this.#epoch === epoch && second !== undefined) this.#extend(again, second);
  }

  async #take(): Promise<void> {
    const { leases } = this.#tables;
    const standing = await leases.get(this.#host);
    if (standing !== undefined && (JSON.parse(standing.text) as LeaseRow).life !== this.#life) return;
    const epoch = await this.#assignments.nextEpoch();
    if (epoch === undefined || this.#closed) return;
    const askedAt = this.#clock.monotonic();
    const revision = await leases.put(this.#host, this.#row(epoch), standing?.revision ?? 0);
    if (revision === undefined || this.#clock.monotonic() >= askedAt + this.#ttlMs - this.#marginMs) return;
    this.#epoch = epoch;
    this.counts.taken += 1;
    this.#assignments.taken();
    this.#extend(askedAt, revision);
    this.#tell();
  }

  #extend(askedAt: number, revision: number): void {
    this.#revision = revision;
    this.#until = Math.max(this.#until, askedAt + this.#ttlMs - this.#marginMs);
    this.#cancelEnd();
    this.#cancelEnd = this.#clock.after(Math.max(0, this.#until - this.#clock.monotonic()), () => {
      if (!this.holds()) this.#lapse();
      else this.#extend(this.#until - this.#ttlMs + this.#marginMs, this.#revision);
    });
  }

  #lapse(): void {
    if (this.#epoch === 0) return;
    this.#assignments.lapsed(this.#epoch, Math.min(this.#until, this.#clock.monotonic()));
    this.#cancelEnd();
    this.#epoch = 0;
    this.#until = 0;
    this.counts.lapsed += 1;
    this.#tell();
  }

  #row(epoch: number): string {
    return JSON.stringify({ life: this.#life, epoch } satisfies LeaseRow);
  }

  #tell(): void {
    for (const told of this.#watchers) told();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(ms, resolve);
    });
  }
}
