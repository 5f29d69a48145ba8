/**
 * The synthetic market: a seeded crowd on the venue's living book. Candles before the start come from a coarser
 * crowd on a venue of its own, which ends where the living one begins.
 */
import { Invalid } from "../../domain/values/invalid.ts";
import { decimal, money, price, type Price } from "../../domain/values/values.ts";
import { createVenue } from "../../simulation/venue/engine.ts";
import { createCrowd, type Crowd } from "../../simulation/venue/synthetic.ts";
import type { Listing, SimulatedVenue } from "../../simulation/venue/venue.ts";
import type { Settings, SyntheticMarket } from "../options.ts";
import type { CandleSeries } from "./candle-series.ts";
import type { MarketSource, Recorded } from "./source.ts";

interface Known {
  readonly price: string;
  readonly tick: string;
  readonly lot: string;
}

const known: Readonly<Record<string, Known>> = {
  "BTC/USDT": { price: "64000", tick: "0.01", lot: "0.00001" },
  "ETH/USDT": { price: "3200", tick: "0.01", lot: "0.0001" },
  "SOL/USDT": { price: "150", tick: "0.01", lot: "0.001" },
  "BNB/USDT": { price: "580", tick: "0.01", lot: "0.001" },
  "XRP/USDT": { price: "0.55", tick: "0.0001", lot: "0.1" },
  "ADA/USDT": { price: "0.42", tick: "0.0001", lot: "0.1" },
  "DOGE/USDT": { price: "0.12", tick: "0.00001", lot: "1" },
  "ETH/BTC": { price: "0.05", tick: "0.00001", lot: "0.0001" },
};
const unknown: Known = { price: "100", tick: "0.01", lot: "0.001" };
const usual = ["BTC/USDT", "ETH/USDT", "SOL/USDT", "BNB/USDT", "XRP/USDT"];

const CROWD = "crowd";
const STEP_MS = 100;
const WARMUP_MS = 2 * 3_600_000;
const WARMUP_STEP_MS = 15_000;
const WARMUP_TRADES_PER_SECOND = 0.2;
/** Start of a lock-step market that names none, so that runs repeat: 2026-01-01. */
const START_AT = 1_767_225_600_000;

interface PastPrint {
  readonly at: number;
  readonly ticks: number;
  readonly lots: number;
  readonly buys: boolean;
}

class Synthetic implements MarketSource {
  readonly listings: readonly Listing[];
  readonly startAt: number;
  readonly slices: number;
  readonly base = "1m";
  readonly passesThrough = false;
  readonly continuous = true;
  readonly unlimited: readonly string[] = [CROWD];
  readonly #past: ReadonlyMap<string, readonly PastPrint[]>;
  readonly #open: (venue: SimulatedVenue) => Crowd;
  readonly #stepMs: number;
  readonly #endAt: number;
  #crowd: Crowd | undefined;
  #at: number;

  constructor(
    listings: readonly Listing[],
    startAt: number,
    endAt: number,
    stepMs: number,
    past: ReadonlyMap<string, readonly PastPrint[]>,
    open: (venue: SimulatedVenue) => Crowd,
  ) {
    this.listings = listings;
    this.startAt = startAt;
    this.slices = endAt === Number.POSITIVE_INFINITY ? 0 : Math.floor((endAt - startAt) / stepMs);
    this.#past = past;
    this.#open = open;
    this.#stepMs = stepMs;
    this.#endAt = endAt;
    this.#at = startAt;
  }

  recall(symbol: string, into: CandleSeries): void {
    for (const { at, ticks, lots, buys } of this.#past.get(symbol) ?? []) into.print(at, ticks, lots, buys);
  }

  begin(venue: SimulatedVenue): void {
    this.#crowd = this.#open(venue);
  }

  nextAt(): number | undefined {
    const next = this.#at + this.#stepMs;
    return next > this.#endAt ? undefined : next;
  }

  apply(): readonly Recorded[] {
    this.#at += this.#stepMs;
    this.#crowd?.advance(this.#at);
    return [];
  }
}

const listingOf = (symbol: string, settings: Settings): Listing => {
  const match = /^([A-Z0-9]+)\/([A-Z0-9]+)$/.exec(symbol);
  if (match === null) throw new Invalid("market.symbols", "pairs such as BTC/USDT", symbol);
  const { tick, lot } = known[symbol] ?? unknown;
  return {
    symbol: match[1]! + match[2]!,
    base: match[1]!,
    quote: match[2]!,
    tick: decimal(tick),
    lot: decimal(lot),
    lotsMin: 1,
    lotsMax: 9_000_000_000,
    // The smallest order is told in the quote asset's own money; coins as quotes are worth too much for it.
    notionalMin: money(match[2]!.startsWith("USD") ? settings.notionalMin : "0.0001"),
    makerBps: settings.makerBps,
    takerBps: settings.takerBps,
    feeStep: decimal("0.00000001"),
    status: "trading",
    market: "book",
  };
};

/** Prints of a coarse crowd, and the price at which each pair ends. */
const warmUp = (
  listings: readonly Listing[],
  prices: ReadonlyMap<string, Price>,
  seed: number,
  startAt: number,
  warmupMs: number,
): { readonly past: ReadonlyMap<string, PastPrint[]>; readonly ends: ReadonlyMap<string, Price> } => {
  const past = new Map(listings.map(({ symbol }) => [symbol, [] as PastPrint[]]));
  const ends = new Map(prices);
  if (warmupMs <= 0) return { past, ends };
  const venue = createVenue({ unlimited: [CROWD] });
  for (const listing of listings) venue.list(listing);
  const markets = listings.map(({ symbol }) => ({ symbol, startPrice: prices.get(symbol)! }));
  const from = startAt - warmupMs;
  const crowd = createCrowd({
    venue,
    account: CROWD,
    markets,
    seed: `${seed} warmup`,
    startAt: from,
    stepMs: WARMUP_STEP_MS,
    tradesPerSecond: WARMUP_TRADES_PER_SECOND,
    quotes: 4,
  });
  for (let at = from; at < startAt; at += 10 * WARMUP_STEP_MS) {
    crowd.advance(Math.min(at + 10 * WARMUP_STEP_MS, startAt - 1));
    for (const event of venue.drain())
      if (event.type === "print") past.get(event.symbol)!.push({ ...event, buys: event.takerSide === "buy" });
  }
  for (const { symbol, tick } of listings) {
    const last = venue.last(symbol);
    if (last > 0) ends.set(symbol, (BigInt(last) * tick) as Price);
  }
  return { past, ends };
};

export const synthetic = (market: SyntheticMarket, settings: Settings, wallNow: number): MarketSource => {
  const symbols = market.symbols ?? usual;
  const listings = symbols.map((symbol) => listingOf(symbol, settings));
  const prices = new Map(
    symbols.map((symbol, i) => [listings[i]!.symbol, price((known[symbol] ?? unknown).price)]),
  );
  const stepMs = market.stepMs ?? STEP_MS;
  if (!(Number.isInteger(stepMs) && stepMs > 0))
    throw new Invalid("market.stepMs", "whole ms above 0", stepMs);
  const startAt = market.startAt ?? (settings.speed === "max" ? START_AT : wallNow);
  const endAt = market.forMs === undefined ? Number.POSITIVE_INFINITY : startAt + market.forMs;
  const { seed } = settings;
  const { past, ends } = warmUp(listings, prices, seed, startAt, market.warmupMs ?? WARMUP_MS);
  return new Synthetic(listings, startAt, endAt, stepMs, past, (venue) =>
    createCrowd({
      venue,
      account: CROWD,
      markets: listings.map(({ symbol }) => ({ symbol, startPrice: ends.get(symbol)! })),
      seed,
      startAt,
    }),
  );
};
