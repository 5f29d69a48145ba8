/**
 * ccxt as far as we use it, with the types that hold when its numbers are text (`number: String`): its own typings
 * say `number` and cost seconds of compiling. Anything may be missing in what a venue answers.
 */
import type { BookLevels, Features } from "./lacking.ts";

export type Text = string | undefined;

export interface UnifiedFee {
  readonly cost?: Text;
  readonly currency?: Text;
}

export interface UnifiedTrade {
  readonly id?: Text;
  readonly order?: Text;
  readonly symbol: string;
  readonly timestamp?: number;
  readonly side?: "buy" | "sell";
  readonly takerOrMaker?: "taker" | "maker";
  readonly price: string;
  readonly amount: string;
  readonly cost?: Text;
  readonly fee?: UnifiedFee;
  readonly info?: Readonly<Record<string, unknown>>;
}

export interface UnifiedOrder {
  readonly id?: Text;
  readonly clientOrderId?: Text;
  readonly symbol: string;
  readonly status?: Text;
  readonly filled?: Text;
  readonly timestamp?: number;
  readonly lastTradeTimestamp?: number;
  readonly lastUpdateTimestamp?: number;
  readonly info?: Readonly<Record<string, unknown>>;
}

export interface UnifiedTicker {
  readonly symbol: string;
  readonly timestamp?: number;
  readonly bid?: Text;
  readonly bidVolume?: Text;
  readonly ask?: Text;
  readonly askVolume?: Text;
  readonly info?: Readonly<Record<string, unknown>>;
}

export interface UnifiedBook {
  readonly symbol?: string;
  readonly nonce?: number;
  /** Venue time of the last change, where it tells one. */
  readonly timestamp?: number;
  readonly bids: readonly (readonly [number | string, number | string])[];
  readonly asks: readonly (readonly [number | string, number | string])[];
  limit?(): unknown;
}

export interface UnifiedBalance {
  readonly total?: Readonly<Record<string, Text>>;
  /** Of Binance's stream: the event, its time, the balances it names. */
  readonly info?: {
    readonly e?: unknown;
    readonly E?: unknown;
    readonly B?: readonly { readonly a?: string }[];
    /** Of Binance futures: what an ACCOUNT_UPDATE is about. */
    readonly a?: { readonly m?: unknown };
    /** Of their account by REST. */
    readonly assets?: readonly { readonly asset: string; readonly walletBalance: string }[];
    readonly positions?: readonly {
      readonly symbol: string;
      readonly positionSide?: string;
      readonly positionAmt: string;
      readonly notional: string;
      readonly unrealizedProfit: string;
    }[];
  };
}

export interface UnifiedFunding {
  readonly symbol: string;
  readonly amount: string;
  readonly timestamp: number;
}

export interface UnifiedFundingRate {
  readonly timestamp: number;
  readonly fundingRate: string;
  readonly info?: Readonly<Record<string, unknown>>;
}

export interface UnifiedLeverage {
  readonly longLeverage?: number | Text;
  readonly marginMode?: "isolated" | "cross";
}

export interface UnifiedMarket {
  readonly id: string;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly spot?: boolean;
  readonly swap?: boolean;
  readonly linear?: boolean;
  readonly active?: boolean;
  readonly maker?: Text;
  readonly taker?: Text;
  readonly precision: { readonly amount?: Text; readonly price?: Text };
  readonly limits: {
    readonly amount?: { readonly min?: Text; readonly max?: Text };
    readonly cost?: { readonly min?: Text };
  };
  readonly info?: Readonly<Record<string, unknown>>;
}

/** A cache of ccxt: an array that counts what came since it was last asked. */
export interface Updates<T> extends Array<T> {
  getLimit(symbol: undefined, limit: undefined): number;
  readonly clearAllUpdates: boolean;
}

/** One socket of ccxt. */
export interface Client {
  readonly url: string;
  readonly futures: Readonly<Record<string, unknown>>;
  connection?: { terminate?(): void };
  future(hash: string): Promise<unknown>;
  resolve(result: unknown, hash?: string): unknown;
  reject(error: unknown, hash?: string): unknown;
  onError(error: Error): void;
}

type Params = Readonly<Record<string, unknown>>;
type Ohlcv = readonly [number, string, string, string, string, string];

export interface Exchange {
  readonly id: string;
  readonly has: Readonly<Record<string, boolean | string | undefined>>;
  readonly urls: { readonly api: Record<string, unknown> };
  readonly options: Record<string, unknown>;
  /** 2 decimal places, 3 significant digits, 4 tick size. */
  readonly precisionMode: number;
  /** Its pause for one unit of cost, ms. */
  readonly rateLimit?: number;
  readonly timeframes?: Readonly<Record<string, unknown>>;
  readonly features?: Features;
  readonly markets?: Readonly<Record<string, UnifiedMarket>>;
  readonly trades: Readonly<Record<string, unknown>>;
  readonly orders?: Updates<UnifiedOrder> | undefined;
  readonly myTrades?: Updates<UnifiedTrade> | undefined;
  readonly clients?: Readonly<Record<string, Client>>;
  apiKey?: string;
  number: (text: unknown) => string;

  loadHttpProxyAgent(): Promise<unknown>;
  loadMarkets(reload?: boolean): Promise<Readonly<Record<string, UnifiedMarket>>>;
  market(symbol: string): UnifiedMarket;
  /** One request, signed already. */
  fetch(url: string, method: string, headers?: unknown, body?: unknown): Promise<unknown>;
  fetchTime(): Promise<number>;
  fetchOHLCV(symbol: string, timeframe: string, since: number, limit: number): Promise<readonly Ohlcv[]>;
  fetchOrderBook(symbol: string, limit?: number): Promise<BookLevels>;
  fetchTrades(symbol: string, since?: number, limit?: number, params?: Params): Promise<UnifiedTrade[]>;
  createOrder(
    symbol: string,
    type: string,
    side: string,
    amount: string,
    price: string | undefined,
    params: Params,
  ): Promise<UnifiedOrder>;
  cancelOrder(id: string | undefined, symbol: string, params: Params): Promise<UnifiedOrder>;
  fetchOrder(id: string | undefined, symbol: string, params?: Params): Promise<UnifiedOrder>;
  fetchOrders(symbol: string, since?: number, limit?: number, params?: Params): Promise<UnifiedOrder[]>;
  fetchOpenOrders(
    symbol?: string,
    since?: number,
    limit?: number,
    params?: Params,
  ): Promise<readonly UnifiedOrder[]>;
  fetchClosedOrders(symbol?: string): Promise<readonly UnifiedOrder[]>;
  fetchMyTrades(symbol: string, since?: number, limit?: number, params?: Params): Promise<UnifiedTrade[]>;
  fetchBalance(): Promise<UnifiedBalance>;
  fetchFundingHistory(symbol: undefined, since: number, limit: number): Promise<readonly UnifiedFunding[]>;
  fetchFundingRateHistory(
    symbol: string,
    since: number,
    limit: number,
  ): Promise<readonly UnifiedFundingRate[]>;
  fetchPositionMode(symbol: string): Promise<{ readonly hedged?: boolean }>;
  setPositionMode(hedged: boolean, symbol: string): Promise<unknown>;
  fetchLeverages(symbols: readonly string[]): Promise<Readonly<Record<string, UnifiedLeverage>>>;
  setLeverage(leverage: number, symbol: string): Promise<unknown>;
  setMarginMode(mode: string, symbol: string): Promise<unknown>;
  watchTrades(symbol: string): Promise<unknown>;
  watchTradesForSymbols(symbols: readonly string[]): Promise<unknown>;
  watchBidsAsks(symbols: readonly string[]): Promise<unknown>;
  watchOrderBook(symbol: string): Promise<unknown>;
  watchOrders(): Promise<unknown>;
  watchMyTrades(): Promise<unknown>;
  watchBalance(): Promise<unknown>;
  close(): Promise<unknown>;

  // Hooks: looked up on the instance, so an own property replaces them.
  log(...words: unknown[]): void;
  throttle(cost?: number): Promise<unknown>;
  calculateRateLimiterCost(
    api: unknown,
    method: unknown,
    path: string,
    params: Params,
    config: Params,
  ): number;
  fetch2(
    path: string,
    api?: string,
    method?: string,
    params?: Params,
    headers?: unknown,
    body?: unknown,
    config?: Params,
  ): Promise<unknown>;
  client(url: string): Client;
  handleMessage(client: Client, message: unknown): void;
  onError(client: Client, error: Error): void;
  onClose(client: Client, event: unknown): void;
  onConnected(client: Client, message?: unknown): void;
  onRestResponse(
    status: number,
    reason: string,
    url: string,
    method: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    ...rest: unknown[]
  ): string;
  handleErrors(
    status: number,
    reason: string,
    url: string,
    method: string,
    headers: Readonly<Record<string, string>>,
    ...rest: unknown[]
  ): unknown;
  handleHttpStatusCode(status: number, reason: string, url: string, method: string, body: unknown): void;
}
