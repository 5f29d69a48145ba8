/** Trouble at the venue: nothing is placed twice, nothing unknown becomes "no", no trade is lost or doubled. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decimal, type ClientOrderId, type Timestamp } from "../../../domain/values/values.ts";
import { eventually } from "../../servers.ts";
import { bentProxy, btc, isDense, Notes, orderOf, startRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await startRig({
    market: { kind: "synthetic", symbols: ["BTC/USDT"], warmupMs: 600_000 },
    speed: 10,
  });
});
afterEach(() => rig.stop());
const asId = (id: string): ClientOrderId => id as ClientOrderId;

describe("an order whose answer is lost", () => {
  it.each([
    ["500 after it was sent", { errorNext: 1, errorStatus: 500, match: "/order" }, false],
    ["503 with -1006", { errorNext: 1, errorStatus: 503, match: "/order" }, false],
    ["504 with -1007", { errorNext: 1, errorStatus: 504, match: "/order" }, false],
    ["a socket cut after it was carried out", { loseNext: 1, match: "/order" }, true],
  ])("%s: unknown, then found or not, and sent once", async (_what, plan, arrived) => {
    const account = rig.account();
    await account.balances();
    await rig.admin("faults", plan);
    expect(await account.place(orderOf("lost1"))).toMatchObject({ type: "unknown" });
    expect((await account.find(asId("lost1"), btc))?.status).toBe(arrived ? "filled" : undefined);
    expect((await rig.venueOrders()).filter(({ clientOrderId }) => clientOrderId === "lost1")).toHaveLength(
      arrived ? 1 : 0,
    );
  });

  it("a time-out: unknown, and found", async () => {
    const account = rig.account({ timeoutMs: 300 });
    await account.balances();
    await rig.admin("faults", { latencyMs: 600, match: "/order" });
    expect(await account.place(orderOf("late1"))).toMatchObject({ type: "unknown" });
    await rig.admin("faults", {});
    await eventually(
      "the order at the venue",
      async () => (await account.find(asId("late1"), btc)) !== undefined,
    );
    expect(await rig.venueOrders()).toHaveLength(1);
  });

  it.each([
    ["HTML with status 200", 200, "<html><body>Attention Required!</body></html>"],
    ["HTML with status 403", 403, "<html><body>Forbidden</body></html>"],
    ["broken JSON", 200, '{"symbol":"BTC'],
    ["nothing", 200, ""],
  ])("%s: unknown, and found because it had arrived", async (_what, status, body) => {
    const proxy = await bentProxy(rig.sandbox.url);
    const account = rig.account({ url: proxy.url });
    await account.balances();
    proxy.bend(/^POST .*\/order/, { status, body, forward: true });
    expect(await account.place(orderOf("html1"))).toMatchObject({ type: "unknown" });
    expect(await account.find(asId("html1"), btc)).toMatchObject({ status: "filled" });
    await proxy.stop();
  });

  it("a venue that is not there: not sent", async () => {
    const account = rig.account();
    await account.balances();
    await rig.sandbox.stop();
    // The first request may have left on the socket that was just cut.
    expect(["unknown", "not-sent"]).toContain((await account.place(orderOf("gone0"))).type);
    expect(await account.place(orderOf("gone1"))).toMatchObject({ type: "not-sent" });
    expect(await rig.account().place(orderOf("gone2"))).toMatchObject({ type: "not-sent" });
  });
});

describe("a stream that is lost", () => {
  it("dropped messages: every trade is told once and in order", async () => {
    const market = rig.market();
    const notes = new Notes();
    await market.watch([btc], notes);
    await rig.admin("faults", { streamLossRatio: 0.3 });
    await eventually(
      "trades with gaps",
      () => (market.health()[0]?.gapsFilled ?? 0) > 3 && notes.ids(btc).length > 20,
      30_000,
    );
    await rig.admin("faults", {});
    expect(isDense(notes.ids(btc))).toBe(true);
    expect(market.health()[0]?.tradesLost).toBe(0);
  });

  it("dropped messages while REST fails and the breaker opens: asked for again until they are had", async () => {
    const market = rig.market();
    const notes = new Notes();
    await market.watch([btc], notes);
    await eventually("trades", () => notes.ids(btc).length > 3, 30_000);
    await rig.admin("faults", { streamLossRatio: 0.3, errorRatio: 1, match: "rades" });
    await eventually(
      "the breaker",
      () => market.breakers().some(({ class: name, openings }) => name === "public" && openings > 0),
      30_000,
    );
    expect(market.whole(btc)).toBe(false);
    await rig.admin("faults", {});
    const before = notes.ids(btc).length;
    await eventually("trades again", () => notes.ids(btc).length > before + 20 && market.whole(btc), 30_000);
    expect(isDense(notes.ids(btc))).toBe(true);
    expect(market.health()[0]?.tradesLost).toBe(0);
  });

  it("dropped sockets: subscribed again, the gap filled, nothing lost or doubled", async () => {
    const market = rig.market();
    const notes = new Notes();
    await market.watch([btc], notes);
    for (let i = 1; i <= 3; i += 1) {
      const before = notes.ids(btc).length;
      await eventually("trades", () => notes.ids(btc).length > before + 3, 30_000);
      await rig.admin("faults", { drop: "market" });
      await eventually("the reconnect", () => (market.health()[0]?.reconnects ?? 0) >= i);
    }
    const before = notes.ids(btc).length;
    await eventually("trades again", () => notes.ids(btc).length > before + 3, 30_000);
    expect(isDense(notes.ids(btc))).toBe(true);
  });

  it("a silent socket: found by asking REST, subscribed again, nothing lost", async () => {
    const market = rig.market({ timers: true, staleAfterMs: 300 });
    const notes = new Notes();
    await market.watch([btc], notes);
    await eventually("trades", () => notes.ids(btc).length > 3, 30_000);
    await rig.admin("faults", { silence: "market" });
    const before = notes.ids(btc).length;
    await eventually("the reconnect", () => (market.health()[0]?.reconnects ?? 0) > 0, 30_000);
    await eventually("trades again", () => notes.ids(btc).length > before + 3, 30_000);
    expect(isDense(notes.ids(btc))).toBe(true);
    expect(rig.problems.join()).toMatch(/trades at the venue but not on the stream/);
  });

  it("private socket dropped: told that what happened meanwhile must be asked for", async () => {
    const account = rig.account();
    const notes = new Notes();
    await account.watch(notes);
    await rig.admin("faults", { drop: "user" });
    await eventually("resumed", () => notes.resumptions === 1);
    await account.place(orderOf("after1"));
    await eventually("the report", () => notes.reports.some(({ status }) => status === "filled"));
  });
});

describe("a private stream that is open and silent", () => {
  it("is found by an accepted order that nobody reports, and subscribed again", async () => {
    const account = rig.account({ timers: true, staleAfterMs: 300 });
    const notes = new Notes();
    await account.watch(notes);
    await rig.admin("faults", { silence: "user" });
    await account.place(orderOf("mute1"));
    await eventually("resumed", () => notes.resumptions === 1);
    expect(notes.filled).toEqual([]);
    // What was missed is there to be asked for.
    expect((await account.fills(btc, 0 as Timestamp)).map(({ order }) => order)).toContain("mute1");
    await account.place(orderOf("heard1"));
    await eventually("the fill", () => notes.filled.some(({ order }) => order === "heard1"));
  });
});

describe("a private stream that loses messages", () => {
  it("an order's end that nobody told is asked for, and only then", async () => {
    const account = rig.account({ timers: true, staleAfterMs: 300 });
    const notes = new Notes();
    await account.watch(notes);
    const resting = { type: "limit", price: decimal("1000") as never, quantity: decimal("0.01") } as const;
    await account.place(orderOf("rests1", resting));
    await account.place(orderOf("told1"));
    await eventually("its end", () => notes.reports.some(({ status }) => status === "filled"));
    await rig.admin("faults", { userLossRatio: 0.9, seed: 2 });
    await eventually("a loss", async () => {
      await account.place(orderOf(`lost${notes.filled.length}-${Date.now() % 1e6}`));
      return notes.resumptions > 0;
    });
    expect(rig.problems.join()).toMatch(/the end of order lost\S+ was not told on the stream/);
    expect(rig.problems.join()).not.toMatch(/rests1|told1/);
  });
});

describe("a list of instruments that changes while trading", () => {
  it("tells another filter, a pause and a delisting", async () => {
    const market = rig.market();
    const notes = new Notes();
    await market.instruments();
    await market.watch([btc], notes);
    await rig.admin("listing", { symbol: "BTCUSDT", tickSize: "0.1" });
    await market.instruments(true);
    await rig.admin("listing", { symbol: "BTCUSDT", status: "paused" });
    await market.instruments(true);
    await rig.admin("listing", { symbol: "BTCUSDT", status: "delisted" });
    await market.instruments(true);
    await market.instruments(true);
    expect(notes.changed.map(({ tickSize, status }) => [tickSize, status])).toEqual([
      [decimal("0.1"), "trading"],
      [decimal("0.1"), "paused"],
      [decimal("0.1"), "delisted"],
    ]);
  });

  it("refreshes by itself, and after an order was refused for a filter", async () => {
    const asked: string[] = [];
    const account = rig.account({}, {}, { filtersRefused: (instrument) => asked.push(instrument) });
    const market = rig.market({ timers: true, refreshMs: 100 });
    const notes = new Notes();
    await market.watch([btc], notes);
    await market.instruments();
    await account.balances();
    await rig.admin("listing", { symbol: "BTCUSDT", lotSize: "0.01" });
    await eventually("the change", () => notes.changed.some(({ lotSize }) => lotSize === decimal("0.01")));
    // The account still believes in the old lot; the venue refuses, the account reads the new one and refuses by itself.
    expect(await account.place(orderOf("f1"))).toMatchObject({ type: "refused", reason: "filter-quantity" });
    expect(asked).toEqual([btc]);
    await eventually("the new lot", async () => {
      const outcome = await account.place(orderOf("f2"));
      return outcome.type === "refused" && outcome.detail.includes("not a multiple of 0.01");
    });
    await rig.admin("listing", { symbol: "BTCUSDT", status: "paused" });
    expect(await account.place(orderOf("p1", { quantity: decimal("0.01") }))).toMatchObject({
      type: "refused",
      reason: "instrument-not-trading",
    });
  });
});

describe("a clock that is wrong", () => {
  it("is measured, and a refused timestamp is measured again and sent once more", async () => {
    const account = rig.account();
    await account.balances();
    // What the venue would see if our clock jumped by a minute.
    const { exchange } = (account as unknown as { link: { exchange: { options: Record<string, unknown> } } })
      .link;
    exchange.options["timeDifference"] = 60_000;
    expect((await account.place(orderOf("clock1"))).type).toBe("accepted");
    expect(Math.abs(Number(exchange.options["timeDifference"]))).toBeLessThan(1_000);
    exchange.options["timeDifference"] = -60_000;
    expect((await account.balances()).size).toBeGreaterThan(0);
    expect(await rig.venueOrders()).toHaveLength(1);
  });
});
