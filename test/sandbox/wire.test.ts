/** Parts of the wire alone: numbers as text, request weights, options, faults by seed, tapes with shares. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimal } from "../../domain/values/values.ts";
import { WireError } from "../../sandbox/errors.ts";
import { Faults } from "../../sandbox/faults/faults.ts";
import { cleanNumber, scaled, Steps, wireDecimal } from "../../sandbox/grid.ts";
import { CandleSeries } from "../../sandbox/market/candle-series.ts";
import { settle, type SandboxOptions } from "../../sandbox/options.ts";
import { Weights } from "../../sandbox/weights.ts";
import { refused } from "../refused.ts";

describe("numbers on the wire", () => {
  test.each([
    ["0.01", 6_431_223, "64312.23000000"],
    ["0.00000001", 141_342, "0.00141342"],
    ["1", 54, "54.00000000"],
    ["0.05", 3, "0.15000000"],
    ["10", 7, "70.00000000"],
    ["0.0000000001", 12, "0.0000000012"],
  ])("%s times %i is %s", (step, count, text) => {
    const steps = new Steps(decimal(step));
    expect(steps.text(count)).toBe(text);
    expect(steps.count(text)).toBe(count);
  });

  test("every count of every step comes back from its text", () => {
    const step = fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 0, max: 12 }));
    fc.assert(
      fc.property(step, fc.integer({ min: 0, max: 1e12 }), ([factor, decimals], count) => {
        const steps = new Steps(decimal(`${factor}e-${decimals}`));
        expect(steps.count(steps.text(count))).toBe(count);
        expect(Number(wireDecimal(decimal(steps.text(count))))).toBe(Number(steps.text(count)));
      }),
    );
  });

  test.each([
    ["1.005", "0.01"],
    ["abc", "0.01"],
    ["", "1"],
    ["1e400", "1"],
  ])("%j does not stand on the grid of %s", (text, step) =>
    expect(new Steps(decimal(step)).count(text)).toBeUndefined(),
  );

  test.each([
    ["67730899.900000006", "67730899.9"],
    ["0.0155712699999999", "0.01557127"],
    ["54.0", "54"],
    ["4e-07", "0.0000004"],
    ["0.05303570", "0.0530357"],
    ["120", "120"],
  ])("recorded %s means %s", (text, clean) => expect(cleanNumber(text)).toBe(clean));

  test("scales recorded text without floats", () => {
    expect(scaled("794.500517", 6)).toBe(794_500_517);
    expect(scaled("54", 2)).toBe(5_400);
    expect(scaled("1.2399", 2)).toBe(124);
  });
});

describe("weights", () => {
  const limits = { weightPerMinute: 10, ordersPer10s: 2, ordersPerDay: 3 };
  const refusal = (act: () => unknown): WireError => {
    try {
      act();
    } catch (error) {
      if (error instanceof WireError) return error;
    }
    throw new Error("was not refused");
  };

  test("past the minute's weight: 429 until the minute ends, then a ban for who goes on", () => {
    const weights = new Weights(limits);
    expect(weights.charge(60_000, 4)).toMatchObject({ "X-MBX-USED-WEIGHT-1M": "4" });
    expect(weights.charge(61_000, 6)).toMatchObject({ "X-MBX-USED-WEIGHT-1M": "10" });
    const over = refusal(() => weights.charge(75_000, 1));
    // The window that began at 60 s ends at 120 s: 45 s from 75 s.
    expect([over.status, over.code, over.headers["Retry-After"]]).toEqual([429, -1003, "45"]);
    expect(weights.charge(120_000, 1)).toMatchObject({ "X-MBX-USED-WEIGHT-1M": "1" });
    for (let i = 0; i < 100; i += 1) expect(refusal(() => weights.charge(121_000, 10)).status).toBe(429);
    expect(refusal(() => weights.charge(121_000, 10)).status).toBe(418);
    expect(refusal(() => weights.charge(200_000, 1)).status).toBe(418);
    expect(weights.charge(241_001, 1)).toMatchObject({ "X-MBX-USED-WEIGHT-1M": "1" });
  });

  test("orders are counted by account, per ten seconds and per day", () => {
    const weights = new Weights(limits);
    weights.chargeOrder(0, "a", 1);
    expect(weights.chargeOrder(1, "a", 1)).toEqual({
      "X-MBX-ORDER-COUNT-10S": "2",
      "X-MBX-ORDER-COUNT-1D": "2",
    });
    expect(refusal(() => weights.chargeOrder(2, "a", 1))).toMatchObject({ status: 429, code: -1015 });
    expect(weights.chargeOrder(2, "b", 1)).toMatchObject({ "X-MBX-ORDER-COUNT-10S": "1" });
    expect(refusal(() => weights.chargeOrder(10_000, "a", 1)).message).toContain("3 orders per 1 DAY");
  });
});

describe("options", () => {
  const cases: readonly (readonly [SandboxOptions, string])[] = [
    [{ speed: 0 }, "speed"],
    [{ port: 70_000 }, "port"],
    [
      { accounts: [{ name: "a", apiKey: "k", secret: "s", balances: { BTC: "-1" } }] },
      "accounts[0].balances.BTC",
    ],
    [{ notionalMin: "five" }, "notionalMin"],
    [{ market: { kind: "replay", path: ".", timeframe: "7m" } }, "market.timeframe"],
  ];
  test.each(cases)("%j is refused naming %s", (options, field) => {
    expect(refused(() => settle(options))).toBe(field);
  });
});

test("the same seed meets the same faults", () => {
  const meet = (seed: number): string => {
    const faults = new Faults({ seed, errorRatio: 0.3, loseRatio: 0.2 }, () => 0);
    return Array.from({ length: 60 }, () => {
      try {
        return faults.rest.judge("POST /api/v3/order")?.type ?? "-";
      } catch {
        return "e";
      }
    }).join("");
  };
  expect(meet(5)).toBe(meet(5));
  expect(meet(5)).not.toBe(meet(6));
});

test("candles fold into longer frames and page from either end", () => {
  const minute = 60_000;
  const series = new CandleSeries("1m");
  // Minute 0: 10, 12; minute 1: 9; minutes 2 and 3 did not trade; minute 5: 11.
  series.print(0, 10, 1, true);
  series.print(1, 12, 2, false);
  series.print(minute, 9, 3, true);
  series.print(5 * minute, 11, 4, true);
  expect(series.query("1m", undefined, undefined, 10).map((row) => row.openAt)).toEqual([
    0,
    minute,
    5 * minute,
  ]);
  const [five, next] = series.query("5m", 0, undefined, 10);
  expect(five).toMatchObject({ open: 10, high: 12, low: 9, close: 9, lots: 6, trades: 3, takerLots: 4 });
  expect(next).toMatchObject({ openAt: 5 * minute, open: 11, lots: 4 });
  expect(series.query("5m", undefined, undefined, 1)).toEqual([next]);
  expect(series.query("1m", 1, undefined, 1)).toMatchObject([{ openAt: minute }]);
  expect(series.query("1m", undefined, 4 * minute, 1)).toMatchObject([{ openAt: minute }]);
  expect(series.since(minute)).toMatchObject({ open: 9, close: 11, lots: 7 });
});
