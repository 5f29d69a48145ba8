/** What a configuration may loosen of a risk plan beside its numbers, and that it waits for somebody where raises do. */
import { describe, expect, it } from "vitest";
import { limitsView } from "../../../domain/portfolio/limits-view.ts";
import { load, save } from "../../../domain/portfolio/save.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import { parseRiskPlan } from "../../../domain/risk/plan.ts";
import { loosenedParts } from "../../../domain/risk/plan-parts.ts";
import { outcomeOf, RAISE_STANDS_MS } from "../../../domain/risk/raises.ts";
import { toJson } from "../../../domain/values/json.ts";
import { under } from "../portfolio/planned.ts";
import type { Turns } from "../portfolio/turns.ts";
import { BTC, limit, mark, of, time } from "../portfolio/words.ts";

const configured = (turns: Turns, risk: object | undefined) =>
  turns.turn({
    ...{ type: "SetRules", limits: parseLimits({}), balanceSettleMs: 5_000, approveRaises: true },
    ...(risk && { risk: parseRiskPlan(risk) }),
    at: time(turns.now),
  });
const approve = (turns: Turns, number: number) =>
  outcomeOf(turns.turn({ type: "ApproveRaise", number, by: "bob", at: time(turns.now) })).outcome;
/** What an entry is refused for. */
const entry = (turns: Turns) =>
  of(turns.propose("a", [limit("buy", 1, 100)], { [BTC]: mark("100") }), "OrderRefused").map(
    ({ rule }) => rule,
  );
const waiting = (turns: Turns) =>
  limitsView(turns.state).waiting.map(({ number, change }) => [number, change]);

describe("looser than before", () => {
  const cooldown = { method: "CooldownPeriod", stop_duration: 10 };
  const ny = { timeZone: "America/New_York", sessions: { mon: ["09:30-16:00"] } };
  const rates = { name: "rates", at: "2026-03-18T14:00:00Z", beforeMinutes: 30 };
  const barred = (...names: string[]) => names.map((name) => ({ names: [name], barred: ["US"] }));
  it.each<[string, object, object, string[]]>([
    ["nothing", { window: 100 }, { window: 100 }, []],
    ["a name taken off", { controls: { restricted: ["XMR", "DOGE"] } }, { controls: { restricted: ["XMR"] } }, ["controls.restricted"]], // prettier-ignore
    ["a wider name", { controls: { restricted: ["XMR/USDT"] } }, { controls: { restricted: ["XMR"] } }, []],
    ["a name allowed more", { controls: { allowed: ["BTC"] } }, { controls: { allowed: ["BTC", "XMR"] } }, ["controls.allowed"]], // prettier-ignore
    ["all allowed", { controls: { allowed: ["BTC"] } }, {}, ["controls.allowed"]],
    ["fewer allowed", { controls: { allowed: ["BTC", "ETH"] } }, { controls: { allowed: ["BTC"] } }, []],
    ["fewer than all allowed", {}, { controls: { allowed: ["BTC"] } }, []],
    ["another home", { controls: { jurisdiction: { home: "US-NY", rules: barred("XMR") } } }, { controls: { jurisdiction: { home: "DE", rules: barred("XMR") } } }, ["controls.jurisdiction"]], // prettier-ignore
    ["a bar more", { controls: { jurisdiction: { home: "DE", rules: barred("XMR") } } }, { controls: { jurisdiction: { home: "DE", rules: barred("A", "XMR") } } }, []], // prettier-ignore
    ["no calendar", { controls: { calendars: [ny] } }, {}, ["controls.calendars"]],
    ["an event to come", { controls: { events: [rates] } }, {}, ["controls.events"]],
    ["an event of the past", { controls: { events: [{ ...rates, at: "2020-01-01T00:00:00Z" }] } }, {}, []],
    [
      "no funding times",
      { controls: { funding: { everyHours: 8, beforeMinutes: 15 } } },
      {},
      ["controls.funding"],
    ],
    ["more messages free", { controls: { orderToTrade: { max: 5, free: 10 } } }, { controls: { orderToTrade: { max: 5, free: 20 } } }, ["controls.orderToTrade.free"]], // prettier-ignore
    ["a model's strategy", { controls: { models: { strategies: ["a", "b"], exposure: 1 } } }, { controls: { models: { strategies: ["a"], exposure: 1 } } }, ["controls.models.strategies"]], // prettier-ignore
    ["a protection", { protections: [cooldown] }, {}, ["protections"]],
    [
      "a protection more",
      { protections: [cooldown] },
      { protections: [cooldown, { method: "StoplossGuard" }] },
      [],
    ],
    ["fewer clusters", { exposure: { cluster: 0.4, clusterCorrelation: 0.6 } }, { exposure: { cluster: 0.4, clusterCorrelation: 0.8 } }, ["exposure.clusterCorrelation"]], // prettier-ignore
    ["less confidence", { tail: { valueAtRisk: 0.1, confidence: 0.95 } }, { tail: { valueAtRisk: 0.1, confidence: 0.9 } }, ["tail.confidence"]], // prettier-ignore
    ["no tail: its numbers say it", { tail: { valueAtRisk: 0.1 } }, {}, []],
    ["a milder crash", { stress: [{ name: "c", shocks: { BTC: -0.3 }, max: 0.2 }] }, { stress: [{ name: "c", shocks: { BTC: -0.1 }, max: 0.2 }] }, ["stress"]], // prettier-ignore
    ["no size", { sizing: { method: "volatility-target", volatility: 0.4 } }, {}, ["sizing"]],
    ["a size where there was none", {}, { sizing: { method: "volatility-target", volatility: 0.4 } }, []],
    [
      "a size above what is asked",
      {},
      { sizing: { method: "volatility-target", volatility: 0.4, most: 2 } },
      ["sizing"],
    ],
    ["stops may loosen", { stopsNeverLoosen: true, haltOnLiquidation: true }, {}, ["haltOnLiquidation", "stopsNeverLoosen"]], // prettier-ignore
    ["another day", { dailyLoss: { max: 0.1, timeZone: "UTC" } }, { dailyLoss: { max: 0.1, timeZone: "Asia/Tokyo" } }, ["dailyLoss.timeZone"]], // prettier-ignore
  ])("%s", (_, before, after, names) => {
    const read = (raw: object) => parseRiskPlan({ timeframe: "1h", ...raw });
    const now = Date.parse("2026-01-01T00:00:00Z");
    expect(loosenedParts(read(before), read(after), now)).toEqual(names.map((name) => `risk.${name}`));
    expect(loosenedParts(undefined, read(after), now)).toEqual([]);
  });
});

describe("a loosened list", () => {
  const lists = { controls: { restricted: ["BTC", "XMR"] } };
  const bound = (): Turns => {
    const turns = under(lists);
    configured(turns, lists);
    return turns;
  };

  it("goes on, with what is named anew, until somebody approves, by value", () => {
    const turns = bound();
    configured(turns, { controls: { restricted: ["XMR", "DOGE"] } });
    expect(turns.state.rules!.risk!.controls.restricted).toEqual(["BTC", "XMR", "DOGE"]);
    expect(entry(turns)).toEqual(["restricted"]);
    expect(waiting(turns)).toEqual([[1, { "risk.controls.restricted": '["XMR","DOGE"]' }]]);
    const saved = save(turns.state);
    expect(toJson(save(load(structuredClone(saved))))).toBe(toJson(saved));
    expect(approve(turns, 1)).toBe("approved");
    expect(turns.state.rules!.risk!.controls.restricted).toEqual(["XMR", "DOGE"]);
    expect(entry(turns)).toEqual([]);
  });

  it("goes on when the configuration drops the plan, and is gone when that is approved", () => {
    const turns = bound();
    configured(turns, undefined);
    expect([entry(turns), waiting(turns)]).toEqual([
      ["restricted"],
      [[1, { "risk.controls.restricted": "[]" }]],
    ]);
    approve(turns, 1);
    expect(entry(turns)).toEqual([]);
  });

  it("is asked for by the latest configuration alone, again when the ask has ended, and by no person", () => {
    const turns = bound();
    configured(turns, undefined);
    configured(turns, { controls: { restricted: ["XMR"] } });
    expect(waiting(turns)).toEqual([[2, { "risk.controls.restricted": '["XMR"]' }]]);
    expect(() => approve(turns, 1)).toThrow("number: expected a raise that waits (2)");
    const start = () => configured(turns, { controls: { restricted: ["XMR"] } });
    expect(start()).toEqual([]);
    turns.now += RAISE_STANDS_MS;
    start();
    expect(waiting(turns).map(([number]) => number)).toEqual([3]);
    turns.turn({ type: "WithdrawRaise", number: 3, by: "ann", at: time(turns.now) });
    start();
    expect([waiting(turns).map(([number]) => number), entry(turns)]).toEqual([[4], ["restricted"]]);
    const change = { "risk.controls.restricted": "[]" };
    expect(() => turns.turn({ type: "ChangeLimits", change, by: "ann", at: time(turns.now) })).toThrow(
      "risk.controls.restricted: expected one of",
    );
  });
});
