/**
 * Which host owns which actor. An owner whose lease stands keeps it; after that the next one waits as long as it must,
 * counted from when this host itself last saw that lease standing, or first looked. After a lapse that may have struck
 * every host (the table's leader lost), whoever owned an actor before comes first. Epochs are counted in the table of
 * owners, one for each lease taken and each assignment made.
 */
import type { Clock } from "../clock/clock.ts";
import type { Assignment, Claimed } from "./leases.ts";
import type { LeaseRow } from "./lease-of-host.ts";
import type { Tables } from "./table.ts";

interface OwnerRow {
  readonly actor: string;
  readonly host: string;
  /** Epoch of the host's lease, by which one sees whether the owner lives. */
  readonly lease: number;
  /** Of this assignment: above that of every earlier owner. */
  readonly epoch: number;
}

const LOOK_MS = 100;
const EPOCH_KEY = "epoch";
const EPOCH_TRIES = 20;

/** Keys of the table are letters, digits, `-`, `_`, `.` and `=`. */
const keyOf = (actor: string): string =>
  actor.replace(/[^-\w.]/g, (c) => `=${c.codePointAt(0)!.toString(16)}=`);

export class Assignments {
  readonly #tables: Tables;
  readonly #host: string;
  readonly #clock: Clock;
  readonly #ttlMs: number;
  /** When we last saw the lease of a host and epoch stand, or first that it does not. */
  readonly #seen = new Map<string, number>();
  /** Epochs up to this have been seen elsewhere: ours are above it. */
  least = 0;
  #othersFrom = 0;
  #takes = 0;

  constructor(
    tables: Tables,
    options: { readonly host: string; readonly clock: Clock; readonly ttlMs: number },
  ) {
    this.#tables = tables;
    this.#host = options.host;
    this.#clock = options.clock;
    this.#ttlMs = options.ttlMs;
  }

  /** Our lease was taken; when not for the first time, the others may be taking theirs again too. */
  taken(): void {
    this.#takes += 1;
    if (this.#takes > 1) this.#othersFrom = this.#clock.monotonic() + this.#ttlMs;
  }

  lapsed(lease: number, at: number): void {
    this.#seen.set(`${this.#host}#${lease}`, at);
  }

  /** The next number; undefined when others were always faster. */
  async nextEpoch(): Promise<number | undefined> {
    const { owners } = this.#tables;
    for (let tries = 0; tries < EPOCH_TRIES; tries += 1) {
      const last = await owners.get(EPOCH_KEY);
      const epoch = Math.max(Number(last?.text ?? 0), this.least) + 1;
      if ((await owners.put(EPOCH_KEY, `${epoch}`, last?.revision ?? 0)) !== undefined) return epoch;
    }
    return undefined;
  }

  async claim(actor: string, lease: number, spareMs: number): Promise<Claimed> {
    const { owners } = this.#tables;
    const key = keyOf(actor);
    const found = await owners.get(key);
    const row = found === undefined ? undefined : ownerIn(found.text);
    const ours = row?.host === this.#host && row.lease === lease;
    if (ours && row.epoch > this.least) return { ok: true, epoch: row.epoch, lease };
    if (row !== undefined && !ours) {
      const waitMs = await this.#waitFor(row, spareMs);
      if (waitMs > 0) return { ok: false, retryAfterMs: waitMs, owner: row.host };
    }
    const lost = { ok: false, retryAfterMs: LOOK_MS, owner: row?.host ?? "" } as const;
    const epoch = await this.nextEpoch();
    if (epoch === undefined) return lost;
    const next = JSON.stringify({ actor, host: this.#host, lease, epoch } satisfies OwnerRow);
    return (await owners.put(key, next, found?.revision ?? 0)) === undefined
      ? lost
      : { ok: true, epoch, lease };
  }

  async release(actor: string): Promise<void> {
    const { owners } = this.#tables;
    const key = keyOf(actor);
    const found = await owners.get(key);
    if (found === undefined || ownerIn(found.text).host !== this.#host) return;
    await owners.remove(key, found.revision);
  }

  async all(): Promise<readonly Assignment[]> {
    const { owners, leases } = this.#tables;
    const keys = (await owners.keys()).filter((key) => key !== EPOCH_KEY);
    const rows = await Promise.all(keys.map((key) => owners.get(key)));
    const assigned = rows.filter((row) => row !== undefined).map(({ text }) => ownerIn(text));
    const hosts = [...new Set(assigned.map(({ host }) => host))];
    const standing = new Map(
      await Promise.all(hosts.map(async (host) => [host, epochIn(await leases.get(host))] as const)),
    );
    return assigned
      .map(({ lease, ...row }) => ({ ...row, live: standing.get(row.host) === lease }))
      .sort((a, b) => (a.actor < b.actor ? -1 : 1));
  }

  /** 0 when the actor may pass to us. */
  async #waitFor({ host, lease }: OwnerRow, spareMs: number): Promise<number> {
    const stands = epochIn(await this.#tables.leases.get(host)) === lease;
    const now = this.#clock.monotonic();
    const key = `${host}#${lease}`;
    if (stands) this.#seen.set(key, now);
    else if (!this.#seen.has(key)) this.#seen.set(key, now);
    if (stands) return LOOK_MS;
    const from = this.#seen.get(key)! + spareMs;
    return Math.max(0, (host === this.#host ? from : Math.max(from, this.#othersFrom)) - now);
  }
}

const epochIn = (row: { readonly text: string } | undefined): number =>
  row === undefined ? 0 : (JSON.parse(row.text) as LeaseRow).epoch;

/** Rows of earlier versions have the epoch of the lease alone. */
const ownerIn = (text: string): OwnerRow => {
  const row = JSON.parse(text) as Omit<OwnerRow, "lease"> & Partial<OwnerRow>;
  return { ...row, lease: row.lease ?? row.epoch };
};
