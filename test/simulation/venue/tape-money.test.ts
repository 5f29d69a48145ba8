import { describe, expect, it } from "vitest";
import { Floor } from "./floor.ts";

const open = () => new Floor({ market: "tape" }).deposit("ann", { USDT: "1000", BTC: "10" });

describe("tape: money", () => {
  it("a market buy locks the last price plus a margin, and gets the rest back", () => {
    const floor = open().print("5 @ 100");
    const order = floor.place("ann", "buy 100 market");
    // 100 x 1.05
    expect(floor.holds("ann", "USDT")).toBe("895/105");
    floor.print("50 @ 110");
    // 55 spent of the 105
    expect(floor.holds("ann", "USDT")).toBe("895/50");
    floor.print("50 @ 110");
    // another 55: 50 locked, 5 free
    expect(floor.holds("ann", "USDT")).toBe("890/0");
    expect(order.status).toBe("filled");
  });

  it("a market buy whose money ends expires, never below zero", () => {
    const floor = open().print("5 @ 100");
    const order = floor.place("ann", "buy 1000 market");
    expect(floor.holds("ann", "USDT")).toBe("0/1000");
    floor.print("800 @ 101", "1000 @ 120");
    // 808 spent; 192 / 1.2 = 160 lots
    expect(floor.filled("ann")).toBe("800@101 taker, 160@120 taker");
    expect(floor.story(order)).toBe("accepted, fill 800, fill 160, expired: insufficient-balance");
    expect(floor.holds("ann", "USDT")).toBe("0/0");
  });

  it("a marketable limit gets back what the print was better", () => {
    const floor = open().print("5 @ 100");
    floor.place("ann", "buy 100 @ 110");
    expect(floor.holds("ann", "USDT")).toBe("890/110");
    floor.print("40 @ 105");
    expect(floor.holds("ann", "USDT")).toBe("892/66");
  });

  it("post-only better than the last print is refused", () => {
    const floor = open().print("5 @ 100");
    expect(floor.try("ann", "buy 1 @ 101 PO")).toMatchObject({ refusal: "would-take" });
    expect(floor.try("ann", "sell 1 @ 99 PO")).toMatchObject({ refusal: "would-take" });
    expect(floor.try("ann", "buy 1 @ 100 PO")).toMatchObject({ ok: true });
  });

  it("an order that waits for a print can be cancelled", () => {
    const floor = open().print("5 @ 100");
    const order = floor.place("ann", "buy 100 market");
    floor.cancel(order);
    floor.print("100 @ 100");
    expect(floor.story(order)).toBe("accepted, cancelled");
    expect(floor.holds("ann", "USDT")).toBe("1000/0");
  });

  it("an OCO pair: the limit rests and fills through, the stop goes", () => {
    const floor = open().print("5 @ 100");
    expect(floor.oco("ann", "sell 100 @ 110", "sell 100 stop 90")).toMatchObject({ ok: true });
    const [limit, stop] = floor.venue.openOrders("ann");
    floor.print("30 @ 111", "100 @ 80", "100 @ 80");
    expect(floor.story(limit!)).toBe("accepted, fill 30");
    expect(floor.story(stop!)).toBe("accepted, cancelled");
    expect(floor.holds("ann", "BTC")).toBe("9/0.7");
  });

  it("an OCO pair: the stop's trigger cancels the limit", () => {
    const floor = open().print("5 @ 100");
    expect(floor.oco("ann", "sell 100 @ 110", "sell 100 stop 90")).toMatchObject({ ok: true });
    floor.print("30 @ 90", "500 @ 88");
    expect(floor.filled("ann")).toBe("100@88 taker");
    expect(floor.holds("ann", "BTC")).toBe("9/0");
  });
});

describe("tape: what it shows", () => {
  it.each([
    [[], [], []],
    [["5 @ 100"], [[99, 5]], [[100, 5]]],
    [["5 @ 100 sold"], [[100, 5]], [[101, 5]]],
    [["5 @ 100 sold", "6 @ 103"], [[100, 6]], [[103, 6]]],
    [["5 @ 103", "6 @ 100 sold"], [[100, 6]], [[103, 6]]],
    // The older price contradicts the newer one.
    [["5 @ 103 sold", "6 @ 100"], [[99, 6]], [[100, 6]]],
    [["5 @ 100", "6 @ 103 sold"], [[103, 6]], [[104, 6]]],
    [["5 @ 100", "6 @ 100 sold"], [[100, 6]], [[101, 6]]],
  ])("after %j", (prints, bids, asks) => {
    const floor = open().print(...prints);
    floor.place("ann", "buy 5 @ 50");
    expect(floor.venue.depth("BTC/USDT", 10)).toEqual({ bids, asks });
  });

  it.each([
    [0, 5, "print.ticks"],
    [1.5, 5, "print.ticks"],
    [100, 0, "print.lots"],
    [2 ** 40, 2 ** 20, "print.lots"],
  ])("a print of %d with %d lots names the field", (ticks, lots, field) => {
    expect(() => open().venue.print("BTC/USDT", 1, ticks, lots, "buy", 1)).toThrow(field);
  });

  it("a print needs a tape", () => {
    expect(() => new Floor().print("5 @ 100")).toThrow("symbol: expected a pair listed with a tape");
  });
});
