/** Faults of requests as the wire shows them: errors before and after, nonsense, limits, maintenance. */
import { describe, expect, test } from "vitest";
import { eventually } from "../servers.ts";
import { Ear, get, signed, subscribed, userData, wsRequest } from "./clients.ts";
import { atVenue, buy, counts, find, id, place, plan, raw, resting, sandbox, useSandbox } from "./trouble.ts";

useSandbox();

describe("requests", () => {
  test.each([
    ["errorNext", 503, 0],
    ["errorAfterNext", 503, 1],
  ])("%s: answered with %i, and %i orders at the venue", async (field, errorStatus, orders) => {
    await plan({ [field]: 1, errorStatus, match: "POST /api/v3/order" });
    const one = id();
    expect(await place(one)).toMatchObject({ status: errorStatus, body: { code: -1006 } });
    expect(await atVenue(one)).toBe(orders);
    expect((await find(one)).status).toBe(orders === 1 ? 200 : 400);
  });

  test.each([
    ["html", 403, (text: string) => text.startsWith("<html>")],
    ["cut", 200, (text: string) => text.startsWith('{"timezone"') && !text.endsWith("}")],
    ["empty", 200, (text: string) => text === ""],
  ])("garbled: %s with status %i", async (garble, garbleStatus, expected) => {
    await plan({ garbleNext: 1, garble, garbleStatus });
    const { status, text } = await raw("/api/v3/exchangeInfo");
    expect(status).toBe(garbleStatus);
    expect(text).toSatisfy(expected);
    expect((await get(sandbox, "/api/v3/exchangeInfo")).status).toBe(200);
  });

  test("a cancel alone can lose its answer, and is carried out", async () => {
    const one = id();
    await plan({ loseNext: 1, match: "DELETE /api/v3/order" });
    expect((await place(one, resting)).status).toBe(200);
    const cancel = signed(sandbox, "DELETE", "/api/v3/order", { symbol: "BTCUSDT", origClientOrderId: one });
    await expect(cancel).rejects.toThrow();
    expect((await find(one)).body).toMatchObject({ status: "CANCELED" });
  });

  test("the WebSocket API: an order taken and answered with an error, another with half an answer", async () => {
    const ear = await Ear.open(`${sandbox.wsUrl}/ws-api/v3`);
    const [one, two] = [id(), id()];
    await plan({ errorAfterNext: 1, errorStatus: 504, garbleNext: 1, garble: "cut", match: "order.place" });
    ear.send(wsRequest(sandbox, "order.place", buy(one)));
    await ear.until(() => ear.heard.length === 1);
    expect(ear.parsed()[0]).toMatchObject({ status: 504, error: { code: -1007 } });
    ear.send(wsRequest(sandbox, "order.place", buy(two)));
    await ear.until(() => ear.heard.length === 2);
    expect(() => JSON.parse(ear.heard[1]!) as unknown).toThrow();
    expect([await atVenue(one), await atVenue(two)]).toEqual([1, 1]);
    ear.close();
  });

  test.each([
    [429, "answers429"],
    [418, "answers418"],
  ] as const)("%i for a time, counted, then no more", async (limitStatus, counted) => {
    const before = (await counts())[counted];
    await plan({ limitForMs: 300, limitStatus });
    const { status, headers } = await get(sandbox, "/api/v3/ping");
    expect([status, headers.get("retry-after")]).toEqual([limitStatus, "1"]);
    await eventually("no more", async () => (await get(sandbox, "/api/v3/ping")).status === 200);
    expect((await counts())[counted]).toBeGreaterThan(before);
  });

  test("maintenance: a page, sockets closed and refused, pairs in BREAK, then open again", async () => {
    const [market, user] = [await subscribed(sandbox, ["btcusdt@bookTicker"]), await userData(sandbox)];
    await plan({ maintenanceForMs: 400, match: "order" });
    await market.until(() => market.closed);
    await user.until(() => user.closed);
    await expect(Ear.open(`${sandbox.wsUrl}/ws/0`)).rejects.toThrow("503");
    expect((await get(sandbox, "/api/v3/exchangeInfo")).body).toMatchObject({
      symbols: [{ status: "BREAK" }],
    });
    expect((await raw("/api/v3/order")).text).toContain("503 Service Unavailable");
    await eventually("open again", async () => {
      const { body } = await get(sandbox, "/api/v3/exchangeInfo");
      return (body as { symbols: { status: string }[] }).symbols[0]!.status === "TRADING";
    });
    expect((await place(id())).status).toBe(200);
  });
});
