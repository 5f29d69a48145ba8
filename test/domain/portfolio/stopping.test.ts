/** What a strategy that stops leaves: no order, none to come, and with `flatten` nothing held. */
import { describe, expect, it } from "vitest";
import type { PortfolioCommand } from "../../../domain/portfolio/commands.ts";
import { undelivered } from "../../../domain/portfolio/news.ts";
import { Turns } from "./turns.ts";
import { aim, limit, of, only, strategy, time, types } from "./words.ts";

const open = () => new Turns().open({ USDT: "10000" }).allot("a", "1000").allot("b", "1000");
const cancel = (sequence?: number): PortfolioCommand => ({
  ...({ type: "CancelOrders", strategy: strategy("a"), by: "strategy stop", at: time(2_000) } as const),
  ...(sequence === undefined ? {} : { sequence }),
});

describe("orders of a strategy, cancelled", () => {
  it("with what was proposed before and comes later, also after a snapshot; the next proposal counts again", () => {
    const turns = open();
    turns.propose("a", [limit("buy", 1, 90)]);
    const [late, next] = [turns.proposal("a", [limit("buy", 1, 91)]), turns.proposal("a", [aim(0.1)])];
    expect(types(turns.turn(cancel(2)))).toBe("Proposed, CancelRequested");
    turns.state = turns.decider.load(structuredClone(turns.decider.save(turns.state)));
    expect(turns.turn(late)).toEqual([]);
    expect(turns.turn(cancel(2))).toEqual([]);
    expect(types(turns.turn(next))).toBe("Proposed, AimSet, OrderApproved, OrderPlaced");
  });

  it("passes over nothing of another strategy, nor of one that is not known", () => {
    const turns = open();
    const other = turns.proposal("b", [limit("buy", 1, 90)]);
    turns.turn(cancel(5), { ...cancel(5), strategy: strategy("nobody") } as PortfolioCommand);
    expect(types(turns.turn(other))).toBe("Proposed, OrderApproved, OrderPlaced");
  });

  it("and the aim that waits for one of them is not sized again when that has closed", () => {
    const turns = open();
    const { order } = only(turns.propose("a", [aim(0.2)]), "OrderApproved");
    turns.turn(turns.report(order.id, "open"));
    turns.propose("a", [aim(0.5)]);
    turns.propose("b", [aim(0.2)]);
    expect(turns.book("a").position(order.instrument).waiting).toBe(true);
    expect(types(turns.turn(cancel()))).toBe("AimSet, CancelRequested");
    expect(types(turns.turn(turns.report(order.id, "cancelled")))).toBe("OrderClosed");
    // Trading again, it wishes the same as before, and that is a new wish.
    expect(types(turns.propose("a", [aim(0.5)]))).toBe("Proposed, AimSet, OrderApproved, OrderPlaced");
  });
});

describe("flattening", () => {
  /** Holds 5, of which a resting sell offers all. */
  const offering = (size: number) => {
    const turns = open().hold("a", "5");
    const { order } = only(turns.propose("a", [limit("sell", size, 120)]), "OrderPlaced");
    turns.turn(turns.report(order, "open"));
    return { turns, order };
  };

  it("waits for the cancel of what offers all it holds, refusing nothing, and sells when that has closed", () => {
    const { turns, order } = offering(5);
    turns.turn(cancel());
    expect(types(turns.propose("a", [aim(0)]))).toBe("Proposed, AimSet");
    expect(types(turns.propose("a", [aim(0)]))).toBe("Proposed");
    const events = turns.turn(turns.report(order, "cancelled"));
    expect(types(events)).toBe("OrderClosed, AimSet, OrderApproved, OrderPlaced");
    expect(only(events, "OrderPlaced").sent).toMatchObject({ side: "sell", type: "market" });
    expect(undelivered(turns.state).map(({ type }) => type)).toEqual(["place"]);
  });

  it("sells less when the offer filled in part before its cancel", () => {
    const { turns, order } = offering(5);
    turns.turn(cancel());
    turns.propose("a", [aim(0)]);
    turns.turn(turns.fill(order, "2", "120"));
    const { order: sold } = only(turns.turn(turns.report(order, "cancelled", "2")), "OrderApproved");
    expect(sold.quantity).toBe(3n * 10n ** 18n);
  });

  it("sells what is free at once, and is refused what orders that stay offer", () => {
    const { turns } = offering(3);
    turns.turn(cancel());
    expect(only(turns.propose("a", [aim(0)]), "OrderApproved").order.quantity).toBe(2n * 10n ** 18n);
    const kept = offering(5).turns;
    expect(of(kept.propose("a", [aim(0)]), "OrderRefused").map(({ rule }) => rule)).toEqual([
      "short-not-allowed",
    ]);
  });
});
