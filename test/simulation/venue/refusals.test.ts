import { describe, expect, it } from "vitest";
import { decimal, money } from "../../../domain/values/values.ts";
import type { Listing, NewOrder } from "../../../simulation/venue/venue.ts";
import { Floor, listing, orderOf } from "./floor.ts";

const open = (changes: Partial<Listing> = {}) =>
  new Floor({ openOrdersMax: 3 }, changes)
    .deposit("ann", { USDT: "100", BTC: "1" })
    .deposit("eve", { USDT: "100" })
    .crowd("sell 1 @ 100", "buy 1 @ 100", "buy 100 @ 99", "sell 100 @ 101", "sell 1000 @ 102");

interface Case {
  readonly account?: string;
  readonly listing?: Partial<Listing>;
  readonly when: string;
  readonly changes?: Partial<NewOrder>;
  readonly refusal: string;
}

const cases: Record<string, Case> = {
  "a pair that is not listed": {
    when: "buy 1 @ 99",
    changes: { symbol: "X/Y" },
    refusal: "unknown-instrument",
  },
  "an account nobody knows": { account: "nobody", when: "buy 1 @ 99", refusal: "not-authorised" },
  "fewer lots than the least": { listing: { lotsMin: 1 }, when: "buy 0 @ 99", refusal: "filter-quantity" },
  "more lots than the most": { listing: { lotsMax: 1000 }, when: "buy 1001 @ 1", refusal: "filter-quantity" },
  "a part of a lot": { when: "buy 1 @ 99", changes: { lots: 1.5 }, refusal: "filter-quantity" },
  "a price of zero": { when: "buy 1 @ 0", refusal: "filter-price" },
  "a part of a tick": { when: "buy 1 @ 99", changes: { ticks: 99.5 }, refusal: "filter-price" },
  "a limit without price": { when: "buy 1 market", changes: { type: "limit" }, refusal: "filter-price" },
  "a market order with price": { when: "buy 1 @ 99", changes: { type: "market" }, refusal: "filter-price" },
  "a stop without stop price": {
    when: "buy 1 market",
    changes: { type: "stop-market" },
    refusal: "filter-price",
  },
  "numbers too large to be exact": {
    when: "sell 1000000 @ 99",
    changes: { ticks: Number.MAX_SAFE_INTEGER },
    refusal: "filter-price",
  },
  "a notional too small": {
    listing: { notionalMin: money("1") },
    when: "sell 1 @ 99",
    refusal: "filter-notional",
  },
  "a market order's notional too small, at the last price": {
    listing: { notionalMin: money("1.0001") },
    when: "buy 1 market",
    refusal: "filter-notional",
  },
  "post-only that would take, buy": { when: "buy 1 @ 101 PO", refusal: "would-take" },
  "post-only that would take, sell": { when: "sell 1 @ 99 PO", refusal: "would-take" },
  "a stop that would trigger at once, buy": { when: "buy 1 stop 100", refusal: "would-take" },
  "a stop that would trigger at once, sell": { when: "sell 1 stop 100", refusal: "would-take" },
  "a limit buy above the means": { when: "buy 102 @ 99", refusal: "insufficient-balance" },
  // 100 at 1.01 cost 101
  "a market buy above the means": { when: "buy 100 market", refusal: "insufficient-balance" },
  // 95 x 1.02 x 1.05 = 101.745
  "a buy stop above the means, margin counted": { when: "buy 95 stop 102", refusal: "insufficient-balance" },
  "a sell of more than is held": { when: "sell 101 @ 120", refusal: "insufficient-balance" },
  "a short": { account: "eve", when: "sell 1 @ 120", refusal: "short-not-allowed" },
  "a short at the market": { account: "eve", when: "sell 1 market", refusal: "short-not-allowed" },
};

describe("refusals", () => {
  it.each(Object.entries(cases))("%s", (_name, one) => {
    const floor = open();
    floor.venue.list(listing(one.listing));
    const { account = "ann" } = one;
    const told = floor.events.length;
    const book = floor.book;
    expect(floor.try(account, one.when, one.changes)).toMatchObject({ ok: false, refusal: one.refusal });
    expect(floor.events.length).toBe(told);
    expect(floor.book).toEqual(book);
    expect(floor.holds("ann", "USDT")).toBe("100/0");
    expect(floor.venue.orders(account, "BTC/USDT")).toEqual([]);
  });

  it("a pair that is paused", () => {
    const floor = open();
    floor.venue.list(listing({ status: "paused" }));
    expect(floor.try("ann", "buy 1 @ 99")).toMatchObject({ refusal: "instrument-not-trading" });
  });

  it("what is locked is held: a second sell is short of balance, not a short", () => {
    const floor = open();
    floor.place("ann", "sell 100 @ 120");
    expect(floor.try("ann", "sell 1 @ 120")).toMatchObject({ refusal: "insufficient-balance" });
  });

  it("more open orders than allowed, until one has closed", () => {
    const floor = open();
    const [first] = [1, 2, 3].map((ticks) => floor.place("ann", `buy 1 @ ${ticks}`));
    expect(floor.try("ann", "buy 1 @ 4")).toMatchObject({ refusal: "too-many-orders" });
    floor.cancel(first!);
    expect(floor.try("ann", "buy 1 @ 4")).toMatchObject({ ok: true });
  });

  it("a client id is refused while an order with it is open, and accepted again afterwards", () => {
    const floor = open();
    const first = floor.place("ann", "buy 1 @ 90 #one");
    expect(floor.try("ann", "buy 1 @ 91 #one")).toMatchObject({ refusal: "duplicate-id" });
    expect(floor.try("eve", "buy 1 @ 91 #one")).toMatchObject({ ok: true });
    floor.cancel(first);
    const second = floor.place("ann", "buy 1 @ 91 #one");
    expect(floor.venue.order("ann", "BTC/USDT", { clientId: "one" })).toBe(second);
    expect(floor.venue.order("ann", "BTC/USDT", { id: first.id })).toBe(first);
    expect(floor.venue.orders("ann", "BTC/USDT")).toEqual([first, second]);
  });

  it.each([
    ["tick", { tick: 0n }],
    ["lot", { lot: -1n }],
    ["feeStep", { feeStep: 0n }],
    ["tick", { tick: decimal("0.0000000001"), lot: decimal("0.000000001") }],
  ])("a listing with a nonsensical %s throws and names it", (field, changes) => {
    expect(() => new Floor({}, changes)).toThrow(`BTC/USDT.${field}: expected`);
  });

  it("withdrawals take free money only", () => {
    const floor = open();
    floor.place("ann", "buy 50 @ 90");
    expect(floor.venue.withdraw("ann", "USDT", money("55.01"), floor.tick())).toBe(false);
    expect(floor.venue.withdraw("ann", "USDT", money("55"), floor.tick())).toBe(true);
    expect(floor.holds("ann", "USDT")).toBe("0/45");
    expect(() => floor.venue.deposit("ann", "USDT", money("-1"), floor.tick())).toThrow("amount: expected");
  });

  it("the venue takes an order as it is described", () => {
    expect(orderOf("ann", "sell 5 @ 90 stop 95 IOC #x")).toEqual({
      account: "ann",
      symbol: "BTC/USDT",
      clientId: "x",
      side: "sell",
      type: "stop-limit",
      timeInForce: "IOC",
      lots: 5,
      ticks: 90,
      stopTicks: 95,
    });
  });
});

describe("history", () => {
  it.each([
    // Trimmed to two when a fifth closes.
    [2, ["d", "e", "open"]],
    [0, ["open"]],
    [100, ["a", "b", "c", "d", "e", "open"]],
  ])("of at most %d closed orders, and all that are open", (historyMax, known) => {
    const floor = new Floor({ historyMax }).deposit("ann", { USDT: "100" }).crowd("sell 100 @ 100");
    floor.place("ann", "buy 1 @ 90 #open");
    for (const id of ["a", "b", "c", "d", "e"]) floor.place("ann", `buy 1 market #${id}`);
    const orders = floor.venue.orders("ann", "BTC/USDT");
    expect(orders.map(({ clientId }) => clientId).sort()).toEqual(known);
    expect(orders.map(({ id }) => id)).toEqual(orders.map(({ id }) => id).sort((a, b) => a - b));
    expect(floor.fills("ann")).toHaveLength(known.length - 1);
    for (const clientId of ["a", "b", "c", "d", "e", "open"])
      expect(floor.venue.order("ann", "BTC/USDT", { clientId }) !== undefined).toBe(known.includes(clientId));
  });
});
