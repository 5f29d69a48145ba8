/** Limits that people change while it runs: lower by one, raised by two, and what a new configuration may do. */
import { describe, expect, it } from "vitest";
import type { PortfolioCommand } from "../../../domain/portfolio/commands.ts";
import { limitsView } from "../../../domain/portfolio/limits-view.ts";
import { load, save } from "../../../domain/portfolio/save.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import { outcomeOf, RAISE_STANDS_MS, type LimitChange } from "../../../domain/risk/raises.ts";
import { toJson } from "../../../domain/values/json.ts";
import { Turns } from "../portfolio/turns.ts";
import { time } from "../portfolio/words.ts";

const configured = (turns: Turns, limits: object, approveRaises?: true) =>
  turns.turn({
    type: "SetRules",
    limits: parseLimits(limits),
    balanceSettleMs: 5_000,
    ...(approveRaises && { approveRaises }),
    at: time(turns.now),
  });

const begun = (limits: object = { orderNotionalMax: 100, ordersPerMinute: 10 }): Turns => {
  const turns = new Turns();
  configured(turns, limits);
  return turns;
};

type Told = Extract<PortfolioCommand, { type: "ChangeLimits" | "ApproveRaise" | "WithdrawRaise" }>;
const tell = (turns: Turns, command: Omit<Told, "at">) =>
  outcomeOf(turns.turn({ ...command, at: time(turns.now) } as Told));
const change = (turns: Turns, to: LimitChange, by = "ann") =>
  tell(turns, { type: "ChangeLimits", change: to, by } as Told);
const approve = (turns: Turns, number: number, by: string) =>
  tell(turns, { type: "ApproveRaise", number, by } as Told);
const now = (turns: Turns) => limitsView(turns.state).limits;

describe("limits changed while it runs", () => {
  it.each<[string, LimitChange, string]>([
    ["a smaller amount", { orderNotionalMax: "50" }, "changed"],
    ["a new limit", { grossNotionalMax: 1_000 }, "changed"],
    ["the same once more", { orderNotionalMax: "100" }, "unchanged"],
    ["a larger amount", { orderNotionalMax: "101" }, "asked"],
    ["more orders", { ordersPerMinute: "11" }, "asked"],
    ["a limit taken away", { orderNotionalMax: null }, "asked"],
    ["a wider collar", { collarPercent: 3 }, "asked"],
    ["one lowered, one raised", { orderNotionalMax: "50", ordersPerMinute: 11 }, "asked"],
  ])("%s is %s", (_, to, outcome) => {
    const turns = begun();
    const before = toJson(now(turns));
    expect(change(turns, to)).toMatchObject({ outcome });
    expect(toJson(now(turns)) === before).toBe(outcome !== "changed");
  });

  it("are checked as in a configuration", () => {
    const turns = begun();
    expect(() => change(turns, { orderNotionalMax: "-1" })).toThrow(
      "limits.orderNotionalMax: expected a decimal above 0",
    );
    expect(() => change(turns, { grossNotionalMax: "99" })).toThrow(
      "limits.orderNotionalMax: expected at most grossNotionalMax",
    );
    expect(() => change(turns, { orderMax: "99" })).toThrow("limits.orderMax: expected one of");
  });

  it("are raised by a second person, before the ask has ended", () => {
    const turns = begun();
    expect(change(turns, { orderNotionalMax: "200" })).toMatchObject({ outcome: "asked", number: 1 });
    expect(approve(turns, 1, "ann")).toEqual({ outcome: "same-person", number: 1 });
    expect(now(turns)).toMatchObject({ orderNotionalMax: "100" });
    expect(approve(turns, 1, "bob")).toEqual({ outcome: "approved", number: 1 });
    expect(now(turns)).toMatchObject({ orderNotionalMax: "200" });
    expect(() => approve(turns, 1, "bob")).toThrow("number: expected a raise that waits (none does)");

    expect(change(turns, { orderNotionalMax: "300" })).toMatchObject({ number: 2 });
    turns.now += RAISE_STANDS_MS;
    expect(approve(turns, 2, "bob")).toEqual({ outcome: "expired", number: 2 });
    expect(now(turns)).toMatchObject({ orderNotionalMax: "200" });
    expect(change(turns, { orderNotionalMax: "300" })).toMatchObject({ number: 3 });
    expect(tell(turns, { type: "WithdrawRaise", number: 3, by: "cid" } as Told)).toMatchObject({
      outcome: "withdrawn",
    });
    expect(limitsView(turns.state).waiting).toEqual([]);
  });

  it("stand over restarts and snapshots, until the configuration says something else of them", () => {
    const turns = begun();
    change(turns, { orderNotionalMax: "50", ordersPerMinute: 5 });
    change(turns, { ordersPerMinute: 7 });
    const saved = save(turns.state);
    const again = load(structuredClone(saved));
    expect(toJson(save(again))).toBe(toJson(saved));
    expect(limitsView(again)).toEqual(limitsView(turns.state));
    expect(configured(turns, { orderNotionalMax: 100, ordersPerMinute: 10 })).toEqual([]);
    expect(now(turns)).toMatchObject({ orderNotionalMax: "50", ordersPerMinute: 5 });
    configured(turns, { orderNotionalMax: 100, ordersPerMinute: 8 });
    expect(now(turns)).toMatchObject({ orderNotionalMax: "50", ordersPerMinute: 8 });
    expect(limitsView(turns.state).configured).toMatchObject({ orderNotionalMax: "100" });
    // What the configuration takes away is gone.
    configured(turns, { ordersPerMinute: 8 });
    expect(now(turns)).not.toHaveProperty("orderNotionalMax");
  });

  it("wait for approval where the configuration raises them and approveRaises was on before", () => {
    const turns = begun();
    configured(turns, { orderNotionalMax: 100, ordersPerMinute: 10 }, true);
    // Raised and switched off at once: bound once more. What is lowered counts.
    configured(turns, { orderNotionalMax: 500, ordersPerMinute: 9 });
    expect(now(turns)).toMatchObject({ orderNotionalMax: "100", ordersPerMinute: 9 });
    expect(configured(turns, { orderNotionalMax: 500, ordersPerMinute: 9 })).toEqual([]);
    expect(limitsView(turns.state).waiting).toMatchObject([
      { by: "configuration", change: { orderNotionalMax: "500" } },
    ]);
    expect(approve(turns, 1, "bob")).toMatchObject({ outcome: "approved" });
    expect(now(turns)).toMatchObject({ orderNotionalMax: "500" });
  });
});
