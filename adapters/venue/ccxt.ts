/**
 * One ccxt exchange, made ready: loaded by the file of that exchange alone (importing the package root costs five
 * times more), pointed at another host where asked, with exact numbers as text and without surprises: no broker id,
 * no request for products we do not trade, no second back-off beside ours. ccxt is named in this file only.
 */
import { Invalid } from "../../domain/values/invalid.ts";
import type { Timestamp } from "../../domain/values/values.ts";
import type { Cache } from "../cache/cache.ts";
import type { Clock } from "../clock/clock.ts";
import type { Limits } from "../limits/limits.ts";
import type { Exchange } from "./ccxt-words.ts";
import type { ToldLacking } from "./lacking.ts";
import type { LimitSettings } from "./metering.ts";
import { annotated } from "./outcome.ts";

/** A venue by configuration. Pauses and limits are ours; what is absent takes the default written here. */
export const STALE_AFTER_MS = 10_000;

export interface CcxtSettings {
  /** Our name of the venue, for example "sandbox". */
  readonly venue: string;
  /** ccxt's name of the exchange whose protocol it speaks, for example "binance". */
  readonly exchange: string;
  /** Base address that replaces scheme and host of every REST and WebSocket endpoint ("http://127.0.0.1:9100"). */
  readonly url?: string;
  readonly apiKey?: string;
  readonly secret?: string;
  readonly password?: string;
  /** Options of ccxt itself, merged over ours. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Pause that one unit of request weight costs; 0 switches ccxt's limiter off. Default: ccxt's own. */
  readonly rateLimitMs?: number;
  /** What the venue lets us ask, where it differs from what is known of it. Needs `limits` among the ports. */
  readonly limits?: LimitSettings;
  /** A request without an answer after this is a time-out. Default 10 s. */
  readonly timeoutMs?: number;
  /** Age at which the venue refuses a signed request. Default 5 s. */
  readonly receiveWindowMs?: number;
  /** False: no polls, refreshes and liveness checks, so that a replay makes no unsolicited request. Default true. */
  readonly timers?: boolean;
  /** A stream silent for longer is checked against REST; grows for instruments that seldom trade. Default 10 s. */
  readonly staleAfterMs?: number;
  /** How often filters and clock offset are read again. Default 10 min. */
  readonly refreshMs?: number;
  /** How long instruments stay in the cache. Default 1 h. */
  readonly instrumentsTtlMs?: number;
  /** Levels a side told of each book. Default 20. */
  readonly bookLevels?: number;
  /** What the venue does not take, whatever is known of it: the engine does what is wanted itself. */
  readonly lacks?: readonly ToldLacking[];
  /** Lists both legs beside each contract: an account here is in hedge mode. */
  readonly legs?: boolean;
  /** Fees where the venue's metadata does not tell ours. */
  readonly makerBps?: number;
  readonly takerBps?: number;
}

export interface VenuePorts {
  /** Arrival time and waiting: the system's clock, in replays too. */
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly chance: () => number;
  readonly cache?: Cache;
  /** The budgets that each request is counted against; without them nothing is counted. */
  readonly limits?: Limits;
  /** The market's time in a replay; the venue's clock otherwise. */
  readonly marketTime?: () => Timestamp;
  /** False once another process may act for the account; asked after a request was signed, right before it leaves. */
  readonly holds?: () => boolean;
  /** What went wrong and was mended or counted: for the log. */
  readonly tell?: (problem: string) => void;
}

type ExchangeClass = new (config: Readonly<Record<string, unknown>>) => Exchange;

/** @throws Invalid when ccxt has no such exchange. */
const exchangeClass = async (id: string): Promise<ExchangeClass> => {
  if (!/^[a-z0-9]+$/.test(id)) throw new Invalid("exchange", "an exchange of ccxt, such as binance", id);
  const root = import.meta.resolve("ccxt");
  for (const path of [`./src/pro/${id}.js`, `./src/${id}.js`]) {
    try {
      return ((await import(new URL(path, root).href)) as { default: ExchangeClass }).default;
    } catch (error) {
      if (!missing(error)) throw error;
    }
  }
  const all = (await import("ccxt")).default as unknown as Record<string, unknown> & {
    readonly pro: Record<string, unknown>;
  };
  const found = all.pro[id] ?? all[id];
  if (typeof found !== "function") throw new Invalid("exchange", "an exchange of ccxt, such as binance", id);
  return found as ExchangeClass;
};

const missing = (error: unknown): boolean => {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  return (
    code === "ERR_MODULE_NOT_FOUND" ||
    /Cannot find module|Failed to load url|does not exist/.test(message ?? "")
  );
};

/** Replaces scheme and host of every address under `urls` in place, and keeps the paths. */
export const redirect = (urls: Record<string, unknown>, base: string): void => {
  const http = base.replace(/\/+$/, "");
  const ws = http.replace(/^http/, "ws");
  for (const [key, value] of Object.entries(urls)) {
    if (typeof value === "string")
      urls[key] = value.replace(/^https?:\/\/[^/]+/, http).replace(/^wss?:\/\/[^/]+/, ws);
    else if (typeof value === "object" && value !== null) redirect(value as Record<string, unknown>, base);
  }
};

const optionsOf = (settings: CcxtSettings): Record<string, unknown> => ({
  fetchCurrencies: false,
  fetchMargins: false,
  warnOnFetchOpenOrdersWithoutSymbol: false,
  recvWindow: settings.receiveWindowMs ?? 5_000,
  // Reconnecting waits once, by our own jittered back-off.
  ws: { backoff: { base: 0, max: 0 } },
  ...(settings.exchange === "binance" ? { fetchMarkets: { types: ["spot"] } } : {}),
  ...(settings.exchange === "binanceusdm"
    ? { watchPositions: { fetchPositionsSnapshot: false, awaitPositionsSnapshot: false } }
    : {}),
  ...settings.options,
});

/** One instance for one settings object; nothing is asked of the venue yet. */
export const openExchange = async (settings: CcxtSettings, ports: VenuePorts): Promise<Exchange> => {
  const Class = await exchangeClass(settings.exchange);
  const exchange = new Class({
    apiKey: settings.apiKey,
    secret: settings.secret,
    password: settings.password,
    timeout: settings.timeoutMs ?? 10_000,
    enableRateLimit: settings.rateLimitMs !== 0,
    ...(settings.rateLimitMs === undefined || settings.rateLimitMs === 0
      ? {}
      : { rateLimit: settings.rateLimitMs }),
    newUpdates: true,
    number: String,
    options: optionsOf(settings),
  });
  exchange.number = String;
  exchange.log = (...words) => ports.tell?.(`${settings.exchange}: ${words.map(String).join(" ")}`);
  if (settings.url !== undefined) redirect(exchange.urls.api, settings.url);
  annotateErrors(exchange);
  // Without an agent of its own ccxt refuses every ws:// address.
  await exchange.loadHttpProxyAgent();
  return exchange;
};

/**
 * ccxt drops HTTP status and Retry-After from its errors, and its `last_response_headers` mix parallel calls up:
 * both are noted on the error. ccxt calls the two hooks one after the other for each answer.
 */
const annotateErrors = (exchange: Exchange): void => {
  const byBody = exchange.handleErrors.bind(exchange);
  const byStatus = exchange.handleHttpStatusCode.bind(exchange);
  let heard: Readonly<Record<string, string>> = {};
  exchange.handleErrors = (status, reason, url, method, headers, ...rest) => {
    heard = headers;
    try {
      return byBody(status, reason, url, method, headers, ...rest);
    } catch (error) {
      throw annotated(error, status, headers);
    }
  };
  exchange.handleHttpStatusCode = (status, reason, url, method, body) => {
    try {
      byStatus(status, reason, url, method, body);
    } catch (error) {
      throw annotated(error, status, heard);
    }
  };
};
