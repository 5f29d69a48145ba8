/**
 * What can be traded, and on which grid. Filters may change while trading (`version` grows); a delisted
 * instrument stays known so that its position can still be told.
 */
import type { Asset, InstrumentId, Money, Price, Quantity, VenueId } from "../values/values.ts";

/** Kinds of orders that a venue may not take: the engine does what is wanted by others (docs/execution.md, "What a venue lacks"). */
export const lackable = ["post-only", "ioc", "fok", "stop-market", "stop-limit", "reduce-only"] as const;
export type Lackable = (typeof lackable)[number];

export interface Instrument {
  readonly id: InstrumentId;
  readonly venue: VenueId;
  /** As ccxt spells it: "BTC/USDT". */
  readonly symbol: string;
  readonly base: Asset;
  /** What it is paid in; of a contract what it settles in, which is the base of an inverse one. */
  readonly quote: Asset;
  readonly tickSize: Price;
  readonly lotSize: Quantity;
  readonly quantityMin: Quantity;
  /** Zero: no limit told. */
  readonly quantityMax: Quantity;
  readonly notionalMin: Money;
  readonly makerBps: number;
  readonly takerBps: number;
  /** How a stop is placed here; absent: as a stop-market order. */
  readonly stops?: "stop-limit" | "none";
  /** What its venue does not take; absent: it takes all. */
  readonly lacks?: readonly Lackable[];
  /** Of an inverse contract, and of nothing else: what one is worth at any price, in units of the price (100 USD). */
  readonly contractSize?: Quantity;
  /** Of a contract: how many times its margin a position is worth when it is opened. Absent: 1. */
  readonly leverage?: number;
  /** Of a contract: whether a position is backed by its own margin alone (absent: it is) or by all that is there. */
  readonly marginMode?: "isolated" | "cross";
  readonly status: "trading" | "paused" | "delisted";
}

/** How a contract is held: leverage, and what backs it. */
export type ContractTerms = Pick<Instrument, "leverage" | "marginMode">;

export const instrumentId = (venue: string, symbol: string): InstrumentId =>
  `${venue}:${symbol}` as InstrumentId;

/** A perpetual or a future: ccxt names what it settles in after a second colon, "BTC/USDT:USDT". Takes an id, or a symbol. */
export const isContract = (name: string): boolean => {
  const slash = name.indexOf("/");
  return slash >= 0 && name.includes(":", slash);
};

/** A contract that settles in its base, "BTC/USD:BTC": it stands for a fixed worth, and profit is made in coins. Takes an id, or a symbol. */
export const isInverse = (name: string): boolean => {
  const slash = name.indexOf("/");
  const colon = slash < 0 ? -1 : name.indexOf(":", slash);
  if (colon < 0) return false;
  const base = name.slice(name.lastIndexOf(":", slash) + 1, slash);
  return settleOf(name, colon) === base && name.slice(slash + 1, colon) !== base;
};

/** "BTC/USDT:USDT-240628" settles in USDT, and so does "BTC/USDT:USDT#long". */
const settleOf = (name: string, colon: number): string => /^[^-#]*/.exec(name.slice(colon + 1))![0];

export const legNames = ["long", "short"] as const;
export type LegName = (typeof legNames)[number];

/**
 * In hedge mode a contract has two positions beside one another, and each is an instrument of its own: "BTC/USDT:USDT#long" is never
 * short, "BTC/USDT:USDT#short" never long, and an order names its leg by its instrument. Undefined in net mode. Takes an id, or a symbol.
 */
export const legIn = (name: string): LegName | undefined =>
  name.endsWith("#long") ? "long" : name.endsWith("#short") ? "short" : undefined;

export const legSymbol = (symbol: string, leg: LegName): string => `${symbol}#${leg}`;

/** Whose market it has: a leg that of its contract, which both share. Takes an id, or a symbol. */
export const marketOf = <T extends string>(name: T): T => {
  const leg = legIn(name);
  return leg === undefined ? name : (name.slice(0, -leg.length - 1) as T);
};

/** A leg of a contract, on the contract's grid. */
export const legOfContract = <T extends Pick<Instrument, "venue" | "symbol">>(
  contract: T,
  leg: LegName,
): T & Pick<Instrument, "id"> => {
  const symbol = legSymbol(contract.symbol, leg);
  return { ...contract, symbol, id: instrumentId(contract.venue, symbol) };
};

/** What is held of it and what is paid for it, by its symbol. A contract is held as an asset of its own. */
export const assetsOfSymbol = (symbol: string): { readonly base: Asset; readonly quote: Asset } => {
  const slash = symbol.indexOf("/");
  const colon = symbol.indexOf(":");
  return colon < 0
    ? { base: symbol.slice(0, slash) as Asset, quote: symbol.slice(slash + 1) as Asset }
    : { base: symbol as Asset, quote: settleOf(symbol, colon) as Asset };
};
export const venueOf = (id: InstrumentId): VenueId => id.slice(0, id.indexOf(":")) as VenueId;
export const symbolOf = (id: InstrumentId): string => id.slice(id.indexOf(":") + 1);
