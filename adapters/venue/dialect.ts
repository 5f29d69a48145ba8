/**
 * What ccxt does not tell of a venue. A venue without an entry gets the careful answer: ids that may have holes, no
 * deadline, no quick way to page. Sources: the venues' API documents, and ccxt 4.5.84's own code for parameter names.
 */
import type { UnifiedMarket } from "./ccxt-words.ts";

export interface Dialect {
  /** Public trade ids grow by one for each trade of an instrument, so a hole is a loss. */
  readonly denseTradeIds: boolean;
  /** The parameter by which an order is asked for and cancelled under our own id. */
  readonly clientIdParam: "origClientOrderId" | "clientOrderId";
  readonly findByClientId: boolean;
  /** Signed requests carry time and receive window, and an older one is refused. */
  readonly requestDeadline: boolean;
  /** Names of private events, counted one each. */
  readonly userEvents: ReadonlySet<string>;
  /** Private trades are paged by trade id instead of time. */
  readonly fillsFromId: boolean;
  readonly weightHeader?: string;
  readonly weightLimit?: number;
  /** Parameters of `fetchTrades` that begin at a trade id; undefined where the venue cannot. */
  tradesFrom(id: number, hasKey: boolean): Readonly<Record<string, unknown>> | undefined;
  status(market: UnifiedMarket): "trading" | "paused" | "delisted";
}

const plain: Dialect = {
  denseTradeIds: false,
  clientIdParam: "clientOrderId",
  findByClientId: false,
  requestDeadline: false,
  userEvents: new Set(),
  fillsFromId: false,
  tradesFrom: () => undefined,
  status: (market) => (market.active === false ? "paused" : "trading"),
};

const binance: Dialect = {
  ...plain,
  denseTradeIds: true,
  clientIdParam: "origClientOrderId",
  findByClientId: true,
  requestDeadline: true,
  userEvents: new Set([
    "executionReport",
    "outboundAccountPosition",
    "balanceUpdate",
    "externalLockUpdate",
    "listStatus",
  ]),
  fillsFromId: true,
  weightHeader: "X-Mbx-Used-Weight-1m",
  weightLimit: 6_000,
  // ccxt's default are aggregated trades, numbered apart. Older trades need a key; the latest 1000 do not.
  tradesFrom: (id, hasKey) =>
    hasKey
      ? { fetchTradesMethod: "publicGetHistoricalTrades", fromId: id }
      : { fetchTradesMethod: "publicGetTrades" },
  status: (market) => {
    const status = market.info?.["status"];
    if (status === undefined || status === "TRADING") return market.active === false ? "paused" : "trading";
    // HALT and AUCTION_MATCH pass; a pair taken off the list stays in the answer as BREAK.
    return status === "BREAK" ? "delisted" : "paused";
  },
};

const known: Readonly<Record<string, Dialect>> = {
  binance,
  binanceus: binance,
  bybit: { ...plain, findByClientId: true, requestDeadline: true },
  okx: { ...plain, findByClientId: true, requestDeadline: true },
  kraken: { ...plain, denseTradeIds: false, findByClientId: false },
  coinbaseexchange: { ...plain, denseTradeIds: true, findByClientId: true },
};

export const dialectOf = (exchange: string): Dialect => known[exchange] ?? plain;
