import { describe, expect, it } from "vitest";
import type { Ask, PortfolioCommand } from "../../../domain/portfolio/commands.ts";
import { effectOf } from "../../../domain/portfolio/news.ts";
import { format } from "../../../domain/values/values.ts";
import { holding, open, placed, protect, protection } from "./protected.ts";
import { BTC, aim, instrument, limit, mark, only, types } from "./words.ts";

describe("a protected position", () => {
  it("gets one stop of its size, on the grid, that no breaker holds back", () => {
    const turns = open().hold("a", "5");
    const events = turns.propose("a", [protect(90.005)]);
    expect(types(events)).toBe("Proposed, ProtectionSet, OrderApproved, OrderPlaced");
    // tick 0.01: not more eager than asked
    expect(placed(events)).toBe("sell 5 stop-market 90");
    expect(effectOf(only(events, "OrderPlaced"))).toMatchObject({
      type: "place",
      order: { reduceOnly: true },
    });
    expect(turns.free("a", "BTC")).toBe("0");
    expect(types(turns.propose("a", [protect(90)]))).toBe("Proposed");
  });

  it("gets it as soon as the first part of the entry has filled, and the stop follows", () => {
    const turns = open();
    const events = turns.propose("a", [aim(0.5), protect(90)]);
    expect(types(events)).toBe("Proposed, AimSet, OrderApproved, ProtectionSet, OrderPlaced");
    const { order: entry } = only(events, "OrderPlaced");
    const first = turns.turn(turns.fill(entry, "2", "100"));
    expect(placed(first)).toBe("sell 2 stop-market 90");
    const { order: stop } = only(first, "OrderPlaced");
    // 5 of 5 have filled: the stop of 2 must end before one of 5 is placed.
    const second = turns.turn(turns.fill(entry, "3", "100"));
    expect(types(second)).toBe("OrderFilled, OrderClosed, CancelRequested");
    expect(only(second, "CancelRequested")).toMatchObject({ order: stop, why: "moved" });
    expect(placed(turns.turn(turns.report(stop, "cancelled")))).toBe("sell 5 stop-market 90");
  });

  it("a first part too small for a stop is not told, the rest brings it", () => {
    const turns = open();
    const { order: entry } = only(turns.propose("a", [aim(0.5), protect(90)]), "OrderPlaced");
    // 0.05 x 90 = 4.5 USDT < 5
    expect(types(turns.turn(turns.fill(entry, "0.05", "100")))).toBe("OrderFilled");
    expect(placed(turns.turn(turns.fill(entry, "1", "100")))).toBe("sell 1.05 stop-market 90");
  });

  it("a moved wish ends the stop first and places another when it has ended", () => {
    const { turns, stop } = holding();
    const moved = turns.propose("a", [protect(95)]);
    expect(types(moved)).toBe("Proposed, ProtectionSet, CancelRequested");
    // moved again meanwhile: the last wish counts
    expect(types(turns.propose("a", [protect(94), protect(96)]))).toBe("Proposed, ProtectionSet");
    const after = turns.turn(turns.report(stop, "cancelled"));
    expect(placed(after)).toBe("sell 5 stop-market 96");
  });

  it("that triggers while it is being moved leaves nothing to protect", () => {
    const { turns, stop } = holding();
    turns.propose("a", [protect(95)]);
    const events = turns.turn(turns.fill(stop, "5", "90"), turns.report(stop, "filled", "5"));
    expect(types(events)).toBe("OrderFilled, OrderClosed, ProtectionSet");
    expect(protection(turns)).toBeUndefined();
    expect(turns.position("a").quantity).toBe("0");
  });

  it("that fills in part keeps its stop, and the wish ends with the position", () => {
    const { turns, stop } = holding();
    expect(types(turns.turn(turns.fill(stop, "2", "90")))).toBe("OrderFilled");
    const end = turns.turn(turns.fill(stop, "3", "90"));
    expect(types(end)).toBe("OrderFilled, OrderClosed, ProtectionSet");
    expect(only(end, "ProtectionSet")).toMatchObject({ reason: "flat" });
    // a new entry is not under the old wish
    const again = turns.propose("a", [aim(0.3)]);
    const { order } = only(again, "OrderPlaced");
    expect(types(turns.turn(turns.fill(order, "3", "100")))).toBe("OrderFilled, OrderClosed");
  });

  it("withdrawn, its stop is removed", () => {
    const { turns, stop } = holding();
    const events = turns.propose("a", [protect()]);
    expect(types(events)).toBe("Proposed, ProtectionSet, CancelRequested");
    expect(types(turns.turn(turns.report(stop, "cancelled")))).toBe("OrderClosed");
    expect(protection(turns)).toBeUndefined();
    expect(turns.state.protections.size).toBe(0);
  });

  it("below its stop price already, it is sold at the market", () => {
    const turns = open().hold("a", "5");
    const events = turns.propose("a", [protect(90)], { [BTC]: mark("89") });
    expect(placed(events)).toBe("sell 5 market 0");
  });

  it("is sold at the market when the venue says that the price has passed the stop", () => {
    const turns = open().hold("a", "5");
    const { order } = only(turns.propose("a", [protect(90)]), "OrderPlaced");
    const refused = turns.report(order, "refused") as Extract<PortfolioCommand, { type: "RecordReport" }>;
    const told = { ...refused, report: { ...refused.report, reason: "would-take" } };
    const events = turns.turn(told);
    expect(types(events)).toBe("OrderClosed, OrderApproved, OrderPlaced");
    expect(placed(events)).toBe("sell 5 market 0");
  });

  it("takes a stop-limit as far down as the collar where the venue knows no other", () => {
    const turns = open(instrument("BTC/USDT", { stops: "stop-limit" })).hold("a", "5");
    const { sent } = only(turns.propose("a", [protect(90)]), "OrderPlaced");
    // 90 less 2 % = 88.2
    expect([sent.type, format(sent.stopPrice!), format(sent.price!)]).toEqual(["stop-limit", "90", "88.2"]);
  });

  it("a stop of the strategy's own is kept by the portfolio where the venue takes none of its kind", () => {
    const stop = (orderType: "stop-market" | "stop-limit"): Ask => ({
      ...{ type: "place", instrument: BTC, side: "sell", orderType, quantity: 1, stopPrice: 90, tag: "mine" },
      ...(orderType === "stop-limit" ? { price: 90 } : {}),
    });
    const limited = open(instrument("BTC/USDT", { stops: "stop-limit" })).hold("a", "5");
    expect(types(limited.propose("a", [stop("stop-market")]))).toBe("Proposed, OrderApproved, OrderKept");
    expect(types(limited.propose("a", [stop("stop-limit")]))).toBe("Proposed, OrderApproved, OrderPlaced");
    const none = open(instrument("BTC/USDT", { stops: "none" })).hold("a", "5");
    expect(types(none.propose("a", [stop("stop-limit")]))).toBe("Proposed, OrderApproved, OrderKept");
  });

  it("dust gets none, and that is told once", () => {
    const turns = open().hold("a", "0.06");
    // 0.06 x 80 = 4.8 USDT < 5
    const events = turns.propose("a", [protect(80)]);
    expect(types(events)).toBe("Proposed, ProtectionSet, OrderRefused below-minimum");
    expect(types(turns.propose("a", []))).toBe("Proposed");
  });

  it("keeps the quantity that other sells of the strategy hold out of the stop", () => {
    const turns = open().hold("a", "5");
    turns.propose("a", [limit("sell", 2, 120)]);
    expect(placed(turns.propose("a", [protect(90)]))).toBe("sell 3 stop-market 90");
  });
});
