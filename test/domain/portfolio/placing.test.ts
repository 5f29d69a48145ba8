import { describe, expect, it } from "vitest";
import { effectOf } from "../../../domain/portfolio/news.ts";

import { format } from "../../../domain/values/values.ts";
import { refused } from "../../refused.ts";
import { Turns } from "./turns.ts";
import { ACCOUNT, BTC, aim, limit, mark, only, time, types, units } from "./words.ts";

const open = (limits: object = {}) =>
  new Turns(limits).open({ USDT: "10000" }).allot("a", "1000").allot("b", "1000");
const placed = (turns: Turns, ...asks: Parameters<Turns["propose"]>[1]) =>
  only(turns.propose("a", asks), "OrderPlaced").order;

describe("placing", () => {
  it("rounds to the grid, never more eager than asked, with room for doubles", () => {
    const turns = open();
    const order = (...asks: Parameters<Turns["propose"]>[1]) => {
      const found = only(turns.propose("a", asks), "OrderApproved").order;
      return [found.quantity, found.price, found.stopPrice].map((x) => (x === undefined ? "" : format(x)));
    };
    expect(order(limit("buy", 1.0009, 99.019))).toEqual(["1", "99.01", ""]);
    expect(order(limit("buy", 0.1 + 0.2, 99.9 + 0.1))).toEqual(["0.3", "100", ""]);
    expect(
      order(
        limit("buy", 0.1, 0, { orderType: "stop-market", price: undefined as never, stopPrice: 110.001 }),
      ),
    ).toEqual(["0.1", "", "110.01"]);
    turns.hold("a", "1");
    expect(order(limit("sell", 0.5, 101.001))).toEqual(["0.5", "101.01", ""]);
    expect(order(limit("sell", 0.1, 95, { orderType: "stop-limit", stopPrice: 96.009 }))).toEqual([
      "0.1",
      "95",
      "96",
    ]);
  });

  it("names the field of a request that makes no sense; nothing of the turn happens", () => {
    const turns = open();
    const field = (...asks: Parameters<Turns["propose"]>[1]) => refused(() => turns.propose("a", asks));
    expect(field(limit("buy", 1, 90), limit("buy", -1, 90))).toBe("asks[1].quantity");
    expect(field(limit("buy", NaN, 90))).toBe("asks[0].quantity");
    expect(field(limit("buy", 1, 90, { orderType: "market" }))).toBe("asks[0].price");
    expect(field(limit("buy", 1, 90, { orderType: "stop-limit" }))).toBe("asks[0].stopPrice");
    expect(field(limit("buy", 1, 90, { tag: "aim" }))).toBe("asks[0].tag");
    expect(field(aim(NaN))).toBe("asks[0].exposure");
    expect(refused(() => turns.propose("a", [], { [BTC]: mark("100", "0") }))).toBe(`marks.${BTC}.bid`);
    expect(turns.state.orders.size).toBe(0);
  });

  it("a repeated proposal changes nothing", () => {
    const turns = open();
    const proposal = turns.proposal("a", [limit("buy", 1, 90)]);
    expect(turns.turn(proposal, proposal)).toHaveLength(3);
    expect(turns.turn(proposal)).toEqual([]);
  });

  it("nobody spends the same amount twice", () => {
    const turns = open();
    // 6 x 90 x 1.001 = 540.54; 1000 - 540.54 = 459.46
    const events = turns.propose("a", [limit("buy", 6, 90), limit("buy", 6, 90), limit("buy", 5, 90)]);
    expect(types(events)).toBe(
      "Proposed, OrderApproved, OrderRefused capital, OrderApproved, OrderPlaced, OrderPlaced",
    );
    expect(only(events, "OrderRefused")).toMatchObject({ asked: units("540.54"), max: units("459.46") });
    turns.hold("b", "5");
    const sells = turns.propose("b", [limit("sell", 3, 110), limit("sell", 3, 110)]);
    expect(only(sells, "OrderRefused")).toMatchObject({
      rule: "short-not-allowed",
      asked: units("3"),
      max: units("2"),
    });
  });

  it("ids are never used twice and fit every venue", () => {
    const turns = open();
    const ids = Array.from({ length: 40 }, () => placed(turns, limit("buy", 0.1, 90)));
    expect(new Set(ids).size).toBe(40);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]{7,18}$/);
    const again = new Turns();
    again.turn({
      type: "OpenAccount",
      account: ACCOUNT,
      venue: "sandbox" as never,
      balances: {},
      nonce: "m",
      at: time(1),
    });
    expect(again.state.accounts.get(ACCOUNT)!.prefix).not.toBe(turns.state.accounts.get(ACCOUNT)!.prefix);
  });

  it("cancels by tag: what never left is gone, what left is asked for once", () => {
    const turns = open();
    const id = placed(turns, limit("buy", 1, 90));
    const events = turns.propose("a", [limit("buy", 1, 91), { type: "cancel", tag: "t" }]);
    expect(types(events)).toBe("Proposed, OrderApproved, OrderClosed, CancelRequested");
    expect(effectOf(only(events, "CancelRequested"))).toMatchObject({ type: "cancel", order: id });
    expect(types(turns.propose("a", [{ type: "cancel", tag: "t" }]))).toBe("Proposed");
    turns.turn(turns.report(id, "cancelled"));
    expect(turns.free("a")).toBe("1000");
  });
});
