/** Who and what is let in: signatures against wall time, unknown paths, odd parameters. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import { Ear, get, signed, wsRequest } from "./clients.ts";

describe("gate", () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    const market = { kind: "synthetic", symbols: ["BTC/USDT"], warmupMs: 600_000 } as const;
    sandbox = await startSandbox({ market, limits: "none" });
  });
  afterAll(() => sandbox.stop());

  test("signatures: key, secret, time and window are checked against wall time", async () => {
    const codeOf = async (path: Promise<{ status: number; body: unknown }>): Promise<unknown> =>
      ((await path).body as { code?: number }).code;
    const ask = (params: Record<string, number>, signer: object) =>
      codeOf(signed(sandbox, "GET", "/api/v3/account", params, signer));
    expect(await ask({}, {})).toBeUndefined();
    expect(await ask({}, { secret: "other" })).toBe(-1022);
    expect(await ask({}, { key: "other" })).toBe(-2015);
    expect(await ask({}, { key: "" })).toBe(-2014);
    expect(await ask({}, { timestamp: Date.now() - 6_000 })).toBe(-1021);
    expect(await ask({ recvWindow: 10_000 }, { timestamp: Date.now() - 6_000 })).toBeUndefined();
    expect(await ask({}, { timestamp: Date.now() + 5_000 })).toBe(-1021);
    expect(await ask({ recvWindow: 70_000 }, {})).toBe(-1131);
    expect(await codeOf(get(sandbox, "/api/v3/account"))).toBe(-2014);
  });

  test("no parameters, however odd, are answered as a defect of the sandbox", async () => {
    const value = fc.oneof(
      fc.constantFrom(
        "BTCUSDT",
        "BUY",
        "SELL",
        "LIMIT",
        "MARKET",
        "STOP_LOSS",
        "GTC",
        "0",
        "-1",
        "1e9",
        "0.1",
      ),
      fc.constantFrom("constructor", "NaN", "[", '["BTCUSDT"]', "[]", "99999999999999999999", " "),
      fc.string({ maxLength: 12 }),
    );
    const names = ["symbol", "symbols", "side", "type", "timeInForce", "quantity", "price", "stopPrice"];
    const more = [
      "quoteOrderQty",
      "orderId",
      "origClientOrderId",
      "limit",
      "startTime",
      "interval",
      "fromId",
    ];
    const params = fc.dictionary(fc.constantFrom(...names, ...more), value);
    const base = fc.constantFrom(
      {},
      { symbol: "BTCUSDT" },
      { symbol: "BTCUSDT", side: "BUY", type: "LIMIT" },
    );
    const paths = ["order", "order/test", "order/cancelReplace", "orderList/oco", "order/oco", "openOrders"];
    const reads = ["klines", "aggTrades", "depth", "exchangeInfo", "ticker/24hr", "allOrders", "myTrades"];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "POST", "DELETE"),
        fc.constantFrom(...paths, ...reads),
        base,
        params,
        async (method, path, sure, odd) => {
          const { status } = await signed(sandbox, method, `/api/v3/${path}`, { ...odd, ...sure });
          expect(status).toBeLessThan(500);
        },
      ),
      { numRuns: 400 },
    );
  });

  test("unknown paths, methods and streams get an error, not silence", async () => {
    expect((await get(sandbox, "/api/v3/nothing")).status).toBe(404);
    const ear = await Ear.open(`${sandbox.wsUrl}/ws-api/v3`);
    ear.send(wsRequest(sandbox, "no.such.method", {}));
    ear.socket.send("{");
    await ear.until(() => ear.heard.length === 2);
    expect(ear.parsed()).toMatchObject([{ status: 404 }, { status: 400 }]);
    const market = await Ear.open(`${sandbox.wsUrl}/ws/1`);
    market.send({ method: "SUBSCRIBE", params: [3], id: 9 });
    market.send({ method: "DANCE", id: 10 });
    await market.until(() => market.heard.length === 2);
    expect(market.parsed()).toMatchObject([
      { id: 9, error: { code: 2 } },
      { id: 10, error: { code: 2 } },
    ]);
    ear.close();
    market.close();
  });
});
