/** Tiers, liquidation and bankruptcy prices, funding and interest, against published and hand-worked figures. */
import { describe, expect, it } from "vitest";
import { hoursBegun, interest, owed } from "../../../domain/positions/borrowing.ts";
import { fundingPayment } from "../../../domain/positions/funding.ts";
import { FLAT, type Leg } from "../../../domain/positions/leg.ts";
import { bankruptcyPrice, isolated, liquidationPrice } from "../../../domain/positions/liquidation.ts";
import {
  initialMargin,
  leverageRefusal,
  maintenanceMargin,
  oneTier,
  parseTiers,
  type Tier,
} from "../../../domain/positions/tiers.ts";
import { decimal, format, money, price, toFloat, type Money } from "../../../domain/values/values.ts";
import { dollars, INVERSE, LINEAR, tradesOf } from "./words.ts";

/** Rounded rates and floors of the kind venues publish. */
const TIERS = parseTiers([
  { notionalFloor: 0, maintMarginRatio: 0.004, initialLeverage: 125, cum: 0 },
  { notionalFloor: 50_000, maintMarginRatio: 0.005, initialLeverage: 100, cum: 50 },
  { notionalFloor: 250_000, maintMarginRatio: 0.01, initialLeverage: 50, cum: 1_300 },
  { notionalFloor: 1_000_000, maintMarginRatio: 0.025, initialLeverage: 20, cum: 16_300 },
]);

const tier = (rate: string, deduction: string): readonly Tier[] => [
  { floor: 0n as Money, maintenanceRate: decimal(rate), deduction: money(deduction), leverageMax: 125 },
];

const legOf = (quantity: string, entry: string): Leg => tradesOf(LINEAR, `${quantity} @ ${entry}`).leg;

describe("tiers", () => {
  it("margin is continuous at every floor", () => {
    expect(format(maintenanceMargin(TIERS, dollars("50000")))).toBe("200");
    // 250,000 * 0.01 - 1,300 = 250,000 * 0.005 - 50
    expect(format(maintenanceMargin(TIERS, dollars("250000")))).toBe("1200");
    expect(format(maintenanceMargin(TIERS, dollars("2000000")))).toBe("33700");
  });

  it("initial margin is notional over leverage, rounded up", () => {
    expect(format(initialMargin(dollars("1000"), 20))).toBe("50");
    expect(format(initialMargin(1n, 3))).toBe("0.000000000000000001");
  });

  it("larger positions bear less leverage", () => {
    expect(leverageRefusal(TIERS, dollars("49999"), 125)).toBeUndefined();
    expect(leverageRefusal(TIERS, dollars("50000"), 125)).toEqual({ rule: "leverage", asked: 125, max: 100 });
  });

  it("reads Binance's answer and ccxt's tiers alike", () => {
    const brackets = [
      {
        bracket: 1,
        initialLeverage: 75,
        notionalCap: 10000,
        notionalFloor: 0,
        maintMarginRatio: 0.0065,
        cum: 0.0,
      },
    ];
    const ccxt = [
      { tier: 1, minNotional: 0, maxNotional: 10000, maintenanceMarginRate: 0.0065, maxLeverage: 75 },
    ];
    expect(parseTiers([{ symbol: "ETHUSDT", brackets }])).toEqual(parseTiers(ccxt));
  });

  it.each([
    ["none", [], "tiers: expected a list of tiers"],
    ["a first floor above 0", [{ notionalFloor: 5, maintMarginRatio: 0.1, initialLeverage: 1 }], "tiers[0]"],
    [
      "a rate of 1",
      [{ notionalFloor: 0, maintMarginRatio: 1, initialLeverage: 1 }],
      "tiers[0].maintMarginRatio",
    ],
    [
      "a deduction that jumps",
      [
        { notionalFloor: 0, maintMarginRatio: 0.01, initialLeverage: 50 },
        { notionalFloor: 1000, maintMarginRatio: 0.02, initialLeverage: 20, cum: 500 },
      ],
      "tiers[1].cum",
    ],
  ])("refuses %s", (_, raw, field) => {
    expect(() => parseTiers(raw)).toThrow(field);
  });
});

describe("liquidation", () => {
  // Figures of Binance's own worked examples for USD-M: one wallet of 1,535,443.01, two longs.
  it.each([
    ["3683.979", "1456.84", "0.1", "135365", "0", "0", 1114.78],
    ["109.488", "32481.98", "0.025", "16300", "0", "0", 18778.73],
    ["3683.979", "1456.84", "0.1", "135365", "71200.81144", "-56354.57", 1153.26],
    ["109.488", "32481.98", "0.025", "16300", "356512.508", "-448192.89", 26316.89],
  ])("published: %s at %s", (quantity, entry, rate, deduction, maintenance, unrealised, expected) => {
    const at = liquidationPrice(
      LINEAR,
      [legOf(quantity, entry)],
      {
        wallet: money("1535443.01"),
        otherMaintenance: money(maintenance),
        otherUnrealised: money(unrealised),
      },
      tier(rate, deduction),
    );
    expect(toFloat(at!)).toBeCloseTo(expected, 2);
  });

  // Margin 100 under 10 at 100, maintenance 1 %: (100 - 1,000) / (10 * 0.01 - 10) = 90.909..; short (100 + 1,000) / 10.1 = 108.91
  it("isolated at ten times, long and short", () => {
    const margin = isolated(dollars("100"));
    expect(toFloat(liquidationPrice(LINEAR, [legOf("10", "100")], margin, tier("0.01", "0"))!)).toBeCloseTo(
      90.909090909,
      8,
    );
    expect(toFloat(liquidationPrice(LINEAR, [legOf("-10", "100")], margin, tier("0.01", "0"))!)).toBeCloseTo(
      108.910891089,
      8,
    );
    expect(format(bankruptcyPrice(LINEAR, [legOf("10", "100")], margin)!)).toBe("90");
    expect(format(bankruptcyPrice(LINEAR, [legOf("-10", "100")], margin)!)).toBe("110");
  });

  it("a long that is paid for in full has none; a short always has one", () => {
    expect(
      liquidationPrice(LINEAR, [legOf("1", "100")], isolated(dollars("100")), oneTier(decimal("0.005"))),
    ).toBeUndefined();
    const at = liquidationPrice(
      LINEAR,
      [legOf("-1", "100")],
      isolated(dollars("100")),
      oneTier(decimal("0.005")),
    );
    expect(toFloat(at!)).toBeCloseTo(200 / 1.005, 8);
    expect(liquidationPrice(LINEAR, [FLAT], isolated(dollars("1")), TIERS)).toBeUndefined();
  });

  it("takes the tier in which the position stands at that price", () => {
    // Entered at 260,000 (tier 3), liquidated below 250,000 (tier 2): (26,000 + 50 - 260,000) / (2.6 * 0.005 - 2.6)
    const at = liquidationPrice(LINEAR, [legOf("2.6", "100000")], isolated(dollars("26000")), TIERS)!;
    expect(toFloat(at)).toBeCloseTo(233_950 / 2.587, 6);
  });

  it("hedge mode: both legs count, and balanced ones are liquidated by their growing maintenance only", () => {
    // (100 - 1,000 + 600) / (16 * 0.01 - 4) = 78.125
    const at = liquidationPrice(
      LINEAR,
      [legOf("10", "100"), legOf("-6", "100")],
      isolated(dollars("100")),
      tier("0.01", "0"),
    )!;
    expect(format(at)).toBe("78.125");
    // (100 - 1,000 + 1,000) / (20 * 0.01) = 500
    const balanced = liquidationPrice(
      LINEAR,
      [legOf("10", "100"), legOf("-10", "100")],
      isolated(dollars("100")),
      tier("0.01", "0"),
    )!;
    expect(format(balanced)).toBe("500");
  });

  it("inverse: the collateral falls with the price", () => {
    // 100 contracts at 10,000 are 1 BTC; margin 0.1: 100 * (100 * 0.01 + 100) / (0.1 + 1) = 9,181.81
    const { leg } = tradesOf(INVERSE, "100 @ 10000");
    const at = liquidationPrice(INVERSE, [leg], isolated(money("0.1")), oneTier(decimal("0.01")))!;
    expect(toFloat(at)).toBeCloseTo(10_100 / 1.1, 6);
    expect(toFloat(bankruptcyPrice(INVERSE, [leg], isolated(money("0.1")))!)).toBeCloseTo(10_000 / 1.1, 6);
  });
});

describe("payments", () => {
  it("funding: longs pay a positive rate, shorts receive it", () => {
    // 2 * 30,000 * 0.0001 = 6
    expect(format(fundingPayment(LINEAR, decimal("2"), price("30000"), decimal("0.0001")))).toBe("-6");
    expect(format(fundingPayment(LINEAR, decimal("-2"), price("30000"), decimal("0.0001")))).toBe("6");
    expect(format(fundingPayment(LINEAR, decimal("2"), price("30000"), decimal("-0.0001")))).toBe("6");
    // 100 * 100 / 40,000 * 0.0001 BTC
    expect(format(fundingPayment(INVERSE, decimal("100"), price("40000"), decimal("0.0001")))).toBe(
      "-0.000025",
    );
  });

  it("interest by begun hours, on a short's worth or a long's loan", () => {
    expect(hoursBegun(3_599_999, 3_600_000)).toBe(1);
    expect(hoursBegun(3_600_000, 7_199_999)).toBe(0);
    expect(format(owed(legOf("-2", "100"), dollars("50"), price("110")))).toBe("220");
    expect(format(owed(legOf("2", "100"), dollars("50"), price("110")))).toBe("150");
    // 8,760 at 10 % a year for a day: 8,760 * 0.1 * 24 / 8,760 = 2.4
    expect(format(interest(dollars("8760"), decimal("0.1"), 24, LINEAR.step))).toBe("-2.4");
  });
});
