import { describe, expect, it } from "vitest";
import type { Listing, VenueOrder } from "../../../simulation/venue/venue.ts";
import { Floor } from "./floor.ts";

const open = (changes: Partial<Listing> = {}) =>
  new Floor({ market: "tape" }, changes).deposit("ann", { USDT: "1000", BTC: "10" });

interface Case {
  readonly listing?: Partial<Listing>;
  /** Prints before the order. */
  readonly given: readonly string[];
  readonly when: string;
  /** Prints after it. */
  readonly prints: readonly string[];
  readonly filled: string;
  readonly status: VenueOrder["status"];
}

const cases: Record<string, Case> = {
  "a market order takes the next print": {
    given: ["5 @ 100"],
    when: "buy 5 market",
    prints: ["20 @ 101"],
    filled: "5@101 taker",
    status: "filled",
  },
  "a market order waits for more when a print is smaller": {
    given: ["5 @ 100"],
    when: "sell 30 market",
    prints: ["20 @ 101", "5 @ 99 sold", "20 @ 98"],
    filled: "20@101 taker, 5@99 taker, 5@98 taker",
    status: "filled",
  },
  "a market order before the first print pays what the print asks": {
    given: [],
    when: "buy 5 market",
    prints: ["20 @ 101"],
    filled: "5@101 taker",
    status: "filled",
  },
  "a limit better than the last print takes at the print's price": {
    given: ["5 @ 100"],
    when: "buy 30 @ 102",
    prints: ["20 @ 101", "20 @ 102"],
    filled: "20@101 taker, 10@102 taker",
    status: "filled",
  },
  "it rests from a worse print on, and is a maker then": {
    given: ["5 @ 100"],
    when: "buy 30 @ 102",
    prints: ["20 @ 101", "20 @ 103", "20 @ 100"],
    filled: "20@101 taker, 10@102 maker",
    status: "filled",
  },
  "a resting order fills at its price on a print through it": {
    given: ["5 @ 100"],
    when: "buy 30 @ 98",
    prints: ["50 @ 99", "20 @ 97", "20 @ 90"],
    filled: "20@98 maker, 10@98 maker",
    status: "filled",
  },
  "a resting sell likewise": {
    given: ["5 @ 100"],
    when: "sell 30 @ 102",
    prints: ["50 @ 101", "20 @ 103", "20 @ 110"],
    filled: "20@102 maker, 10@102 maker",
    status: "filled",
  },
  // 8 printed at 98 last: 8 must print again, so of 5 + 10 at 98 the order gets 7
  "at its price it queues behind the lots that printed there last": {
    given: ["3 @ 98", "8 @ 98", "5 @ 100"],
    when: "buy 30 @ 98",
    prints: ["5 @ 98", "10 @ 98"],
    filled: "7@98 maker",
    status: "partial",
  },
  "a price that never printed has no queue": {
    given: ["5 @ 100"],
    when: "buy 30 @ 98",
    prints: ["5 @ 98"],
    filled: "5@98 maker",
    status: "partial",
  },
  "a fixed queue": {
    listing: { queueAheadLots: 12 },
    given: ["5 @ 100"],
    when: "buy 30 @ 98",
    prints: ["5 @ 98", "10 @ 98"],
    filled: "3@98 maker",
    status: "partial",
  },
  "a print through the price clears the queue": {
    listing: { queueAheadLots: 1000 },
    given: ["5 @ 100"],
    when: "buy 30 @ 98",
    prints: ["5 @ 98", "10 @ 97", "5 @ 98"],
    filled: "10@98 maker, 5@98 maker",
    status: "partial",
  },
  "an order at the last price rests": {
    given: ["5 @ 100"],
    when: "buy 30 @ 100",
    prints: ["5 @ 100", "7 @ 100"],
    filled: "7@100 maker",
    status: "partial",
  },
  "IOC takes what the next print has": {
    given: ["5 @ 100"],
    when: "buy 30 @ 100 IOC",
    prints: ["20 @ 100", "20 @ 100"],
    filled: "20@100 taker",
    status: "expired",
  },
  "IOC expires when the next print is worse": {
    given: ["5 @ 100"],
    when: "buy 30 @ 100 IOC",
    prints: ["20 @ 101", "20 @ 100"],
    filled: "",
    status: "expired",
  },
  "FOK fills as a whole from the next print": {
    given: ["5 @ 100"],
    when: "sell 20 @ 99 FOK",
    prints: ["20 @ 99"],
    filled: "20@99 taker",
    status: "filled",
  },
  "FOK expires when the next print is too small": {
    given: ["5 @ 100"],
    when: "sell 20 @ 99 FOK",
    prints: ["19 @ 99", "20 @ 99"],
    filled: "",
    status: "expired",
  },
  "a stop acts after the print that triggers it": {
    given: ["5 @ 100"],
    when: "sell 20 stop 95",
    prints: ["50 @ 95", "50 @ 94"],
    filled: "20@94 taker",
    status: "filled",
  },
  "a stop-limit rests after it": {
    given: ["5 @ 100"],
    when: "buy 20 @ 104 stop 105",
    prints: ["50 @ 105", "50 @ 103"],
    filled: "20@104 maker",
    status: "filled",
  },
};

describe("tape: one order meets prints", () => {
  it.each(Object.entries(cases))("%s", (_name, one) => {
    const floor = open(one.listing).print(...one.given);
    const order = floor.place("ann", one.when);
    expect(floor.filled("ann")).toBe("");
    floor.print(...one.prints);
    expect(floor.filled("ann")).toBe(one.filled);
    expect(order.status).toBe(one.status);
    const recorded = one.given.length + one.prints.length;
    expect(floor.events.filter(({ type }) => type === "print")).toHaveLength(recorded);
    expect(floor.fills("ann").every(({ counterOrderId }) => counterOrderId === 0)).toBe(true);
    const ids = floor.fills("ann").map(({ tradeId }) => tradeId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("tape: many orders share a print", () => {
  it("waiting ones by time, over all accounts; then resting ones by price and time", () => {
    const floor = open().deposit("bob", { USDT: "1000" }).print("5 @ 100");
    floor.place("ann", "buy 10 @ 98 #low");
    floor.place("bob", "buy 10 @ 99 #high");
    floor.place("bob", "buy 10 market #first");
    floor.place("ann", "buy 10 market #second");
    floor.print("35 @ 97");
    expect(floor.filled("bob")).toBe("10@97 taker, 10@99 maker");
    expect(floor.filled("ann")).toBe("10@97 taker, 5@98 maker");
  });

  it("buys and sells each have the whole print", () => {
    const floor = open().print("5 @ 100");
    floor.place("ann", "buy 10 market");
    floor.place("ann", "sell 10 market");
    floor.print("10 @ 100");
    expect(floor.filled("ann")).toBe("10@100 taker, 10@100 taker");
  });

  // 10 printed at 98: the queue of 4 comes first, then 3 of the older order, 3 of the younger
  it("at one price the older order comes first", () => {
    const floor = open({ queueAheadLots: 4 }).deposit("bob", { USDT: "1000" }).print("5 @ 100");
    floor.place("ann", "buy 3 @ 98");
    floor.place("bob", "buy 9 @ 98");
    floor.print("10 @ 98");
    expect(floor.filled("ann")).toBe("3@98 maker");
    expect(floor.filled("bob")).toBe("3@98 maker");
  });
});
