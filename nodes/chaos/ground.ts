/**
 * What a simulated cluster trades, and where: wanderers on two pairs of one venue; wanderers of three portfolios under limits over all of
 * them; wanderers with stops where the venue takes none; or a strategy by its name on the instruments that it takes: two pairs, a triangle of three, or one pair at two venues, the first
 * of these that it starts with.
 */
import { instrumentId, type Instrument } from "../../domain/market/instrument.ts";
import { parseParams } from "../../domain/strategy/params.ts";
import type { Strategy } from "../../domain/strategy/strategy.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import {
  asset,
  money,
  price,
  quantity,
  type AccountId,
  type InstrumentId,
  type Price,
  type VenueId,
} from "../../domain/values/values.ts";
import { parseSettings, type Settings } from "../settings.ts";
import { strategyFinder } from "../strategy-files.ts";
import { wanderer } from "./wanderer.ts";
import { witnessed } from "./witness.ts";

/** Market time per virtual time: a minute's candle each second. */
export const SPEED = 60;
const LOT = quantity("0.001");
const AFTER_MS = 3_000;
/** A real strategy does not act at every candle. */
const LONGER_MS = 6_000;
const HISTORY_MINUTES = 120;

export interface Listing {
  readonly instrument: Instrument;
  /** The first price. */
  readonly ticks: number;
  /** How far one trade's price may lie from the one before, in ticks, up and down together. */
  readonly swing: number;
}

export interface GroundVenue {
  readonly venue: VenueId;
  readonly account: AccountId;
  readonly listings: readonly Listing[];
  /** Quotes and books are told, beside trades. */
  readonly depths: boolean;
  /** Of candles before the run. */
  readonly historyMinutes: number;
}

export interface Ground {
  readonly settings: Settings;
  readonly strategy: Strategy;
  readonly venues: readonly GroundVenue[];
  /** How long trading goes on in the calm, virtual ms. */
  readonly afterMs: number;
}

/** Which ground: plain data, for threads. */
export type GroundRequest = "shared-limits" | ProtectedGround | StrategyRequest;
/** Stops and targets of wanderers' positions, and whether the venue takes stops. */
type ProtectedGround = "kept-stops" | "targets" | "kept-targets";

interface StrategyRequest {
  readonly strategy: string;
  readonly params?: unknown;
  readonly strategiesDir?: string | undefined;
}

interface Pair {
  readonly symbol: string;
  readonly ticks: number;
  readonly tick: string;
  readonly swing: number;
}

const pairOf = (symbol: string, ticks: number, swing: number, tick = "0.01"): Pair => ({
  ...{ symbol, ticks, tick, swing },
});
const VENUE = "sandbox";

const listed = (venue: string, { symbol, ticks, tick, swing }: Pair, stops?: "none"): Listing => {
  const [base, quote] = symbol.split("/") as [string, string];
  const tickSize: Price = price(tick);
  return {
    ...{ ticks, swing },
    instrument: {
      ...{ id: instrumentId(venue, symbol), venue: venue as VenueId, symbol },
      ...{ base: asset(base), quote: asset(quote), tickSize, lotSize: LOT },
      ...{ quantityMin: LOT, quantityMax: quantity("0"), notionalMin: money(quote === "USDT" ? "5" : "0") },
      ...{ makerBps: 10, takerBps: 10, status: "trading" },
      ...(stops && { stops }),
    },
  };
};

interface GroundTerms extends Pick<GroundVenue, "depths" | "historyMinutes"> {
  readonly afterMs: number;
  /** Limits over portfolios: then each account has one of its own, with its name. */
  readonly shared?: object;
  /** The venues take no stops. */
  readonly stops?: "none";
}

/** A ground on which strategies trade `pairs` at each of the venues, with one account there. */
const groundOn = (
  venues: Readonly<Record<string, readonly Pair[]>>,
  strategy: Strategy,
  strategies: (instruments: readonly InstrumentId[], accounts: readonly string[]) => readonly object[],
  { depths, afterMs, historyMinutes, shared, stops }: GroundTerms,
): Ground => {
  const names = Object.keys(venues);
  const accountOf = (k: number): string => (k === 0 ? "main" : `at-${names[k]!}`);
  const made = Object.entries(venues).map(([name, pairs], k) => ({
    ...{ venue: name as VenueId, account: accountOf(k) as AccountId, depths, historyMinutes },
    listings: pairs.map((pair) => listed(name, pair, stops)),
  }));
  const instruments = made.flatMap(({ listings }) => listings.map(({ instrument }) => instrument.id));
  const accounts = made.map(({ account }) => account);
  return {
    ...{ strategy, venues: made, afterMs },
    settings: parseSettings({
      node: "simulated",
      nats: { url: "nats://127.0.0.1:4222" },
      venues: Object.fromEntries(names.map((name) => [name, { quotes: depths, sandbox: { speed: SPEED } }])),
      accounts: Object.fromEntries(
        made.map(({ venue, account }) => [account, { venue, apiKey: "key", secret: "secret" }]),
      ),
      ...(shared === undefined
        ? { portfolios: { main: { accounts, quote: "USDT" } } }
        : {
            portfolios: Object.fromEntries(accounts.map((one) => [one, { accounts: [one], quote: "USDT" }])),
            sharedLimits: shared,
          }),
      strategies: strategies(instruments, accounts),
    }),
  };
};

/** Where it is told how, wanderers protect their positions. */
export const wandererGround = (way?: ProtectedGround): Ground => {
  const kept = way?.startsWith("kept") === true;
  return groundOn(
    { [VENUE]: [pairOf("AAA/USDT", 10_000, 8), pairOf("BBB/USDT", 20_000, 8)] },
    wanderer,
    (instruments) =>
      [0, 1, 0, 1].map((i, k) => ({
        ...{ id: `wanderer-${k}`, strategy: "wanderer", instruments: [instruments[i]] },
        ...{
          capital: "3000",
          params: { seed: k, protects: way !== undefined, targets: way?.endsWith("targets") === true },
        },
      })),
    { depths: false, afterMs: AFTER_MS, historyMinutes: 0, ...(kept && { stops: "none" }) },
  );
};

/** Less than the six wanderers would have together: 18,000, half of it in each asset. */
const SHARED = {
  gross: 10_000,
  net: 9_000,
  assets: { AAA: 4_500 },
  venues: { second: 4_000 },
  grantSeconds: 5,
};

const sharedGround = (): Ground => {
  const pairs = [pairOf("AAA/USDT", 10_000, 8), pairOf("BBB/USDT", 20_000, 8)];
  return groundOn(
    { [VENUE]: pairs, second: pairs, third: pairs },
    wanderer,
    (instruments, accounts) =>
      instruments.map((instrument, k) => {
        const account = accounts[Math.floor(k / pairs.length)]!;
        return {
          ...{ id: `wanderer-${k}`, strategy: "wanderer", instruments: [instrument], account },
          ...{ portfolio: account, capital: "3000", params: { seed: k } },
        };
      }),
    { depths: false, afterMs: LONGER_MS, historyMinutes: 0, shared: SHARED },
  );
};

const [AAA, BBB] = [pairOf("AAA/USDT", 10_000, 60), pairOf("BBB/USDT", 20_000, 120)];
/** In this order a strategy is asked whether it trades them. */
const shapes: readonly Readonly<Record<string, readonly Pair[]>>[] = [
  { [VENUE]: [AAA, BBB] },
  { [VENUE]: [AAA, BBB, pairOf("BBB/AAA", 20_000, 120, "0.0001")] },
  { [VENUE]: [AAA], second: [AAA] },
];

/** Throws `Invalid` for a strategy that there is not, parameters that it refuses, and instruments that this has not. */
export const groundOf = async (request: GroundRequest): Promise<Ground> => {
  if (request === "shared-limits") return sharedGround();
  if (typeof request === "string") return wandererGround(request);
  const found = await strategyFinder(request.strategiesDir)(request.strategy);
  const params = parseParams(found, request.params, "--params");
  let refusal: unknown;
  for (const shape of shapes) {
    const market = Object.entries(shape).flatMap(([venue, pairs]) =>
      pairs.map((pair) => listed(venue, pair).instrument),
    );
    try {
      found.start(params, market);
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      refusal ??= error;
      continue;
    }
    return groundOn(
      shape,
      witnessed(found),
      (instruments, accounts) => [
        { id: found.name, strategy: found.name, instruments, accounts, params, capital: "3000" },
      ],
      { depths: true, afterMs: LONGER_MS, historyMinutes: HISTORY_MINUTES },
    );
  }
  throw refusal;
};
