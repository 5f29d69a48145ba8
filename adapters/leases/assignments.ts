/**
 * Which host owns which actor. An owner whose lease stands keeps it; after that the next one waits as long as it must,
 * counted from when this host itself last saw that lease standing, or first looked. After a lapse that may have struck
 * every host (the table's leader lost), whoever owned an actor before comes first.
 */
import type { Clock } from "../clock/clock.ts";
import type { Assignment, Claimed } from "./leases.ts";
import type { LeaseRow } from "./lease-of-host.ts";
import type { Tables } from "./table.ts";

interface OwnerRow {
  readonly actor: string;
  readonly host: string;
  readonly epoch: number;
}

const LOOK_MS = 100;

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

  lapsed(epoch: number, at: number): void {
    this.#seen.set(`${this.#host}#${epoch}`, at);
  }

  async claim(actor: string, epoch: number, spareMs: number): Promise<Claimed> {
    const { owners } = this.#tables;
    const key = keyOf(actor);
    const found = await owners.get(key);
    const row = found === undefined ? undefined : (JSON.parse(found.text) as OwnerRow);
    if (row?.host === this.#host && row.epoch === epoch) return { ok: true };
    if (row !== undefined) {
      const waitMs = await this.#waitFor(row, spareMs);
      if (waitMs > 0) return { ok: false, retryAfterMs: waitMs, owner: row.host };
    }
    const ours = JSON.stringify({ actor, host: this.#host, epoch } satisfies OwnerRow);
    const revision = await owners.put(key, ours, found?.revision ?? 0);
    if (revision === undefined) return { ok: false, retryAfterMs: LOOK_MS, owner: row?.host ?? "" };
    return { ok: true };
  }

  async release(actor: string): Promise<void> {
    const { owners } = this.#tables;
    const key = keyOf(actor);
    const found = await owners.get(key);
    if (found === undefined || (JSON.parse(found.text) as OwnerRow).host !== this.#host) return;
    await owners.remove(key, found.revision);
  }

  async all(): Promise<readonly Assignment[]> {
    const { owners, leases } = this.#tables;
    const rows = await Promise.all((await owners.keys()).map((key) => owners.get(key)));
    const assigned = rows
      .filter((row) => row !== undefined)
      .map(({ text }) => JSON.parse(text) as OwnerRow | number)
      .filter((row) => typeof row === "object");
    const hosts = [...new Set(assigned.map(({ host }) => host))];
    const standing = new Map(
      await Promise.all(hosts.map(async (host) => [host, epochIn(await leases.get(host))] as const)),
    );
    return assigned
      .map((row) => ({ ...row, live: standing.get(row.host) === row.epoch }))
      .sort((a, b) => (a.actor < b.actor ? -1 : 1));
  }

  /** 0 when the actor may pass to us. */
  async #waitFor({ host, epoch }: OwnerRow, spareMs: number): Promise<number> {
    const stands = epochIn(await this.#tables.leases.get(host)) === epoch;
    const now = this.#clock.monotonic();
    const lease = `${host}#${epoch}`;
    if (stands) this.#seen.set(lease, now);
    else if (!this.#seen.has(lease)) this.#seen.set(lease, now);
    if (stands) return LOOK_MS;
    const from = this.#seen.get(lease)! + spareMs;
    return Math.max(0, (host === this.#host ? from : Math.max(from, this.#othersFrom)) - now);
  }
}

const epochIn = (row: { readonly text: string } | undefined): number =>
  row === undefined ? 0 : (JSON.parse(row.text) as LeaseRow).epoch;
