import { describe, expect, it } from "vitest";
import { undelivered, updatesFor } from "../../../domain/portfolio/news.ts";
import { CLOSED_ORDERS_KEPT } from "../../../domain/portfolio/state.ts";
import { format } from "../../../domain/values/values.ts";

import { Turns } from "./turns.ts";
import { BTC, limit, of, only, time, types, units } from "./words.ts";

const open = (limits: object = {}) =>
  new Turns(limits).open({ USDT: "10000" }).allot("a", "1000").allot("b", "1000");
const placed = (turns: Turns, ...asks: Parameters<Turns["propose"]>[1]) =>
  only(turns.propose("a", asks), "OrderPlaced").order;

describe("what the venue tells", () => {
  it("a limit fills in parts: reservation, position and cash follow", () => {
    const turns = open();
    const id = placed(turns, limit("buy", 2, 100));
    turns.turn(turns.report(id, "open"));
    // 0.5 at 99: 49.5 and a fee of 0.0495; reserved 1.5 x 100.1 = 150.15
    turns.turn(turns.fill(id, "0.5", "99", { fee: units("0.0495") as never }));
    expect(turns.cash("a")).toBe("950.4505");
    expect(turns.free("a")).toBe("800.3005");
    expect(turns.position("a")).toEqual({ quantity: "0.5", cost: "49.5495", realised: "0" });
    const events = turns.turn(turns.fill(id, "1.5", "100"));
    expect(only(events, "OrderClosed")).toMatchObject({ status: "filled", filled: units("2") });
    expect(turns.free("a")).toBe("800.4505");
  });

  it("profit by average price, fees in quote included", () => {
    const turns = open().hold("a", "1", "100").hold("a", "1", "110");
    const id = placed(turns, limit("sell", 0.5, 120));
    turns.turn(turns.fill(id, "0.5", "120", { fee: units("0.06") as never }));
    // 0.5 x 120 - 0.06 - 210 x 0.5 / 2 = 59.94 - 52.5
    expect(turns.position("a")).toEqual({ quantity: "1.5", cost: "157.5", realised: "7.44" });
  });

  it("a fee in a third asset: from the strategy's own, else from the rest; never in the profit", () => {
    const turns = new Turns().open({ USDT: "10000", BNB: "1" }).allot("a", "1000").allot("a", "0.1", "BNB");
    const bnb = { feeAsset: "BNB" as never };
    const id = placed(turns, limit("buy", 1, 100));
    turns.turn(turns.fill(id, "0.4", "100", { ...bnb, fee: units("0.07") as never }));
    expect([turns.cash("a", "BNB"), turns.cash("unallocated", "BNB")]).toEqual(["0.03", "0.9"]);
    turns.turn(turns.fill(id, "0.4", "100", { ...bnb, fee: units("0.07") as never }));
    expect([turns.cash("a", "BNB"), turns.cash("unallocated", "BNB")]).toEqual(["0.03", "0.83"]);
    // more than anybody has: owed, not thrown
    turns.turn(turns.fill(id, "0.2", "100", { ...bnb, fee: units("2") as never }));
    expect([turns.cash("unallocated", "BNB"), turns.balance("BNB")]).toEqual(["-1.17", "-1.14"]);
    expect(turns.position("a")).toEqual({ quantity: "1", cost: "100", realised: "0" });
    expect(format(turns.book("a").fees.get("BNB" as never)!)).toBe("2.14");
  });

  it("an asset that leaves as a fee takes its position with it", () => {
    const turns = open();
    const id = placed(turns, limit("buy", 2, 100));
    turns.turn(turns.fill(id, "2", "100"));
    const other = placed(turns, limit("buy", 1, 100, { instrument: BTC }));
    // a fee in BTC on a buy of BTC lowers what was bought; here a foreign-asset fee of another instrument would
    // take 0.5 of 2 BTC: cost 200 -> 150
    turns.turn(
      turns.fill(other, "1", "100", {
        instrument: "sandbox:ETH/USDT" as never,
        fee: units("0.5") as never,
        feeAsset: "BTC" as never,
      }),
    );
    expect(turns.position("a")).toEqual({ quantity: "1.5", cost: "150", realised: "0" });
  });

  const fates: Record<string, (turns: Turns, id: never) => string> = {
    "fills before the accept": (turns, id) =>
      types([
        ...turns.turn(turns.fill(id, "0.4", "100")),
        ...turns.turn(turns.report(id, "open", "0.4")),
        ...turns.turn(turns.fill(id, "0.6", "100")),
      ]),
    "fills after the close report": (turns, id) =>
      types([
        ...turns.turn(turns.report(id, "filled", "1")),
        ...turns.turn(turns.fill(id, "0.4", "100")),
        ...turns.turn(turns.fill(id, "0.6", "100")),
      ]),
    "cancelled with a fill still to come": (turns, id) =>
      types([
        ...turns.turn(turns.report(id, "cancelled", "0.4")),
        ...turns.turn(turns.report(id, "open")),
        ...turns.turn(turns.fill(id, "0.4", "100")),
      ]),
  };
  const told: Record<string, string> = {
    "fills before the accept": "OrderFilled, OrderFilled, OrderClosed",
    "fills after the close report": "OrderEnding, OrderFilled, OrderFilled, OrderClosed",
    "cancelled with a fill still to come": "OrderEnding, OrderFilled, OrderClosed",
  };
  for (const [name, play] of Object.entries(fates))
    it(name, () => {
      const turns = open();
      const id = placed(turns, limit("buy", 1, 100));
      expect(play(turns, id as never)).toBe(told[name]);
      expect(turns.state.orders.size).toBe(0);
      expect(turns.free("a")).toBe(turns.cash("a"));
    });

  it("a fill told again changes nothing: while live, when closed, and long after", () => {
    const turns = open();
    const id = placed(turns, limit("buy", 1, 100));
    const part = turns.fill(id, "0.4", "100");
    const rest = turns.fill(id, "0.6", "100");
    expect(types(turns.turn(part, part, rest, rest, part))).toBe("OrderFilled, OrderFilled, OrderClosed");
    for (let k = 0; k <= CLOSED_ORDERS_KEPT; k += 1) {
      const other = placed(turns, limit("buy", 0.1, 90));
      turns.decider
        .decide(turns.state, turns.report(other, "cancelled"))
        .forEach((event) => turns.decider.evolve(turns.state, event));
    }
    expect(turns.state.closed.has(id)).toBe(false);
    expect(turns.turn(part, rest)).toEqual([]);
  });

  it("a fill the close report did not know is booked to the strategy all the same", () => {
    const turns = open();
    const id = placed(turns, limit("buy", 1, 100));
    turns.turn(turns.report(id, "cancelled"));
    expect(types(turns.turn(turns.fill(id, "0.4", "100")))).toBe("OrderFilled");
    expect(turns.position("a").quantity).toBe("0.4");
  });

  it("outcomes: unknown is asked, never-arrived and not-sent release, contradictions are not believed", () => {
    const turns = open();
    const outcome = (order: never, told: "unknown" | "never-arrived" | "not-sent") =>
      types(turns.turn({ type: "RecordOutcome", order, outcome: told, at: time(2_000) }));
    const first = placed(turns, limit("buy", 1, 100)) as never;
    expect([outcome(first, "unknown"), outcome(first, "unknown")]).toEqual(["OrderUnknown", ""]);
    expect(undelivered(turns.state)).toMatchObject([{ type: "place", order: { id: first } }]);
    expect(outcome(first, "never-arrived")).toBe("OrderClosed");
    expect(turns.free("a")).toBe("1000");
    const second = placed(turns, limit("buy", 1, 100)) as never;
    turns.turn(turns.fill(second, "0.1", "100"));
    expect(outcome(second, "never-arrived")).toBe("");
    expect(types(turns.turn(turns.report(second, "never-arrived")))).toBe("");
    expect(undelivered(turns.state)).toEqual([]);
    const third = placed(turns, limit("buy", 1, 90));
    turns.turn(turns.report(third, "open"));
    expect(types(turns.turn(turns.report(third, "never-arrived")))).toBe("");
    expect(outcome(placed(turns, limit("buy", 1, 100)) as never, "not-sent")).toBe("OrderClosed");
  });

  it("foreign fills go to the rest, once each, and the old ones are in the balances already", () => {
    const turns = open();
    const foreign = turns.fill("web_1" as never, "2", "100", {
      fee: units("0.002") as never,
      feeAsset: "BTC" as never,
    });
    expect(types(turns.turn(foreign, foreign))).toBe("ForeignFilled");
    expect([turns.cash("unallocated"), turns.cash("unallocated", "BTC")]).toEqual(["7800", "1.998"]);
    expect(turns.turn(turns.fill("web_0" as never, "2", "100", { at: time(10) }))).toEqual([]);
    // the other side of the same trade may be ours too
    const own = { tradeId: "900" };
    expect(
      types(
        turns.turn(
          turns.fill("web_2" as never, "1", "100", own),
          turns.fill("web_3" as never, "1", "100", { ...own, side: "sell" }),
        ),
      ),
    ).toBe("ForeignFilled, ForeignFilled");
  });

  it("strategies hear what became of their orders", () => {
    const turns = open();
    const told = (events: Parameters<typeof of>[0]) =>
      events
        .flatMap(updatesFor)
        .map(({ strategy: to, update }) =>
          `${to} ${update.tag} ${update.status} ${update.filled} ${update.reason ?? ""}`.trim(),
        );
    const events = turns.propose("a", [limit("buy", 1, 100), limit("buy", 100, 100, { tag: "u" })]);
    expect(told(events)).toEqual(["a t approved 0", "a u blocked 0 capital"]);
    const id = only(events, "OrderPlaced").order;
    expect(
      told(turns.turn(turns.report(id, "open"), turns.fill(id, "0.4", "100"), turns.fill(id, "0.6", "100"))),
    ).toEqual(["a t open 0", "a t partial 0.4", "a t partial 1", "a t filled 1"]);
  });
});
