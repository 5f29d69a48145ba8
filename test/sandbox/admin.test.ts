/** The admin port: truth about orders, transfers, foreign orders, listings, faults; bad input names its field. */
import ccxt from "ccxt";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import { admin, ccxtOn, get, subscribed, userData, withSandbox } from "./clients.ts";

describe("admin", () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({
      market: { kind: "synthetic", symbols: ["BTC/USDT"], warmupMs: 600_000 },
      limits: "none",
    });
  });
  afterAll(() => sandbox.stop());
  beforeEach(async () => {
    await admin(sandbox, "faults", {});
  });

  test.each([
    ["faults", { errorRatio: 2 }, "errorRatio"],
    ["faults", { errorStatus: 404 }, "errorStatus"],
    ["faults", { latencyMs: [1] }, "latencyMs"],
    ["faults", { nonsense: 1 }, "nonsense"],
    ["faults", { drop: "some" }, "drop"],
    ["faults", "{", "body"],
    ["deposit", { asset: "BTC", amount: "-1" }, "amount"],
    ["deposit", { asset: "BTC", amount: "one" }, "amount"],
    ["deposit", { amount: "1" }, "asset"],
    ["deposit", { account: "nobody", asset: "BTC", amount: "1" }, "account"],
    ["withdraw", { asset: "BTC", amount: "1000000" }, "amount"],
    ["listing", { symbol: "NOPE", status: "paused" }, "symbol"],
    ["listing", { symbol: "BTCUSDT", status: "closed" }, "status"],
    ["listing", { symbol: "BTCUSDT", tickSize: "0" }, "tickSize"],
    ["listing", { symbol: "BTCUSDT", tick: "0.1" }, "tick"],
    ["foreign-order", { symbol: "BTCUSDT", side: "BUY", type: "MARKET" }, "order"],
    ["unheard-of", {}, "path"],
  ])("%s %j is refused naming %s", async (path, body, field) => {
    const answer = await admin(sandbox, path, body);
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ field });
  });

  test("a deposit and a withdrawal reach the balance and the account's stream", async () => {
    const user = await userData(sandbox);
    await admin(sandbox, "deposit", { asset: "BNB", amount: "2.5" });
    const { body } = await admin(sandbox, "withdraw", { asset: "BNB", amount: "1" });
    expect(body).toMatchObject({ free: "1.5", locked: "0" });
    await user.until(() => user.heard.length >= 4);
    const events = user.parsed().map((message) => message["event"]);
    expect(events).toMatchObject([
      { e: "balanceUpdate", a: "BNB", d: "2.50000000" },
      { e: "outboundAccountPosition", B: [{ a: "BNB", f: "2.50000000", l: "0.00000000" }] },
      { e: "balanceUpdate", a: "BNB", d: "-1.00000000" },
      { e: "outboundAccountPosition", B: [{ a: "BNB", f: "1.50000000", l: "0.00000000" }] },
    ]);
    user.close();
  });

  test("an order that somebody else placed is told to the account and listed among its orders", async () => {
    const user = await userData(sandbox);
    const { status, body } = await admin(sandbox, "foreign-order", {
      symbol: "BTCUSDT",
      side: "BUY",
      type: "MARKET",
      quantity: "0.001",
    });
    expect(status).toBe(200);
    await user.until(() => user.heard.some((text) => text.includes('"X":"FILLED"')));
    const { orders, fills } = (await admin(sandbox, "orders")).body as Record<
      string,
      Record<string, unknown>[]
    >;
    const { orderId } = body as { orderId: number };
    expect(orders!.find((order) => order["orderId"] === orderId)).toMatchObject({ status: "FILLED" });
    const own = fills!.filter((fill) => fill["orderId"] === orderId);
    expect(own.reduce((sum, fill) => sum + Number(fill["qty"]), 0)).toBeCloseTo(0.001, 8);
    user.close();
  });

  test.each([
    [500, ccxt.ExchangeNotAvailable],
    [502, ccxt.ExchangeNotAvailable],
    [503, ccxt.OperationFailed],
    [504, ccxt.RequestTimeout],
  ])("the next request fails with %i, the one after it does not", async (errorStatus, error) => {
    const exchange = await ccxtOn(sandbox);
    await admin(sandbox, "faults", { errorNext: 1, errorStatus, match: "/account" });
    await expect(exchange.fetchBalance()).rejects.toBeInstanceOf(error);
    await exchange.fetchBalance();
  });

  test("limits: 429 and 418 with Retry-After", async () => {
    for (const limitStatus of [429, 418]) {
      await admin(sandbox, "faults", { limitNext: 1, limitStatus, retryAfterSec: 7 });
      const { status, headers } = await get(sandbox, "/api/v3/ping");
      expect([status, headers.get("retry-after")]).toEqual([limitStatus, "7"]);
      expect((await get(sandbox, "/api/v3/ping")).status).toBe(200);
    }
  });

  test("past its own limits it answers 429, which ccxt tells as DDoSProtection", async () => {
    const limits = { weightPerMinute: 60, ordersPer10s: 1, ordersPerDay: 10 };
    const market = { kind: "synthetic", symbols: ["BTC/USDT"], warmupMs: 0 } as const;
    await withSandbox({ market, limits }, async (own) => {
      const exchange = await ccxtOn(own);
      // Three at once: even where ten seconds end among them, one is the second of its window.
      const order = async (): Promise<void> => {
        for (let i = 0; i < 3; i += 1) await exchange.createOrder("BTC/USDT", "market", "buy", 0.001);
      };
      await expect(order()).rejects.toBeInstanceOf(ccxt.DDoSProtection);
      const poll = async (): Promise<void> => {
        for (let i = 0; i < 10; i += 1) await exchange.fetchBalance();
      };
      await expect(poll()).rejects.toBeInstanceOf(ccxt.DDoSProtection);
      const headers = exchange.last_response_headers as Record<string, string>;
      expect(Number(headers["Retry-After"] ?? headers["retry-after"])).toBeGreaterThan(0);
    });
  });

  test("an order whose answer is lost was carried out all the same", async () => {
    const exchange = await ccxtOn(sandbox);
    await admin(sandbox, "faults", { loseNext: 1, match: "/api/v3/order" });
    const placed = exchange.createOrder("BTC/USDT", "market", "buy", 0.001, undefined, {
      clientOrderId: "lost1",
    });
    await expect(placed).rejects.toBeInstanceOf(ccxt.NetworkError);
    const found = await exchange.fetchOrder("", "BTC/USDT", { origClientOrderId: "lost1" });
    expect(found).toMatchObject({ status: "closed", clientOrderId: "lost1" });
  });

  test("answers can be late, by chance between two bounds", async () => {
    await admin(sandbox, "faults", { latencyMs: [60, 90] });
    const began = performance.now();
    await get(sandbox, "/api/v3/ping");
    expect(performance.now() - began).toBeGreaterThan(55);
  });

  test("sockets can be dropped, and can fall silent while they stay open", async () => {
    const market = await subscribed(sandbox, ["btcusdt@bookTicker"]);
    const user = await userData(sandbox);
    await admin(sandbox, "faults", { drop: "user" });
    await user.until(() => user.closed);
    await market.until(() => market.heard.length > 0);
    await admin(sandbox, "faults", { silence: "market" });
    const silentSince = market.heard.length;
    const other = await subscribed(sandbox, ["btcusdt@bookTicker"]);
    await other.until(() => other.heard.length > 2);
    expect(market.heard.length).toBe(silentSince);
    expect(market.closed).toBe(false);
    await admin(sandbox, "faults", { drop: "all" });
    await market.until(() => market.closed);
  });

  test("another tick and lot: open orders go, prices and candles stand on the new grid", async () => {
    await withSandbox(
      { market: { kind: "synthetic", symbols: ["BTC/USDT"], warmupMs: 600_000 }, speed: 20 },
      async (own) => {
        const exchange = await ccxtOn(own);
        const before = (await exchange.fetchOHLCV("BTC/USDT", "1m"))[0]!;
        const order = await exchange.createOrder("BTC/USDT", "limit", "buy", 0.001, 50_000.01);
        let book = await exchange.watchOrderBook("BTC/USDT");
        await admin(own, "listing", { symbol: "BTCUSDT", tickSize: "1", lotSize: "0.001" });
        expect(await exchange.fetchOrder(order.id!, "BTC/USDT")).toMatchObject({ status: "canceled" });
        await exchange.loadMarkets(true);
        expect(exchange.market("BTC/USDT").precision).toMatchObject({ price: 1, amount: 0.001 });
        const after = (await exchange.fetchOHLCV("BTC/USDT", "1m"))[0]!;
        expect(Math.abs(after[1]! - before[1]!)).toBeLessThanOrEqual(0.5);
        const { nonce } = book;
        while (book.nonce! < nonce! + 10) book = await exchange.watchOrderBook("BTC/USDT");
        for (const [price] of [...book.bids, ...book.asks]) expect(Number.isInteger(price)).toBe(true);
        await exchange.close();
      },
    );
  });
});
