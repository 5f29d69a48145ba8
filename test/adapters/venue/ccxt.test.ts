/** Market and account over real ccxt against the sandbox exchange: the ordinary life. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../adapters/clock/clock.ts";
import { memoryCache } from "../../../adapters/cache/memory.ts";
import { ccxtMarket } from "../../../adapters/venue/ccxt-market.ts";
import {
  roundDown,
  roundUp,
  fromFloat,
  decimal,
  format,
  type ClientOrderId,
  type Price,
  type Timestamp,
} from "../../../domain/values/values.ts";
import { eventually } from "../../servers.ts";
import { btc, isDense, Notes, orderOf, startRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

const last = async (): Promise<number> =>
  (await rig.market().candles(btc, "1m", 0 as Timestamp, 1_000)).at(-1)!.close;
const near = async (factor: number): Promise<Price> =>
  roundDown(fromFloat((await last()) * factor), decimal("0.01")) as Price;
const asId = (id: string): ClientOrderId => id as ClientOrderId;

describe("a market", () => {
  it("asks nothing before its first use, and then tells its capabilities", async () => {
    const market = rig.market();
    expect(market.capabilities).toMatchObject({
      findByClientId: true,
      requestDeadlineMs: 5_000,
      watchTrades: false,
    });
    await market.instruments();
    expect(market.capabilities).toEqual({
      orderTypes: ["market", "limit", "stop-market", "stop-limit"],
      timeInForce: ["GTC", "IOC", "FOK", "PO"],
      watchTrades: true,
      watchQuotes: true,
      watchBooks: true,
      watchAccount: true,
      findByClientId: true,
      requestDeadline: true,
      requestDeadlineMs: 5_000,
      shorts: false,
    });
  });

  it("tells trades of all instruments without hole or repetition, quotes and books", async () => {
    const market = rig.market({ bookLevels: 5 });
    const notes = new Notes();
    let quotes = 0;
    const all = (await market.instruments()).map(({ id }) => id);
    await market.watch(all, {
      trades: (instrument, trades) => notes.trades(instrument, trades),
      quote: (_instrument, quote) => {
        quotes += 1;
        expect(quote.bid).toBeLessThan(quote.ask);
      },
      book: (_instrument, book) => {
        notes.books.push(book);
        expect(book.bids.length).toBeLessThanOrEqual(5);
        expect(book.bids[0]![0]).toBeLessThan(book.asks[0]![0]);
      },
    });
    await eventually("trades, quotes and books", () => {
      const trades = [...notes.told.values()].reduce((sum, told) => sum + told.length, 0);
      return trades > 15 && quotes > 10 && notes.books.length > 10;
    });
    const received = market.received();
    for (const [instrument, told] of notes.told) {
      expect(isDense(notes.ids(instrument))).toBe(true);
      const name = instrument.slice("sandbox:".length).replace("/", "");
      expect(received.trades[name]).toBe(told.at(-1)!.id);
      expect(received.quotes[name]).toBeGreaterThan(0);
      expect(received.books[name]).toBeGreaterThan(0);
    }
    expect(market.health().every(({ lastAt }) => Date.now() - lastAt < 10_000)).toBe(true);
  });

  it("tells final candles only, as many as asked, over several pages", async () => {
    const candles = await rig.market().candles(btc, "1m", 0 as Timestamp, 3_000);
    expect(candles.length).toBeGreaterThan(100);
    expect(candles.every(({ openAt, final }) => final && openAt + 60_000 <= Date.now() + 1_000)).toBe(true);
    expect(candles.every(({ openAt }, i) => i === 0 || openAt > candles[i - 1]!.openAt)).toBe(true);
    const from = candles[5]!.openAt;
    expect(await rig.market().candles(btc, "1m", from, 3)).toEqual(candles.slice(5, 8));
  });

  it("answers from the cache without asking the venue", async () => {
    const cache = memoryCache(systemClock);
    const ports = { clock: systemClock, chance: () => 0, cache };
    const first = ccxtMarket(rig.settings(), ports);
    const read = await first.instruments();
    await first.close();
    await cache.set(
      "instruments:sandbox:http://127.0.0.1:9",
      await cache.get(`instruments:sandbox:${rig.sandbox.url}`),
      1_000,
    );
    // Nobody answers at that port.
    const second = ccxtMarket(rig.settings({ url: "http://127.0.0.1:9" }), ports);
    expect(await second.instruments()).toEqual(read);
    await second.close();
  });

  it("reads the weight used of the venue's limit, and the clock offset", async () => {
    const market = rig.market();
    await market.instruments();
    expect(market.weight().limit).toBe(6_000);
    expect(market.weight().used).toBeGreaterThan(0);
    // The same machine: what remains is the time of a request.
    expect(Math.abs(market.clockOffsetMs())).toBeLessThan(100);
  });
});

describe("an account", () => {
  it("tells an order's whole life with exact money", async () => {
    const account = rig.account();
    const notes = new Notes();
    const before = await account.balances();
    await account.watch(notes);
    const placed = await account.place(orderOf("life1"));
    expect(placed.type).toBe("accepted");
    await eventually("the fill", () =>
      notes.reports.some(({ order, status }) => order === "life1" && status === "filled"),
    );
    const fills = notes.filled.filter(({ order }) => order === "life1");
    expect(fills.reduce((sum, { quantity }) => sum + quantity, 0n)).toBe(decimal("0.001"));
    await eventually("the balance", () => notes.balancesTold > 0);
    const after = await account.balances();
    const spent = fills.reduce((sum, { notional }) => sum + notional, 0n);
    const fees = fills.reduce((sum, { fee }) => sum + fee, 0n);
    expect(fills.every(({ feeAsset }) => feeAsset === "BTC")).toBe(true);
    expect(before.get("USDT" as never)! - after.get("USDT" as never)!).toBe(spent);
    expect(after.get("BTC" as never)! - (before.get("BTC" as never) ?? 0n)).toBe(decimal("0.001") - fees);
    // NEW, one TRADE for each fill, one position after each step: nothing the venue sent is missing.
    expect(account.received()).toBeGreaterThanOrEqual(notes.reports.length + 1);
    expect(await account.fills(btc, 0 as Timestamp)).toEqual(
      notes.filled.filter(({ instrument }) => instrument === btc),
    );
  });

  it("finds, lists and cancels by our own id", async () => {
    const account = rig.account();
    const price = await near(0.95);
    const order = orderOf("rest1", { type: "limit", timeInForce: "PO", price });
    expect((await account.place(order)).type).toBe("accepted");
    expect(await account.find(asId("rest1"), btc)).toMatchObject({
      order: "rest1",
      status: "open",
      filled: 0n,
    });
    expect((await account.openOrders()).map(({ order: id }) => id)).toContain("rest1");
    expect((await account.cancel(asId("rest1"), btc)).type).toBe("accepted");
    expect(await account.find(asId("rest1"), btc)).toMatchObject({ status: "cancelled" });
    expect((await account.openOrders()).map(({ order: id }) => id)).not.toContain("rest1");
  });

  it("accepts the cancel of what is closed or was never there", async () => {
    const account = rig.account();
    await account.place(orderOf("done1"));
    expect((await account.cancel(asId("done1"), btc)).type).toBe("accepted");
    expect((await account.cancel(asId("never1"), btc)).type).toBe("accepted");
    expect(await account.find(asId("never1"), btc)).toBeUndefined();
  });

  it("names fills of orders that another process placed", async () => {
    await rig.account().place(orderOf("other1"));
    await rig.admin("foreign-order", { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.001" });
    const fills = await rig.account().fills(btc, 0 as Timestamp);
    expect(fills.map(({ order }) => order)).toContain("other1");
    expect(fills.some(({ order }) => order.startsWith("foreign-"))).toBe(true);
    expect(fills.every(({ at }, i) => i === 0 || at >= fills[i - 1]!.at)).toBe(true);
  });

  it("places stop orders, IOC and FOK", async () => {
    const account = rig.account();
    await account.place(orderOf("stock1", { quantity: decimal("0.01") }));
    const stop = await near(0.9);
    expect(
      await account.place(orderOf("stop1", { type: "stop-market", side: "sell", stopPrice: stop })),
    ).toMatchObject({ type: "accepted" });
    expect(await account.find(asId("stop1"), btc)).toMatchObject({ status: "open" });
    await account.cancel(asId("stop1"), btc);
    const far = await near(0.5);
    expect(
      (await account.place(orderOf("ioc1", { type: "limit", timeInForce: "IOC", price: far }))).type,
    ).toBe("accepted");
    expect(await account.find(asId("ioc1"), btc)).toMatchObject({ status: "expired", filled: 0n });
    await account.place(orderOf("fok1", { type: "limit", timeInForce: "FOK", price: far }));
    expect(await account.find(asId("fok1"), btc)).toMatchObject({ status: "expired" });
  });

  it("is refused with a closed reason, and never sends what is off the grid", async () => {
    const account = rig.account();
    const low = await near(0.95);
    const high = roundUp(fromFloat((await last()) * 1.05), decimal("0.01")) as Price;
    const limit = { type: "limit", timeInForce: "PO" } as const;
    const cases = [
      ["filter-quantity", orderOf("r1", { quantity: decimal("0.0010000001") })],
      ["filter-price", orderOf("r2", { ...limit, price: (low + 1n) as Price })],
      ["filter-notional", orderOf("r3", { quantity: decimal("0.00001") })],
      ["would-take", orderOf("r4", { ...limit, price: high })],
      ["insufficient-balance", orderOf("r5", { ...limit, price: low, quantity: decimal("50") })],
      ["unknown-instrument", orderOf("r6", { instrument: "sandbox:NO/SUCH" as never })],
    ] as const;
    for (const [reason, order] of cases)
      expect(await account.place(order), reason).toMatchObject({ type: "refused", reason });
    const known = (await rig.venueOrders()).filter(({ status }) => status !== "REJECTED");
    expect(known.some(({ clientOrderId }) => /^r\d$/.test(clientOrderId))).toBe(false);
  });

  it("is refused as not authorised with a wrong secret, on the stream too", async () => {
    const account = rig.account({ secret: "wrong" });
    expect(await account.place(orderOf("auth1"))).toMatchObject({
      type: "refused",
      reason: "not-authorised",
    });
    await expect(rig.account({ secret: "wrong" }).watch(new Notes())).rejects.toThrow();
  });

  it("tells a deposit's new total", async () => {
    const account = rig.account();
    let total = "";
    await account.watch({
      report: () => undefined,
      fill: () => undefined,
      resumed: () => undefined,
      balances: (totals) => (total = format(totals.get("XRP" as never) ?? 0n)),
    });
    await rig.admin("deposit", { account: "main", asset: "XRP", amount: "123.45" });
    await eventually("the deposit", () => total === "123.45");
  });
});
