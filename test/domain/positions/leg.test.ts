/** Average entry, realised and unrealised profit of linear and inverse contracts, in net and hedge mode. */
import { describe, expect, it } from "vitest";
import { hedgedTrade, netQuantity, UNHEDGED } from "../../../domain/positions/hedge.ts";
import { averageEntry, unrealised } from "../../../domain/positions/leg.ts";
import { format, price, quantity } from "../../../domain/values/values.ts";
import { INVERSE, LINEAR, shown, tradesOf } from "./words.ts";

describe("a linear leg", () => {
  const cases: readonly (readonly [name: string, trades: readonly string[], expected: string])[] = [
    ["opens long", ["2 @ 100"], "2 for 200, realised 0"],
    ["opens short", ["-2 @ 100"], "-2 for -200, realised 0"],
    // (2 * 100 + 1 * 130) / 3 = 110
    ["adds at the average", ["2 @ 100", "1 @ 130"], "3 for 330, realised 0"],
    // sells a third of it, bought at 110 on average, at 125: 15
    ["closes a part at the average", ["2 @ 100", "1 @ 130", "-1 @ 125"], "2 for 220, realised 15"],
    ["a short gains when it is bought back lower", ["-2 @ 100", "2 @ 90"], "0 for 0, realised 20"],
    ["a short loses when it is bought back higher", ["-2 @ 100", "1 @ 110"], "-1 for -100, realised -10"],
    // closes 2 (+20), opens 3 short at 110
    ["turns over in one trade", ["2 @ 100", "-5 @ 110"], "-3 for -330, realised 20"],
    ["turns over from short to long", ["-1 @ 100", "3 @ 90"], "2 for 180, realised 10"],
    ["flat realises all", ["3 @ 10", "-1 @ 11", "-2 @ 9"], "0 for 0, realised -1"],
  ];
  it.each(cases)("%s", (_, trades, expected) => {
    expect(shown(tradesOf(LINEAR, ...trades))).toBe(expected);
  });

  it("marks to market, with signs", () => {
    const { leg } = tradesOf(LINEAR, "-2 @ 100", "-1 @ 130");
    expect(format(averageEntry(LINEAR, leg))).toBe("110");
    expect(format(unrealised(LINEAR, leg, price("100")))).toBe("30");
    expect(format(unrealised(LINEAR, leg, price("115")))).toBe("-15");
  });
});

describe("an inverse leg", () => {
  it("profits in base: size * quantity * (1 / entry - 1 / exit)", () => {
    // 100 contracts of 100 USD: 10,000 USD / 10,000 = 1 BTC in, 10,000 / 12,500 = 0.8 BTC out
    expect(shown(tradesOf(INVERSE, "100 @ 10000", "-100 @ 12500"))).toBe("0 for 0, realised 0.2");
    expect(shown(tradesOf(INVERSE, "-100 @ 10000", "100 @ 12500"))).toBe("0 for 0, realised -0.2");
  });

  it("averages harmonically", () => {
    // 5,000 / 10,000 + 5,000 / 20,000 = 0.75 BTC for 10,000 USD: 13,333.33
    const { leg } = tradesOf(INVERSE, "50 @ 10000", "50 @ 20000");
    expect(format(averageEntry(INVERSE, leg))).toBe("13333.333333333333333333");
  });

  it("rounds what it pays against the holder, on the settle asset's step", () => {
    // 100 / 30,000 - 100 / 31,000 = 0.000107526...; the other way round it is paid
    expect(shown(tradesOf(INVERSE, "1 @ 30000", "-1 @ 31000"))).toMatch(/realised 0.00010752$/);
    expect(shown(tradesOf(INVERSE, "-1 @ 30000", "1 @ 31000"))).toMatch(/realised -0.00010753$/);
  });
});

describe("hedge mode", () => {
  const long = { leg: "long", price: price("100") } as const;
  const short = { leg: "short", price: price("100") } as const;

  it("holds both legs, and closes each on its own", () => {
    const bought = hedgedTrade(LINEAR, UNHEDGED, { ...long, side: "buy", quantity: quantity("3") })!;
    const both = hedgedTrade(LINEAR, bought.legs, { ...short, side: "sell", quantity: quantity("2") })!;
    expect(format(netQuantity(both.legs))).toBe("1");
    const closed = hedgedTrade(LINEAR, both.legs, {
      leg: "short",
      side: "buy",
      quantity: quantity("2"),
      price: price("90"),
    })!;
    expect(format(closed.realised)).toBe("20");
    expect(format(netQuantity(closed.legs))).toBe("3");
  });

  it("refuses to close more than a leg holds", () => {
    const { legs } = hedgedTrade(LINEAR, UNHEDGED, { ...long, side: "buy", quantity: quantity("3") })!;
    expect(hedgedTrade(LINEAR, legs, { ...long, side: "sell", quantity: quantity("3.1") })).toBeUndefined();
    expect(hedgedTrade(LINEAR, legs, { ...short, side: "buy", quantity: quantity("1") })).toBeUndefined();
  });
});
