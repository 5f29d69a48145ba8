/**
 * What ccxt does not tell of a venue. A venue without an entry gets the careful answer: ids that may have holes, no
 * deadline, no quick way to page. Sources: the venues' API documents, and ccxt 4.5.84's own code for parameter names.
 */
import { binanceOrders, binanceWeight } from "./binance-weights.ts";
import type { UnifiedMarket } from "./ccxt-words.ts";

export interface Dialect {
  /** Public trade ids grow by one for each trade of an instrument, so a hole is a loss. */
  readonly denseTradeIds: boolean;
  /** What of its list we trade: spot pairs, or perpetual contracts that settle in their quote. */
  readonly lists: "spot" | "contracts";
  /** The parameter by which an order is asked for and cancelled under our own id. */
  readonly clientIdParam: "origClientOrderId" | "clientOrderId";
  readonly findByClientId: boolean;
  /** Signed requests carry time and receive window, and an older one is refused. */
  readonly requestDeadline: boolean;
  /** Names of private events, counted one each. */
  readonly userEvents: ReadonlySet<string>;
  /** Private trades are paged by trade id instead of time. */
  readonly fillsFromId: boolean;
  /** The venue tells private trades of so long a time at once, and none that are older than `backMs`. Absent: all from a time on. */
  readonly fillsWindow?: { readonly spanMs: number; readonly backMs: number };
  readonly weightHeader?: string;
  /** Request weight a minute of an address. Where absent: what ccxt's own pause comes to. */
  readonly weightLimit?: number;
  /** Weight of "METHOD path"; undefined: what ccxt's table says, times `weightOfCost`. */
  weightOf?(request: string, params: Readonly<Record<string, unknown>>): number | undefined;
  readonly weightOfCost?: number;
  /** Orders of an account. */
  readonly orderLimits?: { readonly per10s: number; readonly perDay: number };
  ordersOf?(request: string): number;
  /** Weight of subscribing to the private stream over its socket. */
  readonly accountStreamWeight?: number;
  /** Parameters of `fetchTrades` that begin at a trade id; undefined where the venue cannot. */
  tradesFrom(id: number, hasKey: boolean): Readonly<Record<string, unknown>> | undefined;
  status(market: UnifiedMarket): "trading" | "paused" | "delisted";
  /** Its stops wait in a list of their own, which ccxt asks for apart. */
  readonly stopsApart: boolean;
  /** How a stop may be placed so that it is listed, found and cancelled like any other order. */
  stops(market: UnifiedMarket): "stop-market" | "stop-limit" | "none";
}

const DAY_MS = 86_400_000;

const plain: Dialect = {
  denseTradeIds: false,
  lists: "spot",
  clientIdParam: "clientOrderId",
  findByClientId: false,
  requestDeadline: false,
  userEvents: new Set(),
  fillsFromId: false,
  tradesFrom: () => undefined,
  status: (market) => (market.active === false ? "paused" : "trading"),
  stopsApart: false,
  // Many keep stops in a list of their own, which open orders and our ids do not reach.
  stops: () => "none",
};

/** By the names that the venue has for the two. */
const stopsIn = (market: UnifiedMarket, atMarket: string, limited: string): ReturnType<Dialect["stops"]> => {
  const types = market.info?.["orderTypes"];
  if (!Array.isArray(types)) return "none";
  if (types.includes(atMarket)) return "stop-market";
  return types.includes(limited) ? "stop-limit" : "none";
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
  weightOf: binanceWeight,
  weightOfCost: 5,
  orderLimits: { per10s: 100, perDay: 200_000 },
  ordersOf: binanceOrders,
  accountStreamWeight: 2,
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
  stops: (market) => stopsIn(market, "STOP_LOSS", "STOP_LOSS_LIMIT"),
};

const binanceFutures: Dialect = {
  ...binance,
  lists: "contracts",
  userEvents: new Set([
    "ORDER_TRADE_UPDATE",
    "ACCOUNT_UPDATE",
    "ALGO_UPDATE",
    "MARGIN_CALL",
    "ACCOUNT_CONFIG_UPDATE",
  ]),
  weightLimit: 2_400,
  // ccxt's table of futures is in their own weights.
  weightOf: () => undefined,
  weightOfCost: 1,
  fillsWindow: { spanMs: 7 * DAY_MS, backMs: 90 * DAY_MS },
  orderLimits: { per10s: 300, perDay: 200_000 },
  accountStreamWeight: 1,
  tradesFrom: (id, hasKey) =>
    hasKey
      ? { fetchTradesMethod: "fapiPublicGetHistoricalTrades", fromId: id }
      : { fetchTradesMethod: "fapiPublicGetTrades" },
  status: (market) => {
    const status = market.info?.["status"];
    if (status === undefined || status === "TRADING") return market.active === false ? "paused" : "trading";
    return status === "CLOSE" ? "delisted" : "paused";
  },
  // Algo orders: with them our id reaches each of its stops, and they are listed.
  stopsApart: true,
  stops: (market) => stopsIn(market, "STOP_MARKET", "STOP"),
};

const known: Readonly<Record<string, Dialect>> = {
  binance,
  binanceusdm: binanceFutures,
  binanceus: { ...binance, weightLimit: 1_200 },
  bybit: { ...plain, findByClientId: true, requestDeadline: true },
  okx: { ...plain, findByClientId: true, requestDeadline: true },
  kraken: { ...plain, denseTradeIds: false, findByClientId: false },
  coinbaseexchange: { ...plain, denseTradeIds: true, findByClientId: true },
};

export const dialectOf = (exchange: string): Dialect => known[exchange] ?? plain;
