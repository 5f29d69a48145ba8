import { describe, expect, it } from "vitest";
import { Floor } from "./floor.ts";

/** The last price is 100; bids stand at 99 and 90, asks at 101 and 110, 100 lots each. */
const open = () =>
  new Floor()
    .deposit("ann", { USDT: "1000", BTC: "1" })
    .crowd("sell 1 @ 100", "buy 1 @ 100", "buy 100 @ 99", "buy 100 @ 90", "sell 100 @ 101", "sell 100 @ 110");

describe("stops", () => {
  it("a sell stop waits unseen, triggers at its price and sells at the market", () => {
    const floor = open();
    const stop = floor.place("ann", "sell 20 stop 99");
    expect(floor.book.asks).toBe("100@101 100@110");
    expect(floor.holds("ann", "BTC")).toBe("0.8/0.2");
    floor.crowd("sell 10 market");
    // 10 of 100 bids at 99 are gone, 20 more go to the stop: 19.8 less 20 bps = 19.7604
    expect(floor.story(stop)).toBe("accepted, triggered, fill 20");
    expect(floor.book.bids).toBe("70@99 100@90");
    expect(floor.holds("ann", "BTC")).toBe("0.8/0");
    expect(floor.holds("ann", "USDT")).toBe("1019.7604/0");
  });

  it("a buy stop locks its price plus a margin of 5 per cent and gets the rest back", () => {
    const floor = open();
    const stop = floor.place("ann", "buy 20 stop 101");
    // 20 x 1.01 x 1.05 = 21.21
    expect(floor.holds("ann", "USDT")).toBe("978.79/21.21");
    floor.crowd("buy 10 market");
    expect(floor.story(stop)).toBe("accepted, triggered, fill 20");
    expect(floor.holds("ann", "USDT")).toBe("979.8/0");
  });

  it("a stop-limit rests when its limit does not meet the book", () => {
    const floor = open();
    const stop = floor.place("ann", "sell 20 @ 105 stop 99");
    floor.crowd("sell 10 market");
    expect(floor.story(stop)).toBe("accepted, triggered");
    expect(stop).toMatchObject({ triggered: true, status: "new" });
    expect(floor.book.asks).toBe("100@101 20@105 100@110");
    expect(floor.holds("ann", "BTC")).toBe("0.8/0.2");
  });

  it("a post-only stop-limit that would take is rejected when it triggers", () => {
    const floor = open();
    const stop = floor.place("ann", "sell 20 @ 95 stop 99 PO");
    floor.crowd("sell 10 market");
    expect(floor.story(stop)).toBe("accepted, triggered, rejected: would-take");
    expect(stop.status).toBe("rejected");
    expect(floor.holds("ann", "BTC")).toBe("1/0");
  });

  it("one stop sets off the next, the nearest first, of equal ones the oldest", () => {
    const floor = open();
    const far = floor.place("ann", "sell 5 stop 90");
    const near = floor.place("ann", "sell 95 stop 99", { clientId: "near" });
    floor.deposit("bob", { BTC: "1" });
    const equal = floor.place("bob", "sell 5 stop 99");
    // 1 at 99; near takes the other 99 bids' 95, bob 4 at 99 and 1 at 90, which triggers far: 5 at 90
    floor.crowd("sell 1 market");
    expect(floor.filled("ann")).toBe("95@99 taker, 5@90 taker");
    expect(floor.filled("bob")).toBe("4@99 taker, 1@90 taker");
    expect(far.id).toBeLessThan(near.id);
    expect(equal.status).toBe("filled");
    expect(floor.book.bids).toBe("94@90");
  });

  it("can be cancelled while it waits", () => {
    const floor = open();
    const stop = floor.place("ann", "sell 20 stop 90");
    floor.cancel(stop);
    expect(floor.holds("ann", "BTC")).toBe("1/0");
    floor.crowd("sell 150 market");
    expect(floor.story(stop)).toBe("accepted, cancelled");
  });
});

describe("OCO", () => {
  const pair = (floor: Floor, limit: string, stop: string) => {
    const submitted = floor.oco("ann", limit, stop);
    if (!submitted.ok) throw new Error(submitted.detail);
    const orders = floor.venue.openOrders("ann", "BTC/USDT");
    return [orders[0]!, orders[1]!] as const;
  };

  it("locks once", () => {
    const floor = open();
    const [limit, stop] = pair(floor, "sell 60 @ 105", "sell 60 stop 95");
    expect([limit.ocoWith, stop.ocoWith]).toEqual([stop.id, limit.id]);
    expect(floor.holds("ann", "BTC")).toBe("0.4/0.6");
  });

  it("a buy pair locks the dearer of the two", () => {
    const floor = open();
    // limit 60 x 0.95 = 57; stop 60 x 1.06 = 63.6
    pair(floor, "buy 60 @ 95", "buy 60 @ 106 stop 105");
    expect(floor.holds("ann", "USDT")).toBe("936.4/63.6");
  });

  it("a fill of the limit, even a partial one, cancels the stop", () => {
    const floor = open();
    const [limit, stop] = pair(floor, "sell 60 @ 105", "sell 60 stop 95");
    floor.crowd("buy 110 @ 105");
    expect(floor.story(limit)).toBe("accepted, fill 10");
    expect(floor.story(stop)).toBe("accepted, cancelled");
    expect(floor.holds("ann", "BTC")).toBe("0.4/0.5");
  });

  it("the trigger of the stop cancels the limit and sells with the same funds", () => {
    const floor = new Floor()
      .deposit("ann", { BTC: "0.6" })
      .crowd("sell 1 @ 100", "buy 1 @ 100", "buy 10 @ 95", "buy 100 @ 90");
    const [limit, stop] = pair(floor, "sell 60 @ 105", "sell 60 stop 95");
    floor.crowd("sell 1 market");
    expect(floor.story(limit)).toBe("accepted, cancelled");
    expect(floor.story(stop)).toBe("accepted, triggered, fill 9, fill 51");
    expect(floor.holds("ann", "BTC")).toBe("0/0");
  });

  it("a buy pair with no money to spare can still be triggered", () => {
    const floor = new Floor()
      .deposit("ann", { USDT: "63.6" })
      .crowd("sell 1 @ 100", "buy 1 @ 100", "sell 1 @ 105", "sell 60 @ 106");
    const [, stop] = pair(floor, "buy 60 @ 95", "buy 60 @ 106 stop 105");
    expect(floor.holds("ann", "USDT")).toBe("0/63.6");
    floor.crowd("buy 1 market");
    expect(floor.story(stop)).toBe("accepted, triggered, fill 60");
    expect(floor.holds("ann", "USDT")).toBe("0/0");
  });

  it("cancelling one cancels both", () => {
    const floor = open();
    const [limit, stop] = pair(floor, "sell 60 @ 105", "sell 60 stop 95");
    floor.cancel(stop);
    expect([limit.status, stop.status]).toEqual(["cancelled", "cancelled"]);
    expect(floor.holds("ann", "BTC")).toBe("1/0");
  });

  it.each([
    ["sell 60 @ 99", "sell 60 stop 95", "would-take"],
    ["sell 60 @ 105", "sell 60 stop 100", "would-take"],
    ["sell 60 @ 105", "sell 60 stop 106", "filter-price"],
    ["sell 60 @ 105", "sell 50 stop 95", "filter-quantity"],
    ["sell 60 @ 105", "sell 60 @ 95", "other"],
    ["sell 60 @ 105", "buy 60 stop 120", "other"],
    ["sell 60 @ 105 #a", "sell 60 stop 95 #a", "duplicate-id"],
    ["sell 101 @ 105", "sell 101 stop 95", "insufficient-balance"],
  ])("%s with %s is refused as %s, and nothing is left of it", (limit, stop, refusal) => {
    const floor = open();
    expect(floor.oco("ann", limit, stop)).toMatchObject({ ok: false, refusal });
    expect(floor.venue.openOrders("ann")).toEqual([]);
    expect(floor.holds("ann", "BTC")).toBe("1/0");
  });
});
