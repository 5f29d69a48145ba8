/**
 * One ccxt instance with its guard, its clock offset and its markets: what Market and AccountAtVenue share. Nothing is
 * asked before the first use; a failed start is tried again by the next use.
 */
import type { Timestamp } from "../../domain/values/values.ts";
import { openExchange, type CcxtSettings, type VenuePorts } from "./ccxt.ts";
import type { Exchange, UnifiedMarket } from "./ccxt-words.ts";
import { ClockCheck } from "./clock-check.ts";
import { dialectOf, type Dialect } from "./dialect.ts";
import { fence } from "./fence.ts";
import { Guard, type Asked, type GuardSettings } from "./guard.ts";
import type { Priority } from "../limits/limits.ts";
import { Meter } from "./metering.ts";
import { isInvalidNonce } from "./outcome.ts";
import type { Capabilities } from "./venue.ts";

const OFFSET_SAMPLES = 5;
/** Our clock may be off by so much: it is compared again. Half of what an alert is worth. */
const COMPARE_AT_MS = 250;

/** Venue clock minus ours: the median over several requests of (its time - the middle of the request). */
export const offsetOf = (
  samples: readonly { readonly sentAt: number; readonly heardAt: number; readonly venueAt: number }[],
): number => {
  const offsets = samples
    .map(({ sentAt, heardAt, venueAt }) => venueAt - (sentAt + heardAt) / 2)
    .sort((a, b) => a - b);
  return Math.round(offsets[Math.floor(offsets.length / 2)] ?? 0);
};

export interface Weight {
  readonly used: number;
  /** 0 where the venue tells none. */
  readonly limit: number;
}

/** How often the venue asked us to slow down, and how often it shut the address out. */
export interface SlowDowns {
  slowed: number;
  banned: number;
}

export class Link {
  readonly settings: CcxtSettings;
  readonly meter: Meter;
  readonly slowDowns: SlowDowns = { slowed: 0, banned: 0 };
  readonly ports: VenuePorts;
  readonly guard: Guard;
  readonly dialect: Dialect;
  offsetMs = 0;
  /** Once opened. */
  exchange: Exchange | undefined;
  weight: Weight = { used: 0, limit: 0 };
  closed = false;
  private opened: Promise<Exchange> | undefined;
  private loaded: Promise<Exchange> | undefined;
  private cancelTimers: (() => void)[] = [];
  private readonly clockCheck: ClockCheck;
  private comparing = false;

  constructor(
    settings: CcxtSettings & { readonly account?: string },
    ports: VenuePorts,
    guard: GuardSettings = {},
  ) {
    this.settings = settings;
    this.ports = ports;
    this.clockCheck = new ClockCheck(ports.clock);
    this.guard = new Guard(ports.clock, ports.chance, guard, (asked) => this.slowDown(asked));
    this.dialect = dialectOf(settings.exchange);
    this.meter = new Meter(settings, this.dialect, ports, () => this.offsetMs);
  }

  /** The instance, without asking the venue anything. */
  open(): Promise<Exchange> {
    this.opened ??= openExchange(this.settings, this.ports).then((exchange) => {
      this.readWeight(exchange);
      if (this.ports.holds !== undefined) fence(exchange, this.ports.holds);
      this.meter.attach(exchange);
      this.exchange = exchange;
      return exchange;
    });
    return this.opened;
  }

  /** The instance with markets loaded and the clock measured. Throws what the venue answered. */
  ready(): Promise<Exchange> {
    this.loaded ??= this.start().catch((error: unknown) => {
      this.loaded = undefined;
      throw error;
    });
    return this.loaded;
  }

  /** Reads the markets again: ccxt would otherwise serve its first answer, even a rejection, for ever. */
  async reload(): Promise<Readonly<Record<string, UnifiedMarket>>> {
    const exchange = await this.open();
    return this.guard.read("public", () => exchange.loadMarkets(true), this.opening);
  }

  async measure(priority: Priority = this.opening): Promise<void> {
    const exchange = await this.open();
    if (exchange.has["fetchTime"] !== true) return;
    const { clock } = this.ports;
    const samples = [];
    for (let i = 0; i < OFFSET_SAMPLES; i += 1) {
      const sentAt = clock.now();
      const venueAt = await this.guard.read("public", () => exchange.fetchTime(), priority);
      samples.push({ sentAt, heardAt: clock.now(), venueAt });
    }
    this.offsetMs = offsetOf(samples);
    exchange.options["timeDifference"] = -this.offsetMs;
    this.clockCheck.done();
  }

  /** How far our clock may be off since the last comparison. Much brings the next one forward. */
  clockOffMs(): number {
    const offMs = this.clockCheck.offMs();
    if (offMs < COMPARE_AT_MS || this.comparing || this.closed) return offMs;
    this.comparing = true;
    this.measure()
      .catch((error: unknown) => this.tell(error))
      .finally(() => (this.comparing = false));
    return offMs;
  }

  /** A signed read, repeated within the budget. */
  read<T>(call: () => Promise<T>, priority: Priority = "entry"): Promise<T> {
    return this.guard.read("account", () => this.onTime(call, priority), priority);
  }

  /** A refused timestamp was looked at and nothing else was done: measure the clock and call once more. */
  async onTime<T>(call: () => Promise<T>, priority: Priority): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (!isInvalidNonce(error)) throw error;
      await this.measure(priority);
      return call();
    }
  }

  /** The market's time: the replay's where there is one, the venue's clock otherwise. */
  now(): Timestamp {
    return this.ports.marketTime?.() ?? ((this.ports.clock.now() + this.offsetMs) as Timestamp);
  }

  /** Runs again and again until closed; never where timers are switched off. */
  every(ms: number, run: () => Promise<void>): void {
    if (this.settings.timers === false || this.closed) return;
    const slot = this.cancelTimers.length;
    const again = (): void => {
      if (this.closed) return;
      this.cancelTimers[slot] = this.ports.clock.after(ms, () => {
        run()
          .catch((error: unknown) => this.tell(error))
          .finally(again);
      });
    };
    this.cancelTimers.push(() => undefined);
    again();
  }

  tell(error: unknown): void {
    this.ports.tell?.(error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error));
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const cancel of this.cancelTimers) cancel();
    await this.exchange?.close();
  }

  private async start(): Promise<Exchange> {
    const exchange = await this.open();
    await Promise.all([this.reload(), this.measure()]);
    this.every(this.settings.refreshMs ?? 600_000, () => this.measure());
    return exchange;
  }

  /** An account that is not open cannot cancel: what it needs for that does not wait behind market data. */
  private get opening(): Priority {
    return this.settings.secret === undefined ? "data" : "exit";
  }

  private slowDown(asked: Asked): void {
    this.slowDowns.slowed += 1;
    this.meter.heed(asked);
    if (!asked.banned) return;
    this.slowDowns.banned += 1;
    const until = new Date(this.ports.clock.now() + asked.pauseMs).toISOString();
    const address = this.settings.limits?.address ?? "default";
    this.ports.tell?.(
      `BANNED: ${this.settings.venue} shuts address ${address} out (418) until ${until}: nothing is sent, not even a cancel`,
    );
  }

  private readWeight(exchange: Exchange): void {
    const { weightHeader, weightLimit = 0 } = this.dialect;
    this.weight = { used: 0, limit: weightLimit };
    if (weightHeader === undefined) return;
    const original = exchange.onRestResponse.bind(exchange);
    exchange.onRestResponse = (status, reason, url, method, headers, body, ...rest) => {
      const used = Number(headers[weightHeader]);
      if (Number.isFinite(used)) this.weight = { used, limit: weightLimit };
      this.meter.hear(headers);
      return original(status, reason, url, method, headers, body, ...rest);
    };
  }
}

const orderTypes = (exchange: Exchange | undefined): readonly string[] => {
  if (exchange === undefined) return ["limit"];
  const types = ["limit"];
  // Where ccxt wants the price of a market buy, its amount means quote money: not our word.
  if (exchange.options["createMarketBuyOrderRequiresPrice"] !== true) types.unshift("market");
  if (exchange.has["createStopOrder"] === true || exchange.has["createTriggerOrder"] === true)
    types.push("stop-market", "stop-limit");
  return types;
};

/** ccxt's own table, and the dialect where it is silent. Before the exchange is loaded only what is sure. */
export const capabilitiesOf = (
  exchange: Exchange | undefined,
  dialect: Dialect,
  windowMs: number,
): Capabilities => {
  const has = (name: string): boolean => exchange?.has[name] === true;
  return {
    orderTypes: orderTypes(exchange),
    timeInForce: ["GTC", "IOC", "FOK", ...(exchange?.has["createPostOnlyOrder"] === false ? [] : ["PO"])],
    watchTrades: has("watchTrades") || has("watchTradesForSymbols"),
    watchQuotes: has("watchBidsAsks"),
    watchBooks: has("watchOrderBook"),
    watchAccount: has("watchOrders") && has("watchMyTrades") && has("watchBalance"),
    findByClientId: dialect.findByClientId,
    requestDeadline: dialect.requestDeadline,
    ...(dialect.requestDeadline ? { requestDeadlineMs: windowMs } : {}),
    shorts: dialect.lists === "contracts",
  };
};
