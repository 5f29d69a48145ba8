/** The numbers of a risk plan changed while it runs: lower by one person, raised by two, and what a new configuration may do. */
import { describe, expect, it } from "vitest";
import { limitsView } from "../../../domain/portfolio/limits-view.ts";
import { load, save } from "../../../domain/portfolio/save.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import { parseRiskPlan } from "../../../domain/risk/plan.ts";
import { outcomeOf, type LimitChange } from "../../../domain/risk/raises.ts";
import { toJson } from "../../../domain/values/json.ts";
import { under } from "../portfolio/planned.ts";
import type { Turns } from "../portfolio/turns.ts";
import { BTC, limit, mark, of, time } from "../portfolio/words.ts";

const plan = {
  exposure: { gross: 0.5, asset: 0.4, cluster: 0.45, clusterCorrelation: 0.6 },
  tail: { valueAtRisk: 0.1 },
  stress: [{ name: "crash", shocks: { BTC: -0.3 }, max: 0.25 }],
  drawdown: 0.2,
  dailyLoss: { max: 0.05 },
  controls: {
    cancelsPerMinute: 60,
    orderToTrade: { max: 50 },
    models: { strategies: ["a"], exposure: 0.3, ordersPerHour: 4 },
  },
};

const change = (turns: Turns, to: LimitChange, by = "ann") =>
  outcomeOf(turns.turn({ type: "ChangeLimits", change: to, by, at: time(turns.now) }));
const approve = (turns: Turns, number: number, by: string) =>
  outcomeOf(turns.turn({ type: "ApproveRaise", number, by, at: time(turns.now) }));
const now = (turns: Turns) => limitsView(turns.state).limits;
const configured = (turns: Turns, risk: object | undefined, approveRaises?: true) =>
  turns.turn({
    type: "SetRules",
    limits: parseLimits({ collarPercent: 2 }),
    balanceSettleMs: 5_000,
    ...(risk && { risk: parseRiskPlan(risk) }),
    ...(approveRaises && { approveRaises }),
    at: time(turns.now),
  });

/** What an entry of this value is refused for. */
const entry = (turns: Turns, value: number) => {
  const events = turns.propose("a", [limit("buy", value / 100, 100)], { [BTC]: mark("100") });
  return of(events, "OrderRefused").map(({ rule }) => rule);
};

describe("a risk plan's limits while it runs", () => {
  it.each<[LimitChange, string]>([
    [{ "risk.exposure.gross": "0.45" }, "changed"],
    [{ "risk.exposure.net": 0.5 }, "changed"],
    [{ "risk.exposure.gross": 0.5 }, "unchanged"],
    [{ "risk.exposure.gross": 0.51 }, "asked"],
    [{ "risk.exposure.asset": null }, "asked"],
    [{ "risk.tail.valueAtRisk": "0.2" }, "asked"],
    [{ "risk.tail.expectedShortfall": "0.2" }, "changed"],
    [{ "risk.stress.crash": 0.3 }, "asked"],
    [{ "risk.stress.crash": 0.2 }, "changed"],
    [{ "risk.drawdown": 0.3 }, "asked"],
    [{ "risk.dailyLoss.max": 0.04 }, "changed"],
    [{ "risk.controls.cancelsPerMinute": 61 }, "asked"],
    [{ "risk.controls.orderToTrade.max": 51 }, "asked"],
    [{ "risk.controls.models.exposure": 0.31 }, "asked"],
    [{ "risk.controls.models.ordersPerHour": 3 }, "changed"],
    [{ "risk.exposure.gross": 0.45, grossNotionalMax: 10 }, "changed"],
    [{ "risk.exposure.gross": 0.45, collarPercent: 3 }, "asked"],
  ])("%j is %s", (to, outcome) => {
    const turns = under(plan);
    const before = toJson(now(turns));
    expect(change(turns, to)).toMatchObject({ outcome });
    expect(toJson(now(turns)) === before).toBe(outcome !== "changed");
    if (outcome !== "asked") return;
    expect(approve(turns, 1, "ann")).toMatchObject({ outcome: "same-person" });
    expect(toJson(now(turns))).toBe(before);
    expect(approve(turns, 1, "bob")).toMatchObject({ outcome: "approved" });
    for (const [name, value] of Object.entries(to))
      expect(now(turns)[name]).toBe(value === null ? undefined : Number(value));
  });

  it("count from the moment on at which the second person says yes", () => {
    const turns = under({ exposure: { gross: 0.5 } });
    expect(entry(turns, 600)).toEqual(["gross-exposure"]);
    change(turns, { "risk.exposure.gross": 0.7 });
    expect(entry(turns, 600)).toEqual(["gross-exposure"]);
    approve(turns, 1, "bob");
    expect(entry(turns, 600)).toEqual([]);
    change(turns, { "risk.exposure.gross": 0.6 });
    expect(entry(turns, 50)).toEqual(["gross-exposure"]);
  });

  it("are checked as in a configuration, and by name", () => {
    const turns = under(plan);
    const refused = (to: LimitChange) => expect(() => change(turns, to));
    refused({ "risk.exposure.gross": 0.39 }).toThrow("risk.exposure.asset: expected at most gross (0.39)");
    refused({ "risk.tail.valueAtRisk": null }).toThrow("risk.tail.valueAtRisk: expected a loss allowed");
    refused({ "risk.exposure.gross": "much" }).toThrow("risk.exposure.gross: expected a number");
    refused({ "risk.drawdown": 0.01 }).toThrow("risk.dailyLoss.max: expected at most drawdown (0.01)");
    refused({ "risk.exposure.grosss": 1 }).toThrow(
      "risk.exposure.grosss: expected one of risk.exposure.gross",
    );
    refused({ "risk.stress.flood": 1 }).toThrow("risk.stress.flood: expected one of");
    expect(() => change(under({ drawdown: 0.2 }), { "risk.tail.valueAtRisk": 0.1 })).toThrow(
      "expected one of",
    );
    const none = under(plan);
    configured(none, undefined);
    expect(() => change(none, { "risk.exposure.gross": 1 })).toThrow("the portfolio has no risk plan");
  });

  it("stand over restarts and snapshots, until the configuration says something else of them", () => {
    const turns = under(plan);
    change(turns, { "risk.exposure.gross": 0.46, "risk.dailyLoss.max": 0.04 });
    const saved = save(turns.state);
    const again = load(structuredClone(saved));
    expect(toJson(save(again))).toBe(toJson(saved));
    expect(limitsView(again)).toEqual(limitsView(turns.state));
    expect(configured(turns, plan)).toEqual([]);
    expect(now(turns)).toMatchObject({ "risk.exposure.gross": 0.46, "risk.dailyLoss.max": 0.04 });
    configured(turns, { ...plan, dailyLoss: { max: 0.06 }, window: 200 });
    expect(now(turns)).toMatchObject({ "risk.exposure.gross": 0.46, "risk.dailyLoss.max": 0.06 });
    expect(turns.state.rules!.risk!.window).toBe(200);
    expect(limitsView(turns.state).configured).toMatchObject({ "risk.exposure.gross": 0.5 });
    configured(turns, { drawdown: 0.2 });
    expect(now(turns)).not.toHaveProperty("risk.exposure.gross");
  });

  it("wait for approval where the configuration raises them or takes them away, and approveRaises was on before", () => {
    const turns = under(plan);
    configured(turns, plan, true);
    configured(turns, { ...plan, exposure: { ...plan.exposure, gross: 0.9, asset: 0.3 } }, true);
    expect(now(turns)).toMatchObject({ "risk.exposure.gross": 0.5, "risk.exposure.asset": 0.3 });
    expect(limitsView(turns.state).waiting).toMatchObject([
      { by: "configuration", change: { "risk.exposure.gross": 0.9 } },
    ]);
    approve(turns, 1, "bob");
    expect(now(turns)).toMatchObject({ "risk.exposure.gross": 0.9 });

    const before = now(turns);
    configured(turns, undefined, true);
    expect(now(turns)).toEqual(before);
    expect(configured(turns, undefined, true)).toEqual([]);
    expect(limitsView(turns.state).configured).not.toHaveProperty("risk.drawdown");
    const saved = save(turns.state);
    expect(toJson(save(load(structuredClone(saved))))).toBe(toJson(saved));
  });
});
