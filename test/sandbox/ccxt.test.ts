/** Unmodified ccxt.pro trades on a synthetic sandbox: REST, streams, user data, and what its errors become. */
import ccxt from "ccxt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import { admin, ccxtOn, type Binance } from "./clients.ts";

const BTC = "BTC/USDT";

describe("ccxt on a synthetic market", () => {
  let sandbox: Sandbox;
  let exchange: Binance;

  beforeAll(async () => {
    sandbox = await startSandbox({
      market: { kind: "synthetic", symbols: [BTC, "ETH/USDT"], warmupMs: 1_800_000 },
      accounts: [
        { name: "main", apiKey: "key", secret: "secret", balances: { USDT: "100000", BTC: "2" } },
        { name: "poor", apiKey: "poor-key", secret: "poor-secret", balances: { USDT: "1" } },
      ],
      // Ten seconds of market time per second, so that trades come soon.
      speed: 10,
    });
    exchange = await ccxtOn(sandbox);
  });

  afterAll(async () => {
    await exchange.close();
    await sandbox.stop();
  });

  const last = async (): Promise<number> => (await exchange.fetchTicker(BTC)).last!;

  test("loads markets with their filters", () => {
    const market = exchange.market(BTC);
    expect(market.precision).toMatchObject({ price: 0.01, amount: 0.00001 });
    expect(market.limits.cost).toMatchObject({ min: 5 });
    expect(market.active).toBe(true);
  });

  test("has candles from before the start, a book and trades", async () => {
    const candles = await exchange.fetchOHLCV(BTC, "5m", undefined, 5);
    expect(candles).toHaveLength(5);
    for (const [, open, high, low, close] of candles) {
      expect(high!).toBeGreaterThanOrEqual(Math.max(open!, close!));
      expect(low!).toBeLessThanOrEqual(Math.min(open!, close!));
    }
    const book = await exchange.fetchOrderBook(BTC, 5);
    expect(book.bids).toHaveLength(5);
    expect(book.bids[0]![0]!).toBeLessThan(book.asks[0]![0]!);
    const [trade] = await exchange.watchTrades(BTC);
    const fetched = await exchange.fetchTrades(BTC);
    expect(fetched.map(({ id }) => id)).toContain(trade!.id);
    expect(Math.abs((await exchange.fetchTime())! - Date.now())).toBeLessThan(5_000);
  });

  test("trades: a market order fills, is told to the account, and moves the balance", async () => {
    const before = await exchange.fetchBalance();
    const told = exchange.watchMyTrades(BTC);
    const orders = exchange.watchOrders(BTC);
    const balance = exchange.watchBalance();
    await exchange.fetchBalanceWs();
    const order = await exchange.createOrder(BTC, "market", "buy", 0.01, undefined, {
      clientOrderId: "buy1",
    });
    expect(order).toMatchObject({ status: "closed", filled: 0.01, clientOrderId: "buy1" });
    const fills = await told;
    const filled = fills.filter((fill) => fill.order === order.id);
    expect(filled.length).toBeGreaterThan(0);
    expect((await orders).at(-1)).toMatchObject({ clientOrderId: "buy1" });
    // A taker pays 0.1 % of what it receives: 0.01 - 0.00001 BTC.
    const after = await exchange.fetchBalance();
    expect(after["BTC"]!.total! - before["BTC"]!.total!).toBeCloseTo(0.00999, 8);
    expect((await balance)["BTC"]!.free).toBe(after["BTC"]!.free);
    const mine = await exchange.fetchMyTrades(BTC);
    expect(mine.filter((fill) => fill.order === order.id).length).toBe(order.trades.length);
  });

  test.each([
    ["limit", {}, "limit"],
    ["limit", { timeInForce: "PO" }, "limit"],
    ["limit", { stopLossPrice: 0.9 }, "limit"],
    ["market", { stopLossPrice: 0.9 }, "market"],
  ])("a resting %s order with %j is open until it is cancelled", async (type, params, kind) => {
    const price = await last();
    const limit = type === "limit" ? Math.round(price * ("stopLossPrice" in params ? 0.89 : 1.1)) : undefined;
    const stop = "stopLossPrice" in params ? { stopLossPrice: Math.round(price * 0.9) } : {};
    const order = await exchange.createOrder(BTC, type, "sell", 0.01, limit, { ...params, ...stop });
    const [open] = await exchange.fetchOpenOrders(BTC);
    expect(open).toMatchObject({ id: order.id, status: "open", filled: 0 });
    expect(open!.type).toContain(kind);
    expect(await exchange.fetchOrder(order.id!, BTC)).toMatchObject({ status: "open" });
    await exchange.cancelOrder(order.id!, BTC);
    expect(await exchange.fetchOrder(order.id!, BTC)).toMatchObject({ status: "canceled" });
    expect(await exchange.fetchOpenOrders(BTC)).toHaveLength(0);
  });

  test("IOC takes what it can, FOK refuses to be filled in part", async () => {
    const far = Math.round((await last()) * 1.02);
    const ioc = await exchange.createOrder(BTC, "limit", "buy", 0.001, far, { timeInForce: "IOC" });
    expect(ioc.status).toBe("closed");
    const low = Math.round((await last()) * 0.9);
    const fok = await exchange.createOrder(BTC, "limit", "buy", 0.001, low, { timeInForce: "FOK" });
    expect(fok).toMatchObject({ status: "expired", filled: 0 });
  });

  test("edits an order by cancelling and replacing it", async () => {
    const price = Math.round((await last()) * 0.9);
    const order = await exchange.createOrder(BTC, "limit", "buy", 0.01, price, { clientOrderId: "edit1" });
    const edited = await exchange.editOrder(order.id!, BTC, "limit", "buy", 0.02, price - 100);
    expect(edited).toMatchObject({ amount: 0.02, price: price - 100, status: "open" });
    expect(await exchange.fetchOrder(order.id!, BTC)).toMatchObject({ status: "canceled" });
    const cancelled = await exchange.cancelAllOrders(BTC);
    expect(cancelled).toHaveLength(1);
  });

  test("one of an OCO pair cancels the other", async () => {
    const price = await last();
    const answer = (await exchange.privatePostOrderListOco({
      symbol: "BTCUSDT",
      side: "SELL",
      quantity: "0.01",
      aboveType: "LIMIT_MAKER",
      abovePrice: String(Math.round(price * 1.1)),
      aboveClientOrderId: "oco-above",
      belowType: "STOP_LOSS",
      belowStopPrice: String(Math.round(price * 0.9)),
      belowClientOrderId: "oco-below",
    })) as { orderReports: { type: string; orderListId: string }[] };
    expect(answer.orderReports.map((report) => report.type)).toEqual(["LIMIT_MAKER", "STOP_LOSS"]);
    expect(await exchange.fetchOpenOrders(BTC)).toHaveLength(2);
    const [open] = await exchange.fetchOpenOrders(BTC);
    await exchange.cancelOrder(open!.id!, BTC);
    expect(await exchange.fetchOpenOrders(BTC)).toHaveLength(0);
  });

  test("spends a quote amount by a market order with a cost", async () => {
    const order = await exchange.createOrder(BTC, "market", "buy", 1, undefined, { cost: 1_000 });
    expect(order.cost).toBeLessThanOrEqual(1_000);
    // One lot of 0.00001 BTC is less than 1 USDT, and the book is deep enough.
    expect(order.cost).toBeGreaterThan(990);
  });

  test("a client id may be used again once its order has closed", async () => {
    const price = Math.round((await last()) * 0.9);
    const place = () => exchange.createOrder(BTC, "limit", "buy", 0.001, price, { clientOrderId: "again" });
    const first = await place();
    await expect(place()).rejects.toThrow("Duplicate order sent.");
    await exchange.cancelOrder(first.id!, BTC);
    const second = await place();
    expect(second.id).not.toBe(first.id);
    await exchange.cancelOrder(second.id!, BTC);
  });

  test("places and cancels over the WebSocket API", async () => {
    const price = Math.round((await last()) * 0.9);
    const order = await exchange.createOrderWs(BTC, "limit", "buy", 0.001, price);
    expect(order).toMatchObject({ status: "open", filled: 0 });
    expect(await exchange.fetchOpenOrdersWs(BTC)).toHaveLength(1);
    const cancelled = await exchange.cancelOrderWs(order.id!, BTC);
    expect(cancelled.status).toBe("canceled");
    await expect(exchange.cancelOrderWs("99999999", BTC)).rejects.toThrow(ccxt.OrderNotFound);
  });

  test("watches books, quotes, tickers and candles", async () => {
    let book = await exchange.watchOrderBook(BTC);
    const nonce = book.nonce!;
    while (book.nonce! < nonce + 20) book = await exchange.watchOrderBook(BTC);
    expect(book.bids[0]![0]!).toBeLessThan(book.asks[0]![0]!);
    const quotes = await exchange.watchBidsAsks([BTC]);
    expect(quotes[BTC]!.bid!).toBeLessThan(quotes[BTC]!.ask!);
    const ticker = await exchange.watchTicker(BTC);
    expect(ticker.high!).toBeGreaterThanOrEqual(ticker.low!);
    const candles = await exchange.watchOHLCV(BTC, "1m");
    expect(candles.at(-1)![5]!).toBeGreaterThan(0);
  });

  test.each([
    ["too dear", { amount: 100 }, ccxt.InsufficientFunds],
    ["what is not held", { symbol: "ETH/USDT", side: "sell", price: 5_000 }, ccxt.InsufficientFunds],
    ["below the smallest value", { amount: 0.00001 }, ccxt.BadRequest],
    [
      "post-only that would take",
      { above: 1.1, params: { timeInForce: "PO" } },
      ccxt.OrderImmediatelyFillable,
    ],
    [
      "a stop beyond the price",
      { side: "sell", params: { stopLossPrice: 900_000 } },
      ccxt.OrderImmediatelyFillable,
    ],
  ])("refuses an order: %s", async (_name, wrong, error) => {
    const asked = { symbol: BTC, side: "buy", amount: 0.01, above: 0.95, params: {}, ...wrong };
    const price = "price" in wrong ? wrong.price : Math.round((await last()) * asked.above);
    const { symbol, side, amount, params } = asked;
    const placed = exchange.createOrder(symbol, "limit", side, amount, price, params);
    await expect(placed).rejects.toBeInstanceOf(error);
  });

  test("errors that are not about an order", async () => {
    await expect(exchange.cancelOrder("999999", BTC)).rejects.toBeInstanceOf(ccxt.OrderNotFound);
    await expect(exchange.fetchOrder("999999", BTC)).rejects.toBeInstanceOf(ccxt.OrderNotFound);
    await expect(exchange.publicGetTicker24hr({ symbol: "NOPE" })).rejects.toBeInstanceOf(ccxt.BadSymbol);
    const stranger = await ccxtOn(sandbox, { secret: "wrong" });
    await expect(stranger.fetchBalance()).rejects.toBeInstanceOf(ccxt.AuthenticationError);
    const unknown = await ccxtOn(sandbox, { apiKey: "nobody" });
    await expect(unknown.fetchBalance()).rejects.toBeInstanceOf(ccxt.AuthenticationError);
  });

  test("accounts are apart", async () => {
    const poor = await ccxtOn(sandbox, { apiKey: "poor-key", secret: "poor-secret" });
    expect((await poor.fetchBalance()).total).toEqual({ USDT: 1 });
    expect(await poor.fetchMyTrades(BTC)).toHaveLength(0);
  });

  test("a paused pair is closed, and opens again", async () => {
    await admin(sandbox, "listing", { symbol: "ETHUSDT", status: "paused" });
    await expect(exchange.createOrder("ETH/USDT", "market", "buy", 0.1)).rejects.toBeInstanceOf(
      ccxt.MarketClosed,
    );
    expect((await exchange.loadMarkets(true))["ETH/USDT"]!.active).toBe(false);
    await admin(sandbox, "listing", { symbol: "ETHUSDT", status: "trading" });
    expect((await exchange.createOrder("ETH/USDT", "market", "buy", 0.1)).status).toBe("closed");
  });
});
