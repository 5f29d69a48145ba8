/**
 * Request weights and order counts as Binance counts them, by wall time in fixed windows. Past the limit the
 * answer is 429 with Retry-After, the seconds until the window ends; who goes on asking is banned (418).
 */
import type { LimitOptions } from "./options.ts";
import { WireError } from "./errors.ts";

const MINUTE_MS = 60_000;
const TEN_SECONDS_MS = 10_000;
const DAY_MS = 86_400_000;
/** Requests answered with 429 in one window before the ban begins. */
const WARNINGS_MAX = 100;
const BAN_MS = 120_000;

class Window {
  readonly #spanMs: number;
  #openAt = -1;
  used = 0;

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  add(now: number, amount: number): number {
    const openAt = now - (now % this.#spanMs);
    if (openAt !== this.#openAt) {
      this.#openAt = openAt;
      this.used = 0;
    }
    this.used += amount;
    return this.used;
  }

  endsInSec(now: number): number {
    return Math.ceil((this.#openAt + this.#spanMs - now) / 1_000);
  }
}

export class Weights {
  readonly limits: LimitOptions | undefined;
  readonly #weight = new Window(MINUTE_MS);
  readonly #warnings = new Window(MINUTE_MS);
  readonly #orders = new Map<string, { readonly tenSeconds: Window; readonly day: Window }>();
  #bannedUntil = 0;

  constructor(limits: LimitOptions | undefined) {
    this.limits = limits;
  }

  get usedWeight(): number {
    return this.#weight.used;
  }

  /** Counts a request; returns its headers, throws 429 or 418. */
  charge(now: number, weight: number): Record<string, string> {
    if (now < this.#bannedUntil) throw this.#ban(now);
    const used = String(this.#weight.add(now, weight));
    const headers = { "X-MBX-USED-WEIGHT": used, "X-MBX-USED-WEIGHT-1M": used };
    if (this.limits === undefined || this.#weight.used <= this.limits.weightPerMinute) return headers;
    if (this.#warnings.add(now, 1) > WARNINGS_MAX) {
      this.#bannedUntil = now + BAN_MS;
      throw this.#ban(now);
    }
    throw new WireError(
      429,
      -1003,
      `Too much request weight used; current limit is ${this.limits.weightPerMinute} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`,
      { ...headers, "Retry-After": String(this.#weight.endsInSec(now)) },
    );
  }

  /** Counts an order of an account; returns its headers, throws 429. */
  chargeOrder(now: number, account: string, orders: number): Record<string, string> {
    let counts = this.#orders.get(account);
    if (counts === undefined) {
      counts = { tenSeconds: new Window(TEN_SECONDS_MS), day: new Window(DAY_MS) };
      this.#orders.set(account, counts);
    }
    const tenSeconds = counts.tenSeconds.add(now, orders);
    const day = counts.day.add(now, orders);
    const headers = {
      "X-MBX-ORDER-COUNT-10S": String(tenSeconds),
      "X-MBX-ORDER-COUNT-1D": String(day),
    };
    if (this.limits === undefined) return headers;
    const over =
      tenSeconds > this.limits.ordersPer10s
        ? ([counts.tenSeconds, `${this.limits.ordersPer10s} orders per 10 SECOND`] as const)
        : day > this.limits.ordersPerDay
          ? ([counts.day, `${this.limits.ordersPerDay} orders per 1 DAY`] as const)
          : undefined;
    if (over === undefined) return headers;
    throw new WireError(429, -1015, `Too many new orders; current limit is ${over[1]}.`, {
      ...headers,
      "Retry-After": String(over[0].endsInSec(now)),
    });
  }

  #ban(now: number): WireError {
    return new WireError(
      418,
      -1003,
      `Way too much request weight used; IP banned until ${this.#bannedUntil}. Please use WebSocket Streams for live updates to avoid bans.`,
      { "Retry-After": String(Math.ceil((this.#bannedUntil - now) / 1_000)) },
    );
  }
}
