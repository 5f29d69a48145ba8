import { describe, expect, it } from "vitest";
import type { Ask, PortfolioCommand } from "../../../domain/portfolio/commands.ts";
import { STOP_TRIES_MAX } from "../../../domain/portfolio/keep-stops.ts";
import { updatesFor } from "../../../domain/portfolio/news.ts";
import type { SavedPortfolio } from "../../../domain/portfolio/save.ts";
import { portfolioView } from "../../../domain/portfolio/view.ts";
import { fromJson, toJson } from "../../../domain/values/json.ts";
import { format } from "../../../domain/values/values.ts";
import { holding, open, placed, protect, protection } from "./protected.ts";
import { Turns } from "./turns.ts";
import { aim, instrument, limit, of, only, strategy, time, types } from "./words.ts";

describe("an exit over a resting stop", () => {
  it("ends the stop, then sells, and places no other in between", () => {
    const { turns, stop } = holding();
    const wished = turns.propose("a", [aim(0)]);
    expect(types(wished)).toBe("Proposed, CancelRequested, AimSet");
    expect(types(turns.propose("a", [aim(0)]))).toBe("Proposed");
    const sold = turns.turn(turns.report(stop, "cancelled"));
    expect(types(sold)).toBe("OrderClosed, AimSet, OrderApproved, OrderPlaced");
    expect(placed(sold)).toBe("sell 5 market 0");
    const end = turns.turn(turns.fill(only(sold, "OrderPlaced").order, "5", "99"));
    expect(types(end)).toBe("OrderFilled, OrderClosed, ProtectionSet");
  });

  it("that sells a part protects the rest with the sale under way", () => {
    const { turns, stop } = holding();
    // equity 1000, target 2: sells 3
    turns.propose("a", [aim(0.2)]);
    const events = turns.turn(turns.report(stop, "cancelled"));
    const sent = of(events, "OrderPlaced").map((one) => `${one.sent.type} ${format(one.sent.quantity)}`);
    expect(sent).toEqual(["market 3", "stop-market 2"]);
  });

  it("refused by the venue, gives the stop back", () => {
    const { turns, stop } = holding();
    turns.propose("a", [aim(0)]);
    const { order } = only(turns.turn(turns.report(stop, "cancelled")), "OrderPlaced");
    const events = turns.turn(turns.report(order, "refused"));
    expect(placed(events)).toBe("sell 5 stop-market 90");
  });

  it("that would be refused does not cost the position its stop", () => {
    const { turns } = holding();
    const paused = { type: "InstrumentChanged", instrument: instrument("BTC/USDT", { status: "paused" }) };
    turns.turn({ ...paused, at: time(2_000) } as PortfolioCommand);
    expect(types(turns.propose("a", [aim(0)]))).toBe("Proposed, AimSet, OrderRefused short-not-allowed");
    expect(protection(turns)?.stop?.cancelling).toBe(false);
  });

  it("meets the stop on the way out: nothing is sold twice", () => {
    const { turns, stop } = holding();
    turns.propose("a", [aim(0)]);
    const events = turns.turn(turns.fill(stop, "5", "90"), turns.report(stop, "filled", "5"));
    expect(types(events)).toBe("OrderFilled, OrderClosed, AimSet, ProtectionSet");
  });
});

describe("a stop that ends unasked", () => {
  it("is placed again after growing pauses, a bounded number of times, and the strategy is told", () => {
    const turns = open().hold("a", "5");
    let { order } = only(turns.propose("a", [protect(90)]), "OrderPlaced");
    const pauses: number[] = [];
    for (let tries = 1; tries < STOP_TRIES_MAX; tries += 1) {
      const refused = turns.turn(turns.report(order, "refused"));
      expect(types(refused)).toBe("OrderClosed, StopFailed");
      const { againAt } = only(refused, "StopFailed");
      pauses.push(againAt! - turns.now);
      expect(turns.turn({ type: "KeepStops", at: time(againAt! - 1) })).toEqual([]);
      turns.now = againAt!;
      const again = turns.turn({ type: "KeepStops", at: time(turns.now) });
      expect(types(again)).toBe("StopDue, OrderApproved, OrderPlaced");
      ({ order } = only(again, "OrderPlaced"));
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => 1_000 * seconds));
    const last = only(turns.turn(turns.report(order, "refused")), "StopFailed");
    expect(last.againAt).toBeUndefined();
    expect(updatesFor(last)).toMatchObject([
      { strategy: "a", update: { tag: "protection", status: "blocked", reason: "protection-lost" } },
    ]);
    turns.now += 1_000_000;
    expect(turns.turn({ type: "KeepStops", at: time(turns.now) })).toEqual([]);
    expect(types(turns.propose("a", []))).toBe("Proposed");
    const [, book] = portfolioView(turns.state).strategies;
    expect(book?.positions[0]?.protection).toEqual({
      targets: [],
      owed: 0n,
      stopPrice: 90n * 10n ** 18n,
      keptBy: null,
      order: null,
      tries: 9,
      lost: true,
    });
    expect(placed(turns.propose("a", [protect(91)]))).toBe("sell 5 stop-market 91");
  });

  it("cancelled at the venue by hand after an hour, is placed again a second later", () => {
    const { turns, stop } = holding();
    turns.now += 3_600_000;
    expect(only(turns.turn(turns.report(stop, "cancelled")), "StopFailed")).toMatchObject({ tries: 1 });
    turns.now += 1_000;
    expect(placed(turns.propose("a", []))).toBe("sell 5 stop-market 90");
  });

  it("of unknown fate is waited for, and placed under a new id when it never arrived", () => {
    const turns = open().hold("a", "5");
    const { order } = only(turns.propose("a", [protect(90)]), "OrderPlaced");
    const told = { type: "RecordOutcome", order, at: time(2_000) } as const;
    expect(types(turns.turn({ ...told, outcome: "unknown" }))).toBe("OrderUnknown");
    expect(types(turns.propose("a", [protect(90)]))).toBe("Proposed");
    expect(types(turns.turn({ ...told, outcome: "never-arrived" }))).toBe("OrderClosed, StopFailed");
    turns.now += 2_000;
    expect(only(turns.propose("a", []), "OrderPlaced").order).not.toBe(order);
  });
});

describe("protection and the rest", () => {
  it("passes a halt of entries; a halt of all keeps the stop and places none until it ends", () => {
    const turns = open().hold("a", "5");
    turns.turn({ type: "Halt", level: "entries", by: "me", reason: "", at: time(2_000) });
    const { order } = only(turns.propose("a", [protect(90)]), "OrderPlaced");
    turns.turn(turns.report(order, "open"));
    turns.turn({ type: "Halt", level: "all", by: "me", reason: "", at: time(2_000) });
    expect(types(turns.propose("a", [protect(91)]))).toBe("Proposed, ProtectionSet");
    const resumed = turns.turn({ type: "Resume", by: "me", at: time(3_000) });
    expect(types(resumed)).toBe("Resumed, CancelRequested");
  });

  it("stays when all orders of its strategy are cancelled, and is withdrawn when stops are meant too", () => {
    const { turns, stop } = holding();
    const cancel = { type: "CancelOrders", strategy: strategy("a"), by: "me", at: time(2_000) } as const;
    expect(turns.turn(cancel)).toEqual([]);
    const events = turns.turn({ ...cancel, stops: true });
    expect(types(events)).toBe("ProtectionSet, CancelRequested");
    expect(types(turns.turn(turns.report(stop, "cancelled")))).toBe("OrderClosed");
  });

  it("the strategy cannot cancel the stop by its tag, nor take the tag", () => {
    const { turns } = holding();
    expect(types(turns.propose("a", [{ type: "cancel", tag: "protection" }]))).toBe("Proposed");
    const taken = { ...limit("sell", 1, 120), tag: "protection" } as Ask;
    expect(() => turns.propose("a", [taken])).toThrow(/asks\[0\].tag/);
    expect(() => turns.propose("a", [protect(-1)])).toThrow(/asks\[0\].stopPrice/);
  });

  it("survives a snapshot, and a snapshot from before it is read", () => {
    const { turns, stop } = holding();
    const loaded = turns.decider.load(fromJson(toJson(turns.decider.save(turns.state))));
    expect(toJson(turns.decider.save(loaded))).toBe(toJson(turns.decider.save(turns.state)));
    const after = new Turns({}, loaded);
    expect(after.turn({ type: "KeepStops", at: time(9_000) })).toEqual([]);
    expect(protection(after)?.stop?.order.id).toBe(stop);
    const { protections, orders, ...rest } = turns.decider.save(
      open().hold("a", "5").state,
    ) as SavedPortfolio;
    expect([protections, orders]).toEqual([[], []]);
    const old = new Turns({}, turns.decider.load({ ...rest, orders }));
    expect(old.position("a").quantity).toBe("5");
  });
});
