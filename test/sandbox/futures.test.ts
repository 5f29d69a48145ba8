/** Unmodified ccxt (binanceusdm) trades contracts on the sandbox: markets, leverage, long and short, reduce-only, stops, hedge mode. */
import { setTimeout as pause } from "node:timers/promises";
import ccxt from "ccxt";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import { admin, futuresOn, signed, type Futures } from "./clients.ts";

const BTC = "BTC/USDT:USDT";
const ETH = "ETH/USDT:USDT";

describe("ccxt on futures", () => {
  let sandbox: Sandbox;
  let exchange: Futures;

  beforeAll(async () => {
    sandbox = await startSandbox({
      futures: {},
      market: { kind: "synthetic", symbols: ["BTC/USDT", "ETH/USDT"], warmupMs: 600_000 },
      accounts: [{ name: "main", apiKey: "key", secret: "secret", balances: { USDT: "10000" } }],
      speed: 10,
    });
    exchange = await futuresOn(sandbox);
  });

  // Each test begins as on the first day: flat, one-way, leverage 20, 10,000 USDT.
  afterEach(async () => {
    await admin(sandbox, "faults", { forget: "main" });
  });

  afterAll(async () => {
    await exchange.close();
    await sandbox.stop();
  });

  const last = async (): Promise<number> => (await exchange.fetchTicker(BTC)).last!;
  const total = async (): Promise<number> => (await exchange.fetchBalance())["USDT"]!.total!;

  test("loads perpetual contracts, tiers and funding", async () => {
    expect(exchange.market(BTC)).toMatchObject({ swap: true, linear: true, contractSize: 1, active: true });
    const tiers = await exchange.fetchMarketLeverageTiers(BTC);
    expect(tiers[0]).toMatchObject({ minNotional: 0, maintenanceMarginRate: 0.004, maxLeverage: 125 });
    expect(await exchange.fetchFundingRate(BTC)).toMatchObject({ fundingRate: 0.0001 });
    expect(await exchange.fetchPositions()).toEqual([]);
    expect((await exchange.fetchBalance())["USDT"]).toMatchObject({ total: 10_000, free: 10_000 });
    expect(await exchange.fetchOHLCV(BTC, "1m", undefined, 5)).toHaveLength(5);
    expect((await exchange.fetchOrderBook(BTC, 5)).bids).toHaveLength(5);
    expect(await exchange.fetchTradingFee(BTC)).toMatchObject({ maker: 0.0002, taker: 0.0005 });
  });

  test("opens a short at market, tells what it ties down, and closes it reduce-only", async () => {
    await exchange.setLeverage(5, BTC);
    const opened = await exchange.createOrder(BTC, "market", "sell", 0.1);
    expect(opened).toMatchObject({ status: "closed", filled: 0.1, side: "sell" });
    const [position] = await exchange.fetchPositions([BTC]);
    expect(position).toMatchObject({ side: "short", contracts: 0.1, hedged: false });
    expect(position!.entryPrice).toBeCloseTo(opened.average!, 6);
    // A fifth of its worth at the mark.
    expect(position!.initialMargin).toBeCloseTo(position!.notional! / 5, 2);
    expect(position!.liquidationPrice!).toBeGreaterThan(opened.average!);
    const closed = await exchange.createOrder(BTC, "market", "buy", 0.3, undefined, { reduceOnly: true });
    // No more than the position: it never turns over.
    expect(closed).toMatchObject({ filled: 0.1, status: "expired" });
    expect(await exchange.fetchPositions([BTC])).toEqual([]);
    const fills = (await exchange.fetchMyTrades(BTC)).filter(({ order }) =>
      [opened.id, closed.id].includes(order),
    );
    const profit = fills.reduce(
      (sum, { info }) => sum + Number((info as { realizedPnl: string }).realizedPnl),
      0,
    );
    expect(profit).toBeCloseTo((opened.average! - closed.average!) * 0.1, 6);
    const fees = fills.reduce((sum, { fee }) => sum + fee!.cost!, 0);
    // 0.05 % of what was sold and bought.
    expect(fees).toBeCloseTo((opened.cost! + closed.cost!) * 0.0005, 6);
    expect(await total()).toBeCloseTo(10_000 + profit - fees, 6);
    const income = (await exchange.fapiPrivateGetIncome()) as { income: string }[];
    expect(income.reduce((sum, one) => sum + Number(one.income), 0)).toBeCloseTo(profit - fees, 6);
  });

  test("goes long by a limit order, which rests, and is cancelled", async () => {
    const price = await last();
    const taking = await exchange.createOrder(BTC, "limit", "buy", 0.05, Math.round(price * 1.01));
    expect(taking).toMatchObject({ status: "closed", filled: 0.05 });
    expect(await exchange.fetchPositions([BTC])).toMatchObject([{ side: "long", contracts: 0.05 }]);
    const resting = await exchange.createOrder(BTC, "limit", "sell", 0.05, Math.round(price * 1.1), {
      reduceOnly: true,
      clientOrderId: "out1",
    });
    expect(resting).toMatchObject({ status: "open", reduceOnly: true, clientOrderId: "out1" });
    expect(await exchange.fetchOpenOrders(BTC)).toHaveLength(1);
    await exchange.cancelOrder(resting.id!, BTC);
    expect(await exchange.fetchOrder(resting.id!, BTC)).toMatchObject({ status: "canceled" });
    // Once the position is gone, what was to close it goes too.
    await exchange.createOrder(BTC, "limit", "sell", 0.05, Math.round(price * 1.1), { reduceOnly: true });
    await exchange.createOrder(BTC, "market", "sell", 0.05);
    expect(await exchange.fetchOpenOrders(BTC)).toEqual([]);
  });

  test.each([
    ["more than the margin bears", "market", "buy", 100, undefined, {}, -2019],
    ["reduce-only without a position", "market", "buy", 0.1, undefined, { reduceOnly: true }, -2022],
    ["post-only that would take", "limit", "buy", 0.01, 2, { postOnly: true }, -5022],
    ["a position side in one-way mode", "market", "buy", 0.1, undefined, { positionSide: "LONG" }, -4061],
    ["a stop that would trigger at once", "market", "sell", 0.1, undefined, { stopLossPrice: 2 }, -2021],
    ["a size that the leverage does not allow", "limit", "buy", 2, 0.5, { leverage: 125 }, -2027],
  ] as const)("refuses %s", async (_what, type, side, amount, factor, params, code) => {
    const price = await last();
    const limit = factor === undefined ? undefined : Math.round(price * factor);
    const stops = "stopLossPrice" in params ? { stopLossPrice: price * params.stopLossPrice } : params;
    if ("leverage" in params) await exchange.setLeverage(params.leverage, BTC);
    await expect(exchange.createOrder(BTC, type, side, amount, limit, stops)).rejects.toThrow(
      `"code":${code},`,
    );
    expect(await exchange.fetchPositions()).toEqual([]);
  });

  test("a stop closes the position when the price comes to it", async () => {
    await exchange.createOrder(BTC, "market", "buy", 0.05);
    // Ever nearer on both sides: the crowd's next trades reach one of the two.
    const place = async (clientOrderId: string, bound: object): Promise<void> => {
      const asked = { clientOrderId, ...bound, closePosition: true };
      await exchange.createOrder(BTC, "market", "sell", 0, undefined, asked).catch((error: unknown) => {
        // It was passed on the way here, or the other one has closed the position.
        expect((error as Error).message).toMatch(/immediately trigger|-2022|-4509/);
      });
    };
    for (let k = 0; (await exchange.fetchPositions([BTC])).length > 0; k += 1) {
      const price = await last();
      const apart = Math.max(1, 40 - 2 * k);
      await place(`stop${k}`, { stopLossPrice: price - apart });
      await place(`take${k}`, { takeProfitPrice: price + apart });
      await pause(100);
    }
    const all = await exchange.fetchOrders(BTC, undefined, undefined, { trigger: true });
    const fired = all.find(({ status }) => status === "closed");
    expect(fired!.clientOrderId).toMatch(/^(stop|take)\d+$/);
    const order = (await exchange.fetchOrders(BTC)).find(
      ({ clientOrderId }) => clientOrderId === fired!.clientOrderId,
    );
    expect(order).toMatchObject({ filled: 0.05, side: "sell", reduceOnly: true });
  });

  test("a waiting stop is listed and cancelled", async () => {
    const stop = await exchange.createOrder(BTC, "market", "sell", 0.05, undefined, { stopLossPrice: 1_000 });
    expect(await exchange.fetchOpenOrders(BTC)).toEqual([]);
    const open = await exchange.fetchOpenOrders(BTC, undefined, undefined, { trigger: true });
    expect(open).toMatchObject([{ id: stop.id!, status: "open", triggerPrice: 1_000 }]);
    await exchange.cancelOrder(stop.id!, BTC, { trigger: true });
    expect(await exchange.fetchOrder(stop.id!, BTC, { trigger: true })).toMatchObject({ status: "canceled" });
  });

  test("hedge mode holds a long and a short beside one another", async () => {
    await exchange.setPositionMode(true);
    expect(await exchange.fetchPositionMode()).toMatchObject({ hedged: true });
    await exchange.createOrder(BTC, "market", "buy", 0.02, undefined, { hedged: true });
    await exchange.createOrder(BTC, "market", "sell", 0.01, undefined, { hedged: true });
    const held = await exchange.fetchPositions([BTC]);
    expect(held.map(({ side, contracts, hedged }) => [side, contracts, hedged])).toEqual([
      ["long", 0.02, true],
      ["short", 0.01, true],
    ]);
    await exchange.createOrder(BTC, "market", "buy", 0.01, undefined, { hedged: true, reduceOnly: true });
    expect(await exchange.fetchPositions([BTC])).toMatchObject([{ side: "long", contracts: 0.02 }]);
    // More than is held is no order at all in hedge mode.
    await expect(
      exchange.createOrder(BTC, "market", "sell", 0.03, undefined, { hedged: true, reduceOnly: true }),
    ).rejects.toThrow(ccxt.ExchangeError);
    await expect(exchange.setPositionMode(false)).rejects.toThrow(/"code":-4068.*exists position/);
    await expect(exchange.setPositionMode(true)).rejects.toThrow(/"code":-4059/);
    for (const [params, code] of [
      [{}, -4061],
      [{ positionSide: "UP" }, -4060],
      [{ positionSide: "LONG", reduceOnly: true }, -1106],
    ] as const)
      await expect(exchange.createOrder(BTC, "market", "sell", 0.01, undefined, params)).rejects.toThrow(
        `"code":${code},`,
      );
    await exchange.createOrder(BTC, "market", "sell", 0.02, undefined, { hedged: true, reduceOnly: true });
    const stop = { positionSide: "SHORT", stopLossPrice: 1_000_000 };
    const { id } = await exchange.createOrder(BTC, "market", "buy", 0.01, undefined, stop);
    await expect(exchange.setPositionMode(false)).rejects.toThrow(/"code":-4067.*exists open orders/);
    await exchange.cancelOrder(id!, BTC, { trigger: true });
    await exchange.setPositionMode(false);
  });

  test("tells its account of orders, positions and the wallet", async () => {
    const orders = exchange.watchOrders(BTC);
    const balance = exchange.watchBalance();
    // The first answer is what is held already: nothing.
    expect(await exchange.watchPositions()).toEqual([]);
    const positions = exchange.watchPositions();
    const order = await exchange.createOrder(BTC, "market", "sell", 0.01, undefined, {
      clientOrderId: "told1",
    });
    expect((await orders)[0]).toMatchObject({ clientOrderId: "told1", symbol: BTC, side: "sell" });
    expect((await positions)[0]).toMatchObject({ symbol: BTC, side: "short", contracts: 0.01 });
    expect((await balance)["USDT"]!.total).toBeCloseTo(10_000 - order.cost! * 0.0005, 6);
  });

  test("streams trades, books, candles, quotes and marks", async () => {
    const [trade] = await exchange.watchTrades(BTC);
    expect(trade).toMatchObject({ symbol: BTC });
    const book = await exchange.watchOrderBook(ETH);
    expect(book.bids[0]![0]!).toBeLessThan(book.asks[0]![0]!);
    expect((await exchange.watchOHLCV(BTC, "1m")).length).toBeGreaterThan(0);
    expect((await exchange.watchBidsAsks([ETH]))[ETH]!.bid!).toBeGreaterThan(0);
    const marks = await exchange.watchMarkPrices([BTC]);
    expect(marks[BTC]!.markPrice!).toBeGreaterThan(0);
  });

  test("an order whose answer was lost stands, and is found by its client id", async () => {
    await admin(sandbox, "faults", { loseNext: 1, match: "POST /fapi/v1/order" });
    await expect(
      exchange.createOrder(BTC, "market", "sell", 0.01, undefined, { clientOrderId: "lost1" }),
    ).rejects.toThrow(ccxt.NetworkError);
    const [found] = (await exchange.fetchOrders(BTC)).filter(
      ({ clientOrderId }) => clientOrderId === "lost1",
    );
    expect(found).toMatchObject({ filled: 0.01, status: "closed" });
    expect(await exchange.fetchPositions([BTC])).toMatchObject([{ side: "short", contracts: 0.01 }]);
  });

  test("leverage and margin mode are bounded by what is held", async () => {
    await exchange.setMarginMode("isolated", BTC);
    await exchange.setLeverage(10, BTC);
    await exchange.createOrder(BTC, "market", "buy", 0.1);
    const [position] = await exchange.fetchPositions([BTC]);
    expect(position).toMatchObject({ marginMode: "isolated" });
    expect(position!.collateral).toBeCloseTo(position!.entryPrice! / 100 + position!.unrealizedPnl!, 2);
    await expect(exchange.setLeverage(5, BTC)).rejects.toThrow('"code":-4161,');
    await expect(exchange.setLeverage(126, BTC)).rejects.toThrow();
    await expect(exchange.setMarginMode("cross", BTC)).rejects.toThrow('"code":-4048,');
    // 10 ETH at the mark fit at 20 times, not at 1.
    await exchange.createOrder(ETH, "limit", "buy", 10, 1_000);
    await expect(exchange.setLeverage(1, ETH)).rejects.toThrow('"code":-2028,');
  });

  test("speaks no spot", async () => {
    expect(await signed(sandbox, "GET", "/api/v3/account")).toMatchObject({ status: 404 });
  });
});
