import { describe, expect, it } from "vitest";
import { parseRiskPlan } from "../../../domain/risk/plan.ts";
import { refused } from "../../refused.ts";

/** Impossible plans, and the field that is named. */
const cases: readonly (readonly [object, string])[] = [
  [{ gross: 1 }, "risk.gross"],
  [{ timeframe: "7m" }, "risk.timeframe"],
  [{ window: 10 }, "risk.window"],
  [{ exposure: { gross: 0 } }, "risk.exposure.gross"],
  [{ exposure: { gross: 1, net: 1.5 } }, "risk.exposure.net"],
  [{ exposure: { gross: 1, strategy: 2 } }, "risk.exposure.strategy"],
  [{ exposure: { asset: 0.5, cluster: 0.4 } }, "risk.exposure.asset"],
  [{ exposure: { net: 0.3, asset: 0.5 } }, "risk.exposure.asset"],
  [{ exposure: { clusterCorrelation: 0.5 } }, "risk.exposure.clusterCorrelation"],
  [{ tail: {} }, "risk.tail.valueAtRisk"],
  [{ tail: { valueAtRisk: 0.1, expectedShortfall: 0.05 } }, "risk.tail.expectedShortfall"],
  [{ tail: { valueAtRisk: 0.1, confidence: 0.999 } }, "risk.tail.confidence"],
  [{ tail: { valueAtRisk: 0.1, method: "guess" } }, "risk.tail.method"],
  [{ drawdown: 1.5 }, "risk.drawdown"],
  [{ drawdown: 0.1, dailyLoss: { max: 0.2 } }, "risk.dailyLoss.max"],
  [{ dailyLoss: {} }, "risk.dailyLoss.max"],
  [{ dailyLoss: { max: 0.1, timeZone: "Nowhere" } }, "risk.dailyLoss.timeZone"],
  [{ protections: {} }, "risk.protections"],
  [{ protections: [{ method: "x" }] }, "risk.protections.0.method"],
  [{ sizing: { method: "atr", risk: 2 } }, "risk.sizing.risk"],
  [{ sizing: { method: "kelly", estimate: "returns", trades: 200 } }, "risk.sizing.trades"],
  [{ stopsNeverLoosen: "yes" }, "risk.stopsNeverLoosen"],
  [{ controls: { restricted: "BTC" } }, "risk.controls.restricted"],
];

describe("a risk plan", () => {
  for (const [raw, field] of cases)
    it(`${JSON.stringify(raw)} is refused at ${field}`, () =>
      expect(refused(() => parseRiskPlan(raw))).toBe(field));

  it("is nothing where nothing is asked for", () => {
    expect(parseRiskPlan(undefined)).toBeUndefined();
    expect(parseRiskPlan({})).toBeUndefined();
  });

  it("has defaults that are told", () => {
    expect(parseRiskPlan({ drawdown: 0.2, protections: [{ method: "StoplossGuard" }] })).toMatchObject({
      timeframe: "1h",
      window: 120,
      drawdown: 0.2,
      guards: [{ method: "StoplossGuard", lookbackMs: 3_600_000, stopMs: 3_600_000, tradeLimit: 10 }],
      stopsNeverLoosen: false,
    });
  });
});
