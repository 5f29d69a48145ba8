import { describe, expect, it } from "vitest";
import { effectOf, undelivered } from "../../../domain/portfolio/news.ts";
import { fromJson, toJson } from "../../../domain/values/json.ts";
import { format } from "../../../domain/values/values.ts";
import { Turns } from "./turns.ts";
import { BTC, aim, limit, mark, of, only, time, types, units } from "./words.ts";

/** a holds 5 BTC bought at 100 and 500 USDT; b and c have 1,000 USDT each. */
const open = () =>
  new Turns().open({ USDT: "10000" }).allot("a", "1000").allot("b", "1000").allot("c", "1000").hold("a", "5");

describe("opposite orders of one turn", () => {
  it("cross inside at the mid, without a fee; the account does not move", () => {
    const turns = open();
    const quoted = { [BTC]: mark("100", "109", "111") };
    const before = [turns.balance("BTC"), turns.balance("USDT")];
    const events = turns.turn(turns.proposal("a", [aim(0)], quoted), turns.proposal("b", [aim(0.5)], quoted));
    expect(types(events)).toBe(
      "Proposed, AimSet, OrderApproved, Proposed, AimSet, OrderApproved, Crossed, OrderClosed, OrderClosed",
    );
    // mid of 109 and 111; 5 x 110 = 550
    expect(only(events, "Crossed")).toMatchObject({
      price: units("110"),
      quantity: units("5"),
      notional: units("550"),
      buy: { strategy: "b", filled: units("5") },
      sell: { strategy: "a", filled: units("5") },
    });
    expect([turns.cash("a"), turns.cash("b")]).toEqual(["1050", "450"]);
    // a: 550 - 500
    expect(turns.position("a")).toEqual({ quantity: "0", cost: "0", realised: "50" });
    expect(turns.position("b")).toEqual({ quantity: "5", cost: "550", realised: "0" });
    expect([turns.balance("BTC"), turns.balance("USDT")]).toEqual(before);
  });

  it("what remains goes to the venue, in order of arrival", () => {
    const turns = open();
    const events = turns.turn(
      turns.proposal("b", [aim(0.3)]),
      turns.proposal("a", [aim(0)]),
      turns.proposal("c", [aim(0.4)]),
    );
    // a sells 5: 3 to b, 2 of the 4 that c wants; c's other 2 are bought outside
    expect(of(events, "Crossed").map((one) => [one.buy.strategy, format(one.quantity)])).toEqual([
      ["b", "3"],
      ["c", "2"],
    ]);
    const { sent } = only(events, "OrderPlaced");
    expect([sent.strategy, format(sent.quantity)]).toEqual(["c", "2"]);
    expect(undelivered(turns.state)).toMatchObject([{ type: "place", order: { quantity: units("2") } }]);
    const closed = only(turns.turn(turns.fill(sent.id, "2", "100")), "OrderClosed");
    expect([closed.status, format(closed.filled)]).toEqual(["filled", "4"]);
  });

  it("a remainder too small for the venue is dropped", () => {
    const turns = open();
    // a sells 5, b wants 5.04: 0.04 x 100 < 5 USDT
    const events = turns.turn(turns.proposal("a", [aim(0)]), turns.proposal("b", [aim(0.504)]));
    expect(of(events, "OrderClosed").map((one) => [one.strategy, one.status, one.reason])).toEqual([
      ["a", "filled", undefined],
      ["b", "cancelled", "below-minimum"],
    ]);
    expect(turns.free("b")).toBe("500");
  });

  it("limits cross only where both accept the mid; fill-or-kill and stops do not", () => {
    const turns = open();
    const sells = turns.proposal("a", [limit("sell", 1, 101), limit("sell", 1, 99)]);
    const events = turns.turn(
      sells,
      turns.proposal("b", [limit("buy", 1, 100, { timeInForce: "FOK" }), limit("buy", 0.5, 100)]),
    );
    expect(of(events, "Crossed").map((one) => format(one.quantity))).toEqual(["0.5"]);
  });

  it("the same strategy does not cross with itself", () => {
    const turns = open();
    const events = turns.propose("a", [limit("sell", 1, 99), limit("buy", 1, 100.5)]);
    expect(of(events, "Crossed")).toEqual([]);
    // the later wish stands: the sell is called back, the buy waits for it
    expect(types(events)).toBe(
      "Proposed, OrderApproved, OrderApproved, OrderPlaced, CancelRequested, OrderHeld",
    );
  });
});

describe("our own resting orders", () => {
  const rest = (turns: Turns, side: "buy" | "sell", at: number) => {
    const { order } = only(turns.propose("a", [limit(side, 1, at)]), "OrderPlaced");
    turns.turn(turns.report(order, "open"));
    return order;
  };

  it("are cancelled before a new order may meet them", () => {
    const turns = open();
    const resting = rest(turns, "sell", 101);
    const events = turns.propose("b", [limit("buy", 2, 101)]);
    expect(types(events)).toBe("Proposed, OrderApproved, CancelRequested, OrderHeld");
    const held = only(events, "OrderHeld");
    expect(held.behind).toEqual([resting]);
    expect(events.map(effectOf).filter((effect) => effect !== undefined)).toMatchObject([
      { type: "cancel", order: resting },
    ]);
    // reserved while it waits: 2 x 101 x 1.001
    expect(turns.free("b")).toBe("797.798");
    const after = turns.turn(turns.report(resting, "cancelled"));
    expect(types(after)).toBe("OrderClosed, OrderPlaced");
    expect(only(after, "OrderPlaced").order).toBe(held.order);
  });

  it("let the new one out as well when they fill before the cancel", () => {
    const turns = open();
    const resting = rest(turns, "sell", 101);
    const other = rest(turns, "sell", 100.5);
    const held = only(turns.propose("b", [limit("buy", 2, 101)]), "OrderHeld");
    expect(held.behind).toEqual([resting, other]);
    expect(types(turns.turn(turns.fill(resting, "1", "101")))).toBe("OrderFilled, OrderClosed");
    expect(types(turns.turn(turns.report(other, "cancelled")))).toBe("OrderClosed, OrderPlaced");
  });

  const meets: readonly (readonly [string, Parameters<typeof limit>[2], object, boolean])[] = [
    ["a lower limit does not meet them", 100.9, {}, false],
    ["post-only never takes", 101, { timeInForce: "PO" }, false],
    // touch 100, reach 0.5 %: up to 100.5
    [
      "a market order does not meet what stands far from the touch",
      0,
      { orderType: "market", price: undefined },
      false,
    ],
  ];
  for (const [name, at, change, expected] of meets)
    it(name, () => {
      const turns = open();
      rest(turns, "sell", 101);
      const events = turns.propose("b", [limit("buy", 1, at, change)]);
      expect(of(events, "OrderHeld").length > 0).toBe(expected);
    });

  it("a market order waits for one within its reach", () => {
    const turns = open();
    rest(turns, "sell", 100.5);
    expect(of(turns.propose("b", [aim(0.1)]), "OrderHeld")).toHaveLength(1);
  });

  it("a held order can be cancelled, replaced, and is dropped by a halt", () => {
    const turns = open();
    const resting = rest(turns, "sell", 100.5);
    turns.propose("b", [limit("buy", 1, 101)]);
    expect(types(turns.propose("b", [{ type: "cancel", tag: "t" }]))).toBe("Proposed, OrderClosed");
    turns.propose("b", [aim(0.1)]);
    expect(types(turns.propose("b", [aim(0.2)]))).toBe(
      "Proposed, OrderClosed, AimSet, OrderApproved, OrderHeld",
    );
    turns.turn({ type: "Halt", level: "entries", by: "me", reason: "test", at: time(2_000) });
    const events = turns.turn(turns.report(resting, "cancelled"));
    expect(of(events, "OrderClosed").map((one) => one.reason)).toEqual([undefined, "halted"]);
    expect([turns.free("b"), turns.state.orders.size]).toEqual(["1000", 0]);
  });

  it("cancelling everything withdraws what waits and asks for the rest", () => {
    const turns = open();
    rest(turns, "sell", 101);
    turns.propose("b", [limit("buy", 1, 101), limit("buy", 1, 90)]);
    const events = turns.turn({ type: "CancelOrders", by: "me", at: time(2_000) });
    // the sell was asked for already, on behalf of the buy behind it
    expect(types(events)).toBe("OrderClosed, CancelRequested");
    expect(turns.turn({ type: "CancelOrders", by: "me", at: time(2_000) })).toEqual([]);
  });

  it("wait for the same cancels after a snapshot", () => {
    const turns = open();
    const [first, second] = [rest(turns, "sell", 101), rest(turns, "sell", 100.8)];
    const { order } = only(turns.propose("b", [limit("buy", 2, 101)]), "OrderHeld");
    const saved = toJson(turns.decider.save(turns.state));
    turns.state = turns.decider.load(fromJson(saved));
    expect(toJson(turns.decider.save(turns.state))).toBe(saved);
    expect(undelivered(turns.state)).toMatchObject([
      { type: "cancel", order: first },
      { type: "cancel", order: second },
    ]);
    expect(types(turns.turn(turns.report(second, "cancelled")))).toBe("OrderClosed");
    expect(only(turns.turn(turns.report(first, "cancelled")), "OrderPlaced").order).toBe(order);
  });
});
