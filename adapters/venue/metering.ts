/**
 * Counts each request of one ccxt instance against the budgets of its venue, address and account before it is signed
 * (a signed one grows old while it waits), and reads from the answer what the venue has counted. Which priority a
 * request has is known where it is begun, and travels with the call.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock } from "../clock/clock.ts";
import { OverLimit, type Budget, type Cost, type Limits, type Priority } from "../limits/limits.ts";
import type { Exchange } from "./ccxt-words.ts";
import type { Dialect } from "./dialect.ts";
import type { Asked } from "./guard.ts";
import { Blocked } from "./outcome.ts";

export interface LimitSettings {
  /** Whose requests the venue counts together. Default "default": all processes stand behind one address. */
  readonly address?: string;
  /** In place of the venue's own. */
  readonly weightPerMinute?: number;
  readonly ordersPer10s?: number;
  readonly ordersPerDay?: number;
}

export interface Metered {
  readonly exchange: string;
  readonly url?: string;
  readonly account?: string;
  readonly limits?: LimitSettings;
}

const MINUTE_MS = 60_000;
const TEN_SECONDS_MS = 10_000;
const DAY_MS = 86_400_000;

interface OrderBudget extends Budget {
  readonly header: string;
}

const priorityOf = new AsyncLocalStorage<Priority>();
const sentAt = new AsyncLocalStorage<number>();

/** Every request that `call` makes has this priority. Not around what opens a socket: all it ever hears would inherit it. */
export const withPriority = <T>(priority: Priority, call: () => Promise<T>): Promise<T> =>
  priorityOf.run(priority, call);

export class Meter {
  readonly #limits: Limits | undefined;
  readonly #clock: Clock;
  readonly #dialect: Dialect;
  readonly #settings: Metered;
  readonly #offsetMs: () => number;
  #weight: Budget | undefined;
  #orders: readonly OrderBudget[] = [];

  constructor(
    settings: Metered,
    dialect: Dialect,
    ports: { readonly clock: Clock; readonly limits?: Limits },
    offsetMs: () => number,
  ) {
    this.#settings = settings;
    this.#dialect = dialect;
    this.#limits = ports.limits;
    this.#clock = ports.clock;
    this.#offsetMs = offsetMs;
  }

  attach(exchange: Exchange): void {
    const limits = this.#limits;
    if (limits === undefined) return;
    const { exchange: name, url, account, limits: own = {} } = this.#settings;
    const venue = url === undefined ? name : `${name}@${new URL(url).host}`;
    this.#weight = {
      key: `weight.${venue}.${own.address ?? "default"}`,
      limit:
        own.weightPerMinute ??
        this.#dialect.weightLimit ??
        Math.floor(MINUTE_MS / (exchange.rateLimit ?? 50)),
      windowMs: MINUTE_MS,
    };
    this.#orders = this.#ordersOf(venue, account, own);
    const throttle = exchange.throttle.bind(exchange);
    // Our budget stands in for ccxt's line, which knows no priorities, where we know what requests cost.
    exchange.throttle = (cost) =>
      this.#dialect.weightOf !== undefined || priorityOf.getStore() === "cancel"
        ? Promise.resolve()
        : throttle(cost);
    const send = exchange.fetch2.bind(exchange);
    exchange.fetch2 = async (path, api, method, params, headers, body, config) => {
      const request = `${method ?? "GET"} ${path}`;
      const known = this.#dialect.weightOf?.(request, params ?? {});
      const told = exchange.calculateRateLimiterCost(api, method, path, params ?? {}, config ?? {});
      await this.#pass(limits, known ?? Math.ceil(told * (this.#dialect.weightOfCost ?? 1)), request);
      return sentAt.run(this.#clock.now(), () => send(path, api, method, params, headers, body, config));
    };
  }

  /** What goes over a private socket and is counted by the venue all the same. */
  async socketRequest(weight: number): Promise<void> {
    if (this.#limits === undefined || weight === 0) return;
    await withPriority("exit", () => this.#pass(this.#limits!, weight, ""));
  }

  /** What an answer's headers say. In the first moments of a venue's window it may still tell of the one before. */
  hear(headers: Readonly<Record<string, string>>): void {
    const sent = sentAt.getStore();
    if (this.#limits === undefined || this.#weight === undefined || sent === undefined) return;
    for (const budget of [{ ...this.#weight, header: this.#dialect.weightHeader ?? "" }, ...this.#orders]) {
      const used = Number(headers[budget.header] ?? NaN);
      if (!Number.isFinite(used)) continue;
      const { windowMs } = budget;
      const offsetMs = this.#offsetMs();
      const since = Math.floor((this.#clock.now() + offsetMs) / windowMs) * windowMs - offsetMs;
      if (sent < since + Math.min(1_000, windowMs / 10)) continue;
      this.#limits.hear(bare(budget), used, since);
    }
  }

  /** The venue wants to be left alone by the whole address, or has enough of this account's orders. */
  heed({ pauseMs, ordersOnly, everything }: Asked): void {
    const budget = ordersOnly ? this.#orders[0] : this.#weight;
    if (budget === undefined) return;
    const until = this.#clock.now() + pauseMs;
    if (everything) this.#limits?.ban(bare(budget), until);
    else this.#limits?.hold(bare(budget), until);
  }

  async #pass(limits: Limits, weight: number, request: string): Promise<void> {
    const priority = priorityOf.getStore() ?? "data";
    const orders = this.#dialect.ordersOf?.(request) ?? 0;
    const costs: Cost[] =
      orders > 0 ? this.#orders.map((budget) => ({ budget: bare(budget), amount: orders })) : [];
    if (weight > 0) costs.push({ budget: this.#weight!, amount: weight });
    if (costs.length === 0) return;
    try {
      await limits.take(costs, priority);
    } catch (error) {
      if (error instanceof OverLimit) throw new Blocked(error.message, error.retryAfterMs);
      throw error;
    }
  }

  #ordersOf(venue: string, account: string | undefined, own: LimitSettings): readonly OrderBudget[] {
    const { orderLimits } = this.#dialect;
    if (account === undefined || orderLimits === undefined) return [];
    const budget = (name: string, header: string, limit: number, windowMs: number): OrderBudget => ({
      key: `orders.${venue}.${account}.${name}`,
      header,
      limit,
      windowMs,
    });
    return [
      budget("10s", "X-Mbx-Order-Count-10s", own.ordersPer10s ?? orderLimits.per10s, TEN_SECONDS_MS),
      budget("1d", "X-Mbx-Order-Count-1d", own.ordersPerDay ?? orderLimits.perDay, DAY_MS),
    ];
  }
}

const bare = ({ key, limit, windowMs }: Budget): Budget => ({ key, limit, windowMs });
