/** Public market data by REST. */
import { timeframes, type Timeframe } from "../../domain/market/candle.ts";
import { wireDecimal } from "../grid.ts";
import { WireError } from "../errors.ts";
import { percent, type Pair, type PastTrade } from "../pair.ts";
import { limitOf, required, requiredPair, symbolsOf, whole, type Call, type Route } from "./route.ts";

const exchangeInfo = (call: Call): unknown => {
  const { floor, params, venueNow } = call;
  const names = params.has("symbol") ? [requiredPair(call).name] : symbolsOf(call);
  const pairs = [...floor.pairs.values()].filter((pair) => names?.includes(pair.name) ?? true);
  return {
    timezone: "UTC",
    serverTime: venueNow,
    rateLimits: [
      { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: 6_000 },
      { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: 100 },
      { rateLimitType: "ORDERS", interval: "DAY", intervalNum: 1, limit: 200_000 },
    ],
    exchangeFilters: [],
    symbols: pairs.map((pair) => symbolInfo(pair, floor.paused)),
  };
};

const statuses = { trading: "TRADING", paused: "HALT", delisted: "BREAK" } as const;

const symbolInfo = ({ listing, price, lot }: Pair, paused: boolean): unknown => {
  const step = lot.text(1);
  const minQty = lot.text(listing.lotsMin);
  const maxQty = lot.text(listing.lotsMax);
  return {
    symbol: listing.symbol,
    status: paused ? "BREAK" : statuses[listing.status],
    baseAsset: listing.base,
    baseAssetPrecision: 8,
    quoteAsset: listing.quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT"],
    icebergAllowed: false,
    ocoAllowed: true,
    otoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: false,
    cancelReplaceAllowed: true,
    isSpotTradingAllowed: listing.status === "trading" && !paused,
    isMarginTradingAllowed: false,
    filters: [
      {
        filterType: "PRICE_FILTER",
        minPrice: price.text(1),
        maxPrice: "1000000000.00000000",
        tickSize: price.text(1),
      },
      { filterType: "LOT_SIZE", minQty, maxQty, stepSize: step },
      { filterType: "MARKET_LOT_SIZE", minQty: "0.00000000", maxQty, stepSize: "0.00000000" },
      {
        filterType: "NOTIONAL",
        minNotional: wireDecimal(listing.notionalMin),
        applyMinToMarket: true,
        maxNotional: "9000000000.00000000",
        applyMaxToMarket: false,
        avgPriceMins: 5,
      },
      { filterType: "MAX_NUM_ORDERS", maxNumOrders: 100_000 },
    ],
    permissions: ["SPOT"],
    permissionSets: [["SPOT"]],
    defaultSelfTradePreventionMode: "EXPIRE_MAKER",
    allowedSelfTradePreventionModes: ["NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"],
  };
};

const depth = (call: Call): unknown => {
  const pair = requiredPair(call);
  const limit = limitOf(call.params, 100, 5_000);
  const recorded = call.floor.source.depth?.(pair.name);
  if (recorded !== undefined)
    return {
      lastUpdateId: recorded.updateId,
      bids: recorded.bids.slice(0, limit),
      asks: recorded.asks.slice(0, limit),
    };
  if (!call.floor.telling.tellsDepth(pair)) pair.book.diff();
  const { updateId, bids, asks } = pair.book.snapshot(limit);
  const text = ([ticks, lots]: readonly [number, number]): string[] => [
    pair.price.text(ticks),
    pair.lot.text(lots),
  ];
  return { lastUpdateId: updateId, bids: bids.map(text), asks: asks.map(text) };
};

/** By id, by time, or the newest; fromId wins over times. */
const tradesOf = (call: Call): readonly [Pair, readonly PastTrade[]] => {
  const pair = requiredPair(call);
  const { params } = call;
  const limit = limitOf(params, 500, 1_000);
  const fromId = whole(params, "fromId");
  const start = whole(params, "startTime");
  const end = whole(params, "endTime");
  const until = end === undefined ? pair.trades.length : pair.tradeIndex((trade) => trade.at > end);
  let from = Math.max(0, until - limit);
  if (fromId !== undefined) from = pair.tradeIndex((trade) => trade.id >= fromId);
  else if (start !== undefined) from = pair.tradeIndex((trade) => trade.at >= start);
  return [pair, pair.trades.slice(from, fromId === undefined ? Math.min(until, from + limit) : from + limit)];
};

const aggTrades = (call: Call): unknown => {
  const [pair, trades] = tradesOf(call);
  return trades.map(({ id, at, ticks, lots, buys }) => ({
    a: id,
    p: pair.price.text(ticks),
    q: pair.lot.text(lots),
    f: id,
    l: id,
    T: at,
    m: !buys,
    M: true,
  }));
};

const trades = (call: Call): unknown => {
  const [pair, found] = tradesOf(call);
  return found.map(({ id, at, ticks, lots, buys }) => ({
    id,
    price: pair.price.text(ticks),
    qty: pair.lot.text(lots),
    quoteQty: pair.quoteText(ticks * lots),
    time: at,
    isBuyerMaker: !buys,
    isBestMatch: true,
  }));
};

const klines = (call: Call): unknown => {
  const pair = requiredPair(call);
  const { params } = call;
  const interval = required(params, "interval");
  if (!Object.hasOwn(timeframes, interval)) throw new WireError(400, -1120, "Invalid interval.");
  const frame = interval as Timeframe;
  const rows = pair.series.query(
    frame,
    whole(params, "startTime"),
    whole(params, "endTime"),
    limitOf(params, 500, 1_000),
  );
  return rows.map((row) => [
    row.openAt,
    pair.price.text(row.open),
    pair.price.text(row.high),
    pair.price.text(row.low),
    pair.price.text(row.close),
    pair.lot.text(row.lots),
    row.openAt + timeframes[frame] - 1,
    pair.quoteText(row.quote),
    row.trades,
    pair.lot.text(row.takerLots),
    pair.quoteText(row.takerQuote),
    "0",
  ]);
};

const dayTicker = (pair: Pair, now: number): unknown => {
  const { price, lot, name, book } = pair;
  const day = pair.day(now);
  const last = pair.trades.at(-1);
  return {
    symbol: name,
    priceChange: day === undefined ? "0.00000000" : ((day.close - day.open) * price.float).toFixed(8),
    priceChangePercent: day === undefined ? "0.000" : percent(day),
    weightedAvgPrice: day === undefined ? "0.00000000" : pair.meanText(day),
    prevClosePrice: price.text(day?.open ?? 0),
    lastPrice: price.text(day?.close ?? 0),
    lastQty: lot.text(last?.lots ?? 0),
    bidPrice: price.text(book.best.bid),
    bidQty: lot.text(book.best.bidLots),
    askPrice: price.text(book.best.ask),
    askQty: lot.text(book.best.askLots),
    openPrice: price.text(day?.open ?? 0),
    highPrice: price.text(day?.high ?? 0),
    lowPrice: price.text(day?.low ?? 0),
    volume: lot.text(day?.lots ?? 0),
    quoteVolume: pair.quoteText(day?.quote ?? 0),
    openTime: day?.openAt ?? now,
    closeTime: now,
    firstId: (last?.id ?? 0) - (day?.trades ?? 0) + 1,
    lastId: last?.id ?? 0,
    count: day?.trades ?? 0,
  };
};

const priceTicker = (pair: Pair, _now: number, call: Call): unknown => ({
  symbol: pair.name,
  price: pair.price.text(call.floor.venue.last(pair.name)),
});

const bookTicker = ({ name, price, lot, book: { best } }: Pair): unknown => ({
  symbol: name,
  bidPrice: price.text(best.bid),
  bidQty: lot.text(best.bidLots),
  askPrice: price.text(best.ask),
  askQty: lot.text(best.askLots),
});

/** One symbol, a list of symbols, or all. */
const each =
  (show: (pair: Pair, now: number, call: Call) => unknown) =>
  (call: Call): unknown => {
    const { floor, params } = call;
    if (params.has("symbol")) return show(requiredPair(call), floor.now, call);
    const names = symbolsOf(call);
    return [...floor.pairs.values()]
      .filter((pair) => names?.includes(pair.name) ?? true)
      .map((pair) => show(pair, floor.now, call));
  };

const open = (weight: number, handle: Route["handle"]): Route => ({ weight, signed: false, handle });

export const marketRoutes: Readonly<Record<string, Route>> = {
  "GET /api/v3/ping": open(1, () => ({})),
  "GET /api/v3/time": open(1, ({ venueNow }) => ({ serverTime: venueNow })),
  "GET /api/v3/exchangeInfo": open(20, exchangeInfo),
  "GET /api/v3/depth": open(5, depth),
  "GET /api/v3/trades": open(25, trades),
  "GET /api/v3/historicalTrades": open(25, trades),
  "GET /api/v3/aggTrades": open(4, aggTrades),
  "GET /api/v3/klines": open(2, klines),
  "GET /api/v3/uiKlines": open(2, klines),
  "GET /api/v3/ticker/24hr": open(2, each(dayTicker)),
  "GET /api/v3/ticker/price": open(2, each(priceTicker)),
  "GET /api/v3/ticker/bookTicker": open(2, each(bookTicker)),
};
