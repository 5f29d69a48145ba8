/** Public market data of futures by REST. What is the same on spot is answered by the same handlers. */
import { openOf } from "../../../domain/market/candle.ts";
import { FUNDING_INTERVAL_MS } from "../../../domain/positions/funding.ts";
import { format, type Timestamp } from "../../../domain/values/values.ts";
import { wireDecimal } from "../../grid.ts";
import type { Pair } from "../../pair.ts";
import { marketRoutes } from "../../rest/market.ts";
import { limitOf, requiredPair, whole, type Call, type Route } from "../../rest/route.ts";
import { houseOf } from "./house-of.ts";

const shared = [
  "ping",
  "time",
  "depth",
  "trades",
  "historicalTrades",
  "aggTrades",
  "klines",
  "ticker/24hr",
  "ticker/price",
  "ticker/bookTicker",
];

const statuses = { trading: "TRADING", paused: "PENDING_TRADING", delisted: "CLOSE" } as const;

/** Steps as they are written on futures: without zeros behind. */
const plain = (text: string): string => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

const exchangeInfo = ({ floor, venueNow }: Call): unknown => ({
  timezone: "UTC",
  serverTime: venueNow,
  futuresType: "U_MARGINED",
  rateLimits: [
    { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: 2_400 },
    { rateLimitType: "ORDERS", interval: "MINUTE", intervalNum: 1, limit: 1_200 },
    { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: 300 },
  ],
  exchangeFilters: [],
  assets: [...new Set([...floor.pairs.values()].map(({ listing }) => listing.quote))].map((asset) => ({
    asset,
    marginAvailable: true,
    autoAssetExchange: "0",
  })),
  symbols: [...floor.pairs.values()].map((pair) => symbolInfo(pair, floor.paused)),
});

const symbolInfo = ({ listing, price, lot }: Pair, paused: boolean): unknown => {
  const tickSize = plain(price.text(1));
  const stepSize = plain(lot.text(1));
  const minQty = plain(lot.text(listing.lotsMin));
  const maxQty = plain(lot.text(listing.lotsMax));
  const decimals = (text: string): number => text.split(".")[1]?.length ?? 0;
  return {
    symbol: listing.symbol,
    pair: listing.symbol,
    contractType: "PERPETUAL",
    deliveryDate: 4_133_404_800_000,
    onboardDate: 1_569_398_400_000,
    status: paused ? "PENDING_TRADING" : statuses[listing.status],
    maintMarginPercent: "2.5000",
    requiredMarginPercent: "5.0000",
    baseAsset: listing.base,
    quoteAsset: listing.quote,
    marginAsset: listing.quote,
    pricePrecision: decimals(tickSize),
    quantityPrecision: decimals(stepSize),
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: "COIN",
    underlyingSubType: [],
    triggerProtect: "0.0500",
    liquidationFee: "0",
    marketTakeBound: "0.05",
    maxMoveOrderLimit: 10_000,
    filters: [
      { filterType: "PRICE_FILTER", minPrice: tickSize, maxPrice: "1000000000", tickSize },
      { filterType: "LOT_SIZE", minQty, maxQty, stepSize },
      { filterType: "MARKET_LOT_SIZE", minQty, maxQty, stepSize },
      { filterType: "MAX_NUM_ORDERS", limit: 200 },
      { filterType: "MIN_NOTIONAL", notional: plain(wireDecimal(listing.notionalMin)) },
    ],
    orderTypes: ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET"],
    timeInForce: ["GTC", "IOC", "FOK", "GTX"],
  };
};

const premium = (pair: Pair, call: Call): unknown => {
  const house = houseOf(call);
  const { now } = call.floor;
  const mark = wireDecimal(house.mark(pair.name));
  return {
    symbol: pair.name,
    markPrice: mark,
    indexPrice: mark,
    estimatedSettlePrice: mark,
    lastFundingRate: wireDecimal(house.fundingRate),
    interestRate: wireDecimal(house.fundingRate),
    nextFundingTime: openOf(now as Timestamp, "8h") + FUNDING_INTERVAL_MS,
    time: now,
  };
};

const premiumIndex = (call: Call): unknown =>
  call.params.has("symbol")
    ? premium(requiredPair(call), call)
    : [...call.floor.pairs.values()].map((pair) => premium(pair, call));

const fundingRate = (call: Call): unknown => {
  const { params } = call;
  const { fundings, fundingRate: rate } = houseOf(call);
  const symbol = params.has("symbol") ? requiredPair(call).name : undefined;
  const start = whole(params, "startTime");
  const end = whole(params, "endTime") ?? Number.MAX_SAFE_INTEGER;
  const limit = limitOf(params, 100, 1_000);
  const found = fundings.filter(
    (one) => (symbol === undefined || one.symbol === symbol) && one.at >= (start ?? 0) && one.at <= end,
  );
  const shown = start === undefined ? found.slice(-limit) : found.slice(0, limit);
  return shown.map(({ symbol: name, at, mark }) => ({
    symbol: name,
    fundingTime: at,
    fundingRate: format(rate),
    markPrice: wireDecimal(mark),
  }));
};

const fundingInfo = (call: Call): unknown =>
  [...call.floor.pairs.keys()].map((symbol) => ({
    symbol,
    adjustedFundingRateCap: "0.02",
    adjustedFundingRateFloor: "-0.02",
    fundingIntervalHours: 8,
  }));

const open = (weight: number, handle: Route["handle"]): Route => ({ weight, signed: false, handle });

export const futuresMarketRoutes: Readonly<Record<string, Route>> = {
  ...Object.fromEntries(shared.map((name) => [`GET /fapi/v1/${name}`, marketRoutes[`GET /api/v3/${name}`]!])),
  "GET /fapi/v2/ticker/price": marketRoutes["GET /api/v3/ticker/price"]!,
  "GET /fapi/v1/exchangeInfo": open(1, exchangeInfo),
  "GET /fapi/v1/premiumIndex": open(1, premiumIndex),
  "GET /fapi/v1/fundingRate": open(1, fundingRate),
  "GET /fapi/v1/fundingInfo": open(1, fundingInfo),
};
