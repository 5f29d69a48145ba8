/**
 * From ccxt's words to ours. Money is read from the venue's own decimal text; prices of market data become the
 * nearest doubles. Throws `Invalid` naming the field when a venue sends what cannot be read.
 */
import type { Candle, Timeframe } from "../../domain/market/candle.ts";
import { timeframes } from "../../domain/market/candle.ts";
import { instrumentId, isContract, type Instrument } from "../../domain/market/instrument.ts";
import type { Quote, Trade } from "../../domain/market/tick.ts";
import type { Fill, OrderReport, OrderStatus, VenueRefusal } from "../../domain/order/order.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import {
  asset,
  decimal,
  money,
  notional,
  price,
  quantity,
  timestamp,
  toFloat,
  type AccountId,
  type Asset,
  type ClientOrderId,
  type Money,
  type Price,
  type Quantity,
  type Timestamp,
  type VenueId,
} from "../../domain/values/values.ts";
import type {
  Text,
  UnifiedBalance,
  UnifiedBook,
  UnifiedMarket,
  UnifiedOrder,
  UnifiedTicker,
  UnifiedTrade,
} from "./ccxt-words.ts";
import { conditionalOf } from "./conditionals.ts";
import type { Dialect } from "./dialect.ts";
import type { Book } from "./venue.ts";

const DECIMAL_PLACES = 2;
const TICK_SIZE = 4;

/** ccxt tells a grid as its step, or as a number of decimals. */
const step = (text: Text, mode: number, field: string): bigint => {
  if (text === undefined) return 1n;
  if (mode === TICK_SIZE) return decimal(text, field);
  if (mode === DECIMAL_PLACES) return 10n ** BigInt(18 - Number(text));
  throw new Invalid(field, "a tick size or a number of decimals", `precision mode ${mode}`);
};

/** One unit of 1e-18 where the venue tells no grid. Throws `Invalid` for a grid in significant digits. */
export const gridOf = (
  market: UnifiedMarket,
  mode: number,
): { readonly tickSize: Price; readonly lotSize: Quantity } => ({
  tickSize: step(market.precision.price, mode, "tickSize") as Price,
  lotSize: step(market.precision.amount, mode, "lotSize") as Quantity,
});

/** "0.001" of the price is 10 basis points. */
const bps = (text: Text, otherwise: number): number =>
  text === undefined ? otherwise : toFloat(decimal(text, "fee") * 10_000n);

export const instrumentOf = (
  venue: VenueId,
  market: UnifiedMarket,
  mode: number,
  { status, stops }: { readonly status: Instrument["status"]; readonly stops: ReturnType<Dialect["stops"]> },
  fees: { readonly makerBps?: number | undefined; readonly takerBps?: number | undefined } = {},
): Instrument => {
  const { amount, cost } = market.limits;
  return {
    id: instrumentId(venue, market.symbol),
    venue,
    symbol: market.symbol,
    base: asset(market.base),
    quote: asset(market.quote),
    ...gridOf(market, mode),
    quantityMin: quantity(amount?.min ?? "0", "quantityMin"),
    quantityMax: quantity(amount?.max ?? "0", "quantityMax"),
    notionalMin: money(cost?.min ?? "0", "notionalMin"),
    makerBps: fees.makerBps ?? bps(market.maker, 10),
    takerBps: fees.takerBps ?? bps(market.taker, 10),
    ...(stops === "stop-market" ? {} : { stops }),
    status,
  };
};

/** Ids that are not whole numbers become venue time and a count: `at * 1000 + nth`. */
export const tradeOf = (trade: UnifiedTrade, nth: number): Trade => {
  const at = trade.timestamp ?? 0;
  const id = Number(trade.id);
  return {
    at: timestamp(at),
    price: positive(trade.price, `${trade.symbol} trade price`),
    quantity: positive(trade.amount, `${trade.symbol} trade quantity`),
    side: trade.side ?? "buy",
    id: Number.isSafeInteger(id) && id > 0 ? id : at * 1_000 + (nth % 1_000),
  };
};

/** As a double. */
export const positive = (text: Text, field: string): number => {
  const value = Number(text);
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw new Invalid(field, "a number above 0", text);
  return value;
};

export const quoteOf = (ticker: UnifiedTicker, now: Timestamp): Quote => ({
  at: ticker.timestamp === undefined ? now : timestamp(ticker.timestamp),
  bid: Number(ticker.bid ?? Number.NaN),
  bidQuantity: Number(ticker.bidVolume ?? 0),
  ask: Number(ticker.ask ?? Number.NaN),
  askQuantity: Number(ticker.askVolume ?? 0),
});

/** Rows of ccxt are [open time, open, high, low, close, volume]. */
export const candlesOf = (
  rows: readonly (readonly [number, string, string, string, string, string])[],
  frame: Timeframe,
  now: number,
): readonly Candle[] =>
  rows
    .filter(([openAt]) => openAt + timeframes[frame] <= now)
    .map(([openAt, open, high, low, close, volume]) => ({
      openAt: timestamp(openAt),
      open: Number(open),
      high: Number(high),
      low: Number(low),
      close: Number(close),
      volume: Number(volume),
      trades: 0,
      final: true,
    }));

const statuses: Readonly<Record<string, Exclude<OrderStatus, "approved">>> = {
  open: "open",
  closed: "filled",
  canceled: "cancelled",
  canceling: "open",
  expired: "expired",
  rejected: "refused",
};

/** `Order status` of ccxt may be missing right after placing: then it rests. */
export const reportOf = (
  venue: VenueId,
  account: AccountId,
  order: UnifiedOrder,
  now: Timestamp,
): OrderReport => {
  const status = statuses[order.status ?? "open"] ?? "open";
  const at =
    order.lastUpdateTimestamp ??
    ms(order.info?.["updateTime"]) ??
    order.lastTradeTimestamp ??
    order.timestamp;
  const reason = status === "open" || status === "filled" ? undefined : why(order);
  return {
    account,
    instrument: instrumentId(venue, order.symbol),
    order: (order.clientOrderId ?? `venue:${order.id ?? ""}`) as ClientOrderId,
    ...(order.id === undefined ? {} : { venueOrderId: order.id }),
    status,
    filled: quantity(order.filled ?? "0", "filled"),
    ...(reason === undefined ? {} : { reason }),
    at: at === undefined ? now : timestamp(at),
  };
};

const why = (order: UnifiedOrder): string => {
  const told =
    typeof order.info?.["r"] === "string" ? order.info["r"] : (conditionalOf(order)?.why ?? "NONE");
  if (order.status === "rejected") return refusalIn(told);
  if (told !== "NONE") return told.toLowerCase();
  const raw = order.info?.["X"] ?? order.info?.["status"];
  return typeof raw === "string" ? raw.toLowerCase() : (order.status ?? "");
};

/** Reject reasons of Binance's execution report. */
const refusalIn = (told: string): VenueRefusal => {
  if (told.includes("BALANCE")) return "insufficient-balance";
  return /GTX|POST_ONLY|TAKER/.test(told) ? "would-take" : "other";
};

const ms = (value: unknown): number | undefined => {
  const number = Number(value);
  return value === undefined || !Number.isFinite(number) || number <= 0 ? undefined : number;
};

/** The client id of a private trade where the message itself carries it (Binance: `c`). */
export const clientIdOf = (trade: UnifiedTrade): string | undefined => {
  const { c, clientOrderId } = (trade.info ?? {}) as {
    readonly c?: unknown;
    readonly clientOrderId?: unknown;
  };
  const found = c ?? clientOrderId;
  return typeof found === "string" && found !== "" ? found : undefined;
};

/** False when the venue did not say what the fill cost: then it is asked. Binance tells a fee of zero without an asset. */
export const feeKnown = (trade: UnifiedTrade): boolean =>
  trade.fee?.cost !== undefined && (trade.fee.currency !== undefined || Number(trade.fee.cost) === 0);

/** Client ids that Binance futures give to orders of their own: liquidation, deleveraging, the end of a contract. */
const forced = /^(autoclose-|adl_autoclose|settlement_autoclose-)/;

export const fillOf = (
  venue: VenueId,
  account: AccountId,
  trade: UnifiedTrade,
  order: ClientOrderId,
  quote: string,
): Fill => {
  const at = price(trade.price, "price");
  const size = quantity(trade.amount, "quantity");
  return {
    tradeId: trade.id ?? `${trade.order ?? ""}-${trade.timestamp ?? 0}`,
    account,
    instrument: instrumentId(venue, trade.symbol),
    order,
    side: trade.side ?? "buy",
    price: at,
    quantity: size,
    notional: trade.cost === undefined ? notional(at, size) : money(trade.cost, "notional"),
    fee: money(trade.fee?.cost ?? "0", "fee"),
    feeAsset: asset(trade.fee?.currency ?? quote),
    liquidity: trade.takerOrMaker ?? "taker",
    ...(isContract(trade.symbol) && forced.test(order) ? { forced: true } : {}),
    at: timestamp(trade.timestamp ?? 0),
  };
};

export const balancesOf = (balance: UnifiedBalance): ReadonlyMap<Asset, Money> => {
  const totals = new Map<Asset, Money>();
  for (const [code, total] of Object.entries(balance.total ?? {}))
    if (total !== undefined) totals.set(asset(code), money(total, `balance of ${code}`));
  return totals;
};

/** The best of one side of a book, at most `levels`. */
export const levelsOf = (rows: UnifiedBook["bids"], levels: number): Book["bids"] => {
  const told: [number, number][] = [];
  for (let i = 0; i < rows.length && i < levels; i += 1)
    told.push([Number(rows[i]![0]), Number(rows[i]![1])]);
  return told;
};
