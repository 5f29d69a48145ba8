import { describe, expect, it } from "vitest";
import type { VenueOrder } from "../../../simulation/venue/venue.ts";
import { Floor } from "./floor.ts";

const open = () => new Floor().deposit("ann", { USDT: "1000", BTC: "1" });

interface Case {
  readonly given: readonly string[];
  readonly when: string;
  readonly story: string;
  readonly status: VenueOrder["status"];
  readonly filled: string;
  readonly bids?: string;
  readonly asks?: string;
  readonly USDT: string;
  readonly BTC: string;
}

// Ann holds 1000 USDT and 1 BTC. One lot at 100 is 1 USDT; a taker pays 20 bps of what is received.
const cases: Record<string, Case> = {
  "a market buy walks the book": {
    given: ["sell 10 @ 100", "sell 20 @ 102", "sell 50 @ 105"],
    when: "buy 40 market",
    story: "accepted, fill 10, fill 20, fill 10",
    status: "filled",
    filled: "10@100 taker, 20@102 taker, 10@105 taker",
    asks: "40@105",
    // 10 x 1 + 20 x 1.02 + 10 x 1.05 = 40.9; 0.4 BTC less 0.0008
    USDT: "959.1/0",
    BTC: "1.3992/0",
  },
  "a market order expires what the book cannot give": {
    given: ["sell 10 @ 100"],
    when: "buy 40 market",
    story: "accepted, fill 10, expired",
    status: "expired",
    filled: "10@100 taker",
    asks: "",
    USDT: "990/0",
    BTC: "1.0998/0",
  },
  "a market order on an empty book expires": {
    given: [],
    when: "sell 40 market",
    story: "accepted, expired",
    status: "expired",
    filled: "",
    USDT: "1000/0",
    BTC: "1/0",
  },
  "a market sell takes bids best first, older first": {
    given: ["buy 10 @ 99", "buy 10 @ 100", "buy 10 @ 100"],
    when: "sell 25 market",
    story: "accepted, fill 10, fill 10, fill 5",
    status: "filled",
    filled: "10@100 taker, 10@100 taker, 5@99 taker",
    bids: "5@99",
    // 10 + 10 + 4.95 = 24.95, each less 20 bps: 24.95 x 0.998
    USDT: "1024.9001/0",
    BTC: "0.75/0",
  },
  "a limit rests and locks": {
    given: ["sell 10 @ 105"],
    when: "buy 50 @ 100",
    story: "accepted",
    status: "new",
    filled: "",
    bids: "50@100",
    asks: "10@105",
    USDT: "950/50",
    BTC: "1/0",
  },
  "a crossing limit fills at the resting price and rests the remainder": {
    given: ["sell 10 @ 100", "sell 10 @ 101", "sell 10 @ 103"],
    when: "buy 50 @ 102",
    story: "accepted, fill 10, fill 10",
    status: "partial",
    filled: "10@100 taker, 10@101 taker",
    bids: "30@102",
    asks: "10@103",
    // 1000 - 10 - 10.1 = 979.9, of which 30 x 1.02 = 30.6 locked; 0.2 BTC less 0.0004
    USDT: "949.3/30.6",
    BTC: "1.1996/0",
  },
  "a limit sell rests and locks base": {
    given: [],
    when: "sell 30 @ 100",
    story: "accepted",
    status: "new",
    filled: "",
    asks: "30@100",
    USDT: "1000/0",
    BTC: "0.7/0.3",
  },
  "IOC takes what is there": {
    given: ["sell 10 @ 100", "sell 10 @ 103"],
    when: "buy 50 @ 102 IOC",
    story: "accepted, fill 10, expired",
    status: "expired",
    filled: "10@100 taker",
    bids: "",
    asks: "10@103",
    USDT: "990/0",
    BTC: "1.0998/0",
  },
  "IOC with nothing to take expires": {
    given: ["sell 10 @ 103"],
    when: "buy 50 @ 102 IOC",
    story: "accepted, expired",
    status: "expired",
    filled: "",
    asks: "10@103",
    USDT: "1000/0",
    BTC: "1/0",
  },
  "FOK fills as a whole": {
    given: ["sell 10 @ 100", "sell 40 @ 102"],
    when: "buy 50 @ 102 FOK",
    story: "accepted, fill 10, fill 40",
    status: "filled",
    filled: "10@100 taker, 40@102 taker",
    asks: "",
    // 10 + 40.8; 0.5 less 0.001
    USDT: "949.2/0",
    BTC: "1.499/0",
  },
  "FOK fills nothing when one lot is missing": {
    given: ["sell 10 @ 100", "sell 39 @ 102", "sell 10 @ 103"],
    when: "buy 50 @ 102 FOK",
    story: "accepted, expired",
    status: "expired",
    filled: "",
    asks: "10@100 39@102 10@103",
    USDT: "1000/0",
    BTC: "1/0",
  },
  "post-only rests": {
    given: ["sell 10 @ 101"],
    when: "buy 50 @ 100 PO",
    story: "accepted",
    status: "new",
    filled: "",
    bids: "50@100",
    asks: "10@101",
    USDT: "950/50",
    BTC: "1/0",
  },
};

describe("book: one order meets the book", () => {
  it.each(Object.entries(cases))("%s", (_name, one) => {
    const floor = open().crowd(...one.given);
    const order = floor.place("ann", one.when);
    expect(floor.story(order)).toBe(one.story);
    expect(order.status).toBe(one.status);
    expect(floor.filled("ann")).toBe(one.filled);
    expect(floor.book).toEqual({ bids: one.bids ?? "", asks: one.asks ?? "" });
    expect(floor.holds("ann", "USDT")).toBe(one.USDT);
    expect(floor.holds("ann", "BTC")).toBe(one.BTC);
  });
});

describe("book: a resting order", () => {
  it("is a maker when it fills, at its own price and the maker's fee", () => {
    const floor = open();
    const order = floor.place("ann", "sell 50 @ 100");
    floor.crowd("buy 20 @ 105");
    expect(floor.filled("ann")).toBe("20@100 maker");
    expect(order.status).toBe("partial");
    // 20 less 10 bps: 19.98; 0.3 of 0.5 BTC still locked
    expect(floor.holds("ann", "USDT")).toBe("1019.98/0");
    expect(floor.holds("ann", "BTC")).toBe("0.5/0.3");
    expect(floor.fills("ann")[0]).toMatchObject({ cumulativeLots: 20, feeAsset: "USDT", side: "sell" });
  });

  it("frees what it locked when cancelled, and can be cancelled once", () => {
    const floor = open();
    const order = floor.place("ann", "buy 50 @ 100");
    expect(floor.cancel(order)).toBe(order);
    expect(floor.cancel(order)).toBeUndefined();
    expect(floor.story(order)).toBe("accepted, cancelled");
    expect(floor.holds("ann", "USDT")).toBe("1000/0");
    expect(floor.book).toEqual({ bids: "", asks: "" });
  });

  it("told twice: taker and maker name each other", () => {
    const floor = open().deposit("bob", { USDT: "100" });
    const maker = floor.place("ann", "sell 10 @ 100");
    const taker = floor.place("bob", "buy 10 @ 100");
    const [print, takers, makers] = floor.events.filter(({ type }) => type === "print" || type === "fill");
    expect(print).toMatchObject({ type: "print", tradeId: 1, ticks: 100, lots: 10, takerSide: "buy" });
    expect(takers).toMatchObject({ fill: { tradeId: 1, orderId: taker.id, counterOrderId: maker.id } });
    expect(makers).toMatchObject({ fill: { tradeId: 1, orderId: maker.id, counterOrderId: taker.id } });
  });

  it("is cancelled by a delisting, as a stop is", () => {
    const floor = open().crowd("sell 1 @ 100", "buy 1 @ 100");
    const limit = floor.place("ann", "buy 10 @ 90");
    const stop = floor.place("ann", "sell 10 stop 80");
    floor.venue.list({ ...floor.venue.listing("BTC/USDT")!, status: "delisted" }, floor.tick());
    expect([limit.status, stop.status]).toEqual(["cancelled", "cancelled"]);
    expect(floor.holds("ann", "USDT")).toBe("1000/0");
    expect(floor.holds("ann", "BTC")).toBe("1/0");
    expect(floor.try("ann", "buy 1 @ 90")).toMatchObject({ refusal: "instrument-not-trading" });
  });

  it("outlives a change of filters, which holds for new orders; another tick cancels it", () => {
    const floor = open();
    const order = floor.place("ann", "buy 10 @ 90");
    const before = floor.venue.listing("BTC/USDT")!;
    floor.venue.list({ ...before, lotsMin: 20 }, floor.tick());
    expect(order.status).toBe("new");
    expect(floor.try("ann", "buy 10 @ 90")).toMatchObject({ refusal: "filter-quantity" });
    floor.venue.list({ ...before, tick: before.tick / 10n }, floor.tick());
    expect(order.status).toBe("cancelled");
    expect(floor.holds("ann", "USDT")).toBe("1000/0");
  });
});

describe("book: an account meets itself", () => {
  // Ann's own 10 @ 100 stand before the crowd's 10 @ 101.
  it.each([
    ["expire-taker", "accepted", "accepted, expired: self-trade", "10@100 10@101"],
    ["expire-maker", "accepted, expired: self-trade", "accepted, fill 5", "5@101"],
    ["expire-both", "accepted, expired: self-trade", "accepted, expired: self-trade", "10@101"],
    ["none", "accepted, fill 5", "accepted, fill 5", "5@100 10@101"],
  ] as const)("%s", (selfTrade, ofMaker, ofTaker, asks) => {
    const floor = open();
    const maker = floor.place("ann", "sell 10 @ 100");
    floor.crowd("sell 10 @ 101");
    const taker = floor.place("ann", "buy 5 @ 101", { selfTrade });
    expect(floor.story(maker)).toBe(ofMaker);
    expect(floor.story(taker)).toBe(ofTaker);
    expect(floor.book.asks).toBe(asks);
  });

  it("FOK counts no own orders", () => {
    const floor = open();
    floor.place("ann", "sell 10 @ 100");
    floor.crowd("sell 10 @ 101");
    const order = floor.place("ann", "buy 20 @ 101 FOK");
    expect(floor.story(order)).toBe("accepted, expired");
    expect(floor.book.asks).toBe("10@100 10@101");
  });
});
