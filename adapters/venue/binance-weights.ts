/**
 * What each request costs at Binance spot: weight of the address, orders of the account. Source: the venue's API
 * document, "General endpoints", "Market data", "Trading" and "Account". With parameters that cost more, the more.
 */
type Params = Readonly<Record<string, unknown>>;
type Weight = number | ((params: Params) => number);

const bySymbol =
  (one: number, all: number): Weight =>
  (params) =>
    params["symbol"] === undefined ? all : one;

const depth: Weight = (params) => {
  const limit = Number(params["limit"] ?? 100);
  return limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1_000 ? 50 : 250;
};

const weights: Readonly<Record<string, Weight>> = {
  "GET ping": 1,
  "GET time": 1,
  "GET exchangeInfo": 20,
  "GET depth": depth,
  "GET trades": 25,
  "GET historicalTrades": 25,
  "GET aggTrades": 4,
  "GET klines": 2,
  "GET uiKlines": 2,
  "GET ticker/24hr": bySymbol(2, 80),
  "GET ticker/price": bySymbol(2, 4),
  "GET ticker/bookTicker": bySymbol(2, 4),
  "POST order": 1,
  "POST order/test": 1,
  "POST order/cancelReplace": 1,
  "POST order/oco": 1,
  "POST orderList/oco": 1,
  "POST orderList/oto": 1,
  "POST orderList/otoco": 1,
  "DELETE order": 1,
  "DELETE openOrders": 1,
  "DELETE orderList": 1,
  "GET order": 4,
  "GET openOrders": bySymbol(6, 80),
  "GET allOrders": 20,
  "GET myTrades": 20,
  "GET account": 20,
  "GET asset/tradeFee": 1,
};

const orders: Readonly<Record<string, number>> = {
  "POST order": 1,
  "POST order/cancelReplace": 1,
  "POST order/oco": 2,
  "POST orderList/oco": 2,
  "POST orderList/oto": 2,
  "POST orderList/otoco": 3,
};

/** `request` is "METHOD path", the path below /api/v3. Undefined for what we never ask. */
export const binanceWeight = (request: string, params: Params): number | undefined => {
  const weight = weights[request];
  return typeof weight === "function" ? weight(params) : weight;
};

export const binanceOrders = (request: string): number => orders[request] ?? 0;
