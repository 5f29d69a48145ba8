/** What each level of degradation lets pass, and what a change of level does to the orders that are out. */
import { describe, expect, it } from "vitest";
import { portfolioDecider } from "../../../domain/portfolio/portfolio.ts";
import { portfolioView } from "../../../domain/portfolio/view.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import { fromJson, toJson } from "../../../domain/values/json.ts";
import type { PortfolioId } from "../../../domain/values/values.ts";
import { protect } from "./protected.ts";
import { Turns } from "./turns.ts";
import { ACCOUNT, aim, instrument, limit, only, strategy, time, types } from "./words.ts";

const open = () => new Turns().open({ USDT: "10000" }, instrument()).allot("a", "1000").allot("b", "1000");
const silent = { reducing: 15_000, "exits-only": 60_000, halted: 600_000 } as const;

describe("a change of level", () => {
  it("is an event with reason and figures; the same again is none", () => {
    const turns = open();
    expect(turns.observe({ market: 14_000 })).toEqual([]);
    expect(only(turns.observe({ market: 16_000 }), "DegradationChanged")).toMatchObject({
      account: ACCOUNT,
      level: "reducing",
      from: "full",
      reason: "market",
      ms: 16_000,
      limitMs: 15_000,
    });
    expect(turns.observe({ market: 17_000 })).toEqual([]);
    expect(only(turns.observe({ market: 1_000, clock: 5_500 }), "DegradationChanged")).toMatchObject({
      level: "halted",
      reason: "clock",
    });
  });

  it("for the better waits until nothing worse was seen for a while", () => {
    const turns = open();
    turns.observe({ account: 300_000 });
    expect(turns.observe({}, "exits-only")).toEqual([]);
    expect(only(turns.observe({}, "reducing"), "DegradationChanged")).toMatchObject({
      level: "reducing",
      from: "exits-only",
      reason: "recovered",
    });
    expect(only(turns.observe({}), "DegradationChanged")).toMatchObject({ level: "full" });
    const [account] = portfolioView(turns.state).accounts;
    expect(account).toMatchObject({ level: "full", degraded: null });
    expect(portfolioView(turns.state).counters.levels).toEqual({ "exits-only": 1, reducing: 1, full: 1 });
  });

  it("of an account that is not opened yet changes nothing, and without a ladder all are full", () => {
    expect(new Turns().observe({ market: 900_000 })).toEqual([]);
    const turns = open();
    turns.observe({ market: 900_000 });
    const without = portfolioDecider({
      id: "p" as PortfolioId,
      limits: parseLimits({}),
      balanceSettleMs: 5_000,
    });
    const [event] = without.decide(turns.state, turns.observed({ market: 900_000 }, "halted"));
    expect(event).toMatchObject({ type: "DegradationChanged", level: "full", reason: "recovered" });
  });

  it("survives a snapshot", () => {
    const turns = open();
    turns.observe({ market: 70_000 });
    const { decider } = turns;
    const loaded = decider.load(fromJson(toJson(decider.save(turns.state))));
    expect(toJson(decider.save(loaded))).toBe(toJson(decider.save(turns.state)));
    const after = new Turns({}, loaded);
    expect(types(after.observe({}, "exits-only"))).toBe("");
    expect(portfolioView(after.state).accounts[0]).toMatchObject({
      level: "exits-only",
      degraded: { reason: "market", ms: 70_000, limitMs: 60_000 },
    });
  });
});

describe("entries and exits", () => {
  it.each(["reducing", "exits-only"] as const)("%s: no buys, told once; sells and cancels pass", (level) => {
    const turns = open().hold("a", "5");
    const resting = only(turns.propose("a", [limit("sell", 1, 120)]), "OrderPlaced").order;
    turns.turn(turns.report(resting, "open"));
    turns.observe({ market: silent[level] });
    expect(types(turns.propose("b", [aim(0.5)]))).toBe("Proposed, AimSet, OrderRefused degraded");
    expect(types(turns.propose("b", [aim(0.6)]))).toBe("Proposed, AimSet");
    expect(types(turns.propose("a", [{ type: "cancel", tag: "t" }]))).toBe("Proposed, CancelRequested");
    turns.turn(turns.report(resting, "cancelled"));
    expect(types(turns.propose("a", [aim(0)]))).toBe("Proposed, AimSet, OrderApproved, OrderPlaced");
    turns.observe({});
    expect(types(turns.propose("b", [aim(0.6)]))).toBe("Proposed, OrderApproved, OrderPlaced");
  });

  it("halted: nothing but cancels", () => {
    const turns = open().hold("a", "5");
    const resting = only(turns.propose("a", [limit("sell", 1, 120)]), "OrderPlaced").order;
    turns.turn(turns.report(resting, "open"));
    turns.observe({ market: silent.halted });
    expect(types(turns.propose("a", [aim(0)]))).toBe("Proposed, AimSet, OrderRefused degraded");
    expect(types(turns.propose("a", [{ type: "cancel", tag: "t" }]))).toBe("Proposed, CancelRequested");
  });

  it("resting entries stay at reducing and are cancelled at exits only, once", () => {
    const turns = open().hold("a", "5");
    const bid = only(turns.propose("a", [limit("buy", 1, 90)]), "OrderPlaced").order;
    const offer = only(turns.propose("a", [limit("sell", 1, 120, { tag: "out" })]), "OrderPlaced").order;
    turns.turn(turns.report(bid, "open"), turns.report(offer, "open"));
    expect(types(turns.observe({ market: 20_000 }))).toBe("DegradationChanged");
    const events = turns.observe({ market: 70_000 });
    expect(types(events)).toBe("DegradationChanged, CancelRequested");
    expect(only(events, "CancelRequested")).toMatchObject({ order: bid, why: "degraded" });
    expect(types(turns.observe({ market: 700_000 }))).toBe("DegradationChanged");
  });

  it("an entry that was approved and not sent is withdrawn", () => {
    const turns = open();
    const events = turns.turn(turns.proposal("a", [aim(0.5)]), turns.observed({ market: 20_000 }));
    expect(types(events)).toBe("Proposed, AimSet, OrderApproved, DegradationChanged, OrderClosed");
    expect(only(events, "OrderClosed")).toMatchObject({ status: "cancelled", reason: "degraded" });
    expect(turns.free("a")).toBe("1000");
  });
});

describe("protection", () => {
  it("is placed at exits only; halted keeps the stop that rests, and moves it when it is over", () => {
    const turns = open().hold("a", "5");
    turns.observe({ market: silent["exits-only"] });
    const { order } = only(turns.propose("a", [protect(90)]), "OrderPlaced");
    turns.turn(turns.report(order, "open"));
    turns.observe({ market: silent.halted });
    expect(types(turns.propose("a", [protect(92)]))).toBe("Proposed, ProtectionSet");
    expect(types(turns.observe({}))).toBe("DegradationChanged, CancelRequested");
    expect(types(turns.turn(turns.report(order, "cancelled")))).toBe(
      "OrderClosed, OrderApproved, OrderPlaced",
    );
  });
});

it("a person's halt and the ladder do not lift each other", () => {
  const turns = open();
  turns.turn({ type: "Halt", level: "entries", by: "me", reason: "", at: time(2_000) });
  turns.observe({ market: 20_000 });
  turns.turn({ type: "Resume", by: "me", at: time(2_000) });
  expect(types(turns.propose("a", [aim(0.5)]))).toBe("Proposed, AimSet, OrderRefused degraded");
  turns.turn({ type: "Halt", level: "entries", by: "me", reason: "", at: time(2_000) });
  turns.observe({});
  expect(types(turns.propose("a", [aim(0.5)]))).toBe("Proposed, OrderRefused halted");
  expect(turns.book("a").strategy).toBe(strategy("a"));
});
