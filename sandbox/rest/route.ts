/** What a REST path is made of, and how its parameters are read. WebSocket API methods use the same handlers. */
import type { Floor } from "../floor.ts";
import { illegal, invalidSymbol, missing } from "../errors.ts";
import type { Pair } from "../pair.ts";
import type { Params } from "../signing.ts";

export interface Call {
  readonly floor: Floor;
  readonly params: Params;
  /** Name of the account of a signed call, else "". */
  readonly account: string;
  /** The venue's own clock, ms: wall time unless it is skewed. */
  readonly venueNow: number;
}

export interface Route {
  readonly weight: number;
  readonly signed: boolean;
  /** Takes an API key without a signature, as Binance does for keys of user streams. */
  readonly keyed?: boolean;
  /** Orders counted against the account's order limit. */
  readonly orders?: number;
  readonly handle: (call: Call) => unknown;
}

export const required = (params: Params, name: string): string => {
  const value = params.get(name);
  if (value === undefined || value === "") throw missing(name);
  return value;
};

export const pairOf = (floor: Floor, symbol: string): Pair => {
  const pair = floor.pairs.get(symbol);
  if (pair === undefined) throw invalidSymbol();
  return pair;
};

export const requiredPair = ({ floor, params }: Call): Pair => pairOf(floor, required(params, "symbol"));

/** `symbols=["BTCUSDT","ETHUSDT"]`; undefined when it was not sent. Throws for unknown ones. */
export const symbolsOf = ({ floor, params }: Call): readonly string[] | undefined => {
  const text = params.get("symbols");
  if (text === undefined) return undefined;
  if (!/^\["[^"]*"(,"[^"]*")*\]$/.test(text)) throw illegal("symbols");
  return text
    .slice(2, -2)
    .split('","')
    .map((symbol) => pairOf(floor, symbol).name);
};

/** A whole number, or undefined when it was not sent. */
export const whole = (params: Params, name: string): number | undefined => {
  const text = params.get(name);
  if (text === undefined || text === "") return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw illegal(name);
  return Number(text);
};

export const limitOf = (params: Params, usual: number, most: number): number => {
  const limit = whole(params, "limit") ?? usual;
  if (limit < 1) throw illegal("limit");
  return Math.min(limit, most);
};
