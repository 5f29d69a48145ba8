/**
 * What a sandbox can be asked for, and its defaults. Amounts are decimal text, times are ms since the epoch.
 * Everything has a default: `startSandbox({})` serves a seeded synthetic market in real time on a free port.
 */
import type { Timeframe } from "../domain/market/candle.ts";
import { timeframe } from "../domain/market/candle.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { decimal } from "../domain/values/values.ts";
import { faultPlan, type FaultPlan } from "./faults/plan.ts";
import { futuresTerms, type FuturesOptions, type FuturesTerms } from "./futures/terms.ts";

export interface AccountKey {
  /** Name in the admin port and in the venue. */
  readonly name: string;
  readonly apiKey: string;
  readonly secret: string;
}

export interface AccountOptions extends AccountKey {
  /** Opening balances, for example `{ USDT: "10000" }`. */
  readonly balances: Readonly<Record<string, string>>;
}

export interface SyntheticMarket {
  readonly kind: "synthetic";
  /** Pairs as ccxt spells them; default BTC/USDT, ETH/USDT, SOL/USDT, BNB/USDT, XRP/USDT. */
  readonly symbols?: readonly string[];
  /** Market time of the start; default wall time, and 2026-01-01 with `speed: "max"` so that runs repeat. */
  readonly startAt?: number;
  /** The market ends after this much market time; default never. */
  readonly forMs?: number;
  /** Market time between two steps of the crowd, default 100. */
  readonly stepMs?: number;
  /** Candles before the start, made by the same crowd; default 2 hours. */
  readonly warmupMs?: number;
}

export interface ReplayMarket {
  /** `replay` looks what the folder holds: books before trades before candles. */
  readonly kind: "replay" | "replay-trades" | "replay-candles" | "replay-book";
  /** A folder, or one file. */
  readonly path: string;
  /** Pairs to take; default all that are there. */
  readonly symbols?: readonly string[];
  /** First and one past the last ms; what was recorded before `from` serves klines for warming up. */
  readonly from?: number;
  readonly to?: number;
  /** Of the candle files; default the shortest that is there. */
  readonly timeframe?: string;
}

export interface LimitOptions {
  /** Binance's own: 6000. */
  readonly weightPerMinute: number;
  /** Binance's own: 100 and 200000. */
  readonly ordersPer10s: number;
  readonly ordersPerDay: number;
}

export interface SandboxOptions {
  /** Default 0: a free one. */
  readonly port?: number;
  /** Address to listen on; default 127.0.0.1. It knows no secrets worth keeping, but opens its admin port too. */
  readonly host?: string;
  readonly market?: SyntheticMarket | ReplayMarket;
  /** Market time per wall time; `max` is lock-step (docs/sandbox.md). Default 1. */
  readonly speed?: number | "max";
  /** When the market begins to move: at once, or with the first market subscription. Default: replays wait. */
  readonly begin?: "now" | "subscribed";
  readonly seed?: number;
  /** Default: one account `main` with key `sandbox-key`, secret `sandbox-secret` and 100000 of every quote asset. */
  readonly accounts?: readonly AccountOptions[];
  /** Default: Binance's own at speed 1, none at other speeds. */
  readonly limits?: LimitOptions | "none";
  /** Default: 10 and 10 on spot, 2 and 5 on futures. */
  readonly makerBps?: number;
  readonly takerBps?: number;
  /** Smallest order value in the quote asset; default "5" on synthetic markets, "0" on replays. */
  readonly notionalMin?: string;
  /** Lots that must print at a resting order's price before it fills on a tape; default 0. */
  readonly queueAhead?: number;
  readonly faults?: FaultPlan;
  /** Kinds of orders that it refuses, to stand for a venue that has none: post-only, ioc, fok, stops, stop-market, stop-limit, reduce-only. */
  readonly lacks?: readonly string[];
  /** Binance's USD-margined futures instead of spot: the pairs are perpetual contracts, accounts have positions. Default: spot. */
  readonly futures?: FuturesOptions | undefined;
}

export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly market: SyntheticMarket | ReplayMarket;
  readonly speed: number | "max";
  readonly begin: "now" | "subscribed";
  readonly seed: number;
  readonly accounts: readonly AccountOptions[] | undefined;
  readonly limits: LimitOptions | undefined;
  readonly makerBps: number;
  readonly takerBps: number;
  readonly notionalMin: string;
  readonly queueAhead: number;
  readonly faults: FaultPlan;
  readonly lacks: ReadonlySet<string>;
  readonly futures: FuturesTerms | undefined;
}

const binanceLimits: LimitOptions = { weightPerMinute: 6_000, ordersPer10s: 100, ordersPerDay: 200_000 };
const futuresLimits: LimitOptions = { weightPerMinute: 2_400, ordersPer10s: 300, ordersPerDay: 200_000 };
/** Binance's fees of who has no discount. */
const spotFees = { makerBps: 10, takerBps: 10 };
const futuresFees = { makerBps: 2, takerBps: 5 };

/** Fills in defaults. Throws `Invalid` naming the field. */
export const settle = (options: SandboxOptions): Settings => {
  const market = options.market ?? { kind: "synthetic" };
  const synthetic = market.kind === "synthetic";
  const speed = options.speed ?? 1;
  if (speed !== "max" && !(speed > 0)) throw new Invalid("speed", 'a number above 0, or "max"', speed);
  const port = options.port ?? 0;
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Invalid("port", "a whole number from 0 to 65535", port);
  if (market.kind !== "synthetic" && market.timeframe !== undefined)
    timeframe(market.timeframe, "market.timeframe") satisfies Timeframe;
  for (const [index, account] of (options.accounts ?? []).entries())
    for (const [asset, amount] of Object.entries(account.balances))
      if (decimal(amount, `accounts[${index}].balances.${asset}`) < 0n)
        throw new Invalid(`accounts[${index}].balances.${asset}`, "no negative amount", amount);
  const notionalMin = options.notionalMin ?? (synthetic ? "5" : "0");
  decimal(notionalMin, "notionalMin");
  const futures = options.futures === undefined ? undefined : futuresTerms(options.futures);
  const own = futures === undefined ? binanceLimits : futuresLimits;
  const fees = futures === undefined ? spotFees : futuresFees;
  const limits = options.limits ?? (speed === 1 ? own : "none");
  return {
    port,
    host: options.host ?? "127.0.0.1",
    market,
    speed,
    begin: options.begin ?? (synthetic ? "now" : "subscribed"),
    seed: options.seed ?? 1,
    accounts: options.accounts,
    limits: limits === "none" ? undefined : limits,
    makerBps: options.makerBps ?? fees.makerBps,
    takerBps: options.takerBps ?? fees.takerBps,
    notionalMin,
    queueAhead: options.queueAhead ?? 0,
    faults: faultPlan(options.faults ?? {}),
    lacks: new Set(options.lacks),
    futures,
  };
};
