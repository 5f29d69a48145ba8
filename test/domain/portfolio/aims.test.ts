import { describe, expect, it } from "vitest";
import { format } from "../../../domain/values/values.ts";
import { Turns } from "./turns.ts";
import { BTC, aim, instrument, limit, mark, of, only, time, types, units } from "./words.ts";

/** 10,000 USDT, of which a has 1,000. Collar 2 %, fee 10 bps: a buy at 100 reserves 100 x 1.02 x 1.001 = 102.102 a unit. */
const open = (limits: object = {}) => new Turns(limits).open({ USDT: "10000" }).allot("a", "1000");

describe("sizing an aim", () => {
  it("buys the fraction of equity, down to the lot", () => {
    const turns = open();
    const events = turns.propose("a", [aim(0.5)], { [BTC]: mark("99.9") });
    // 0.5 x 1000 / 99.9 = 5.005005..., lot 0.001
    const { order, reservePerUnit } = only(events, "OrderApproved");
    expect([order.side, order.type, format(order.quantity)]).toEqual(["buy", "market", "5.005"]);
    // 99.9 x 1.02 x 1.001 = 101.999898
    expect(format(reservePerUnit)).toBe("101.999898");
    expect(only(events, "OrderPlaced").sent).toBe(order);
    // 1000 - 5.005 x 101.999898 = 1000 - 510.50948949
    expect(turns.free("a")).toBe("489.49051051");
  });

  it("buys no more than the free quote pays for at the collar", () => {
    // 1000 / 102.102 = 9.7941...
    const { order } = only(open().propose("a", [aim(1)]), "OrderApproved");
    expect(format(order.quantity)).toBe("9.794");
  });

  it("sells down to a smaller wish, and all of it down to the lot at zero", () => {
    const turns = open().hold("a", "5");
    // equity 500 + 5 x 100 = 1000; target 3; sells 2
    const { order } = only(turns.propose("a", [aim(0.3)]), "OrderApproved");
    expect([order.side, format(order.quantity)]).toEqual(["sell", "2"]);
    turns.turn(turns.fill(order.id, "2", "100"));
    expect(format(only(turns.propose("a", [aim(0)]), "OrderApproved").order.quantity)).toBe("3");
  });

  it("with the fee taken in base it holds what is left, and closes down to the lot", () => {
    const turns = open();
    const { order } = only(turns.propose("a", [aim(0.5)]), "OrderApproved");
    // 5 less 10 bps = 4.995
    turns.turn(
      turns.fill(order.id, "5", "100", { fee: 5_000_000_000_000_000n as never, feeAsset: "BTC" as never }),
    );
    expect(turns.position("a")).toEqual({ quantity: "4.995", cost: "500", realised: "0" });
    const close = only(turns.propose("a", [aim(0)]), "OrderApproved").order;
    expect(format(close.quantity)).toBe("4.995");
  });

  it("tells once that a wish is too small, and dust blocks nothing", () => {
    const turns = open();
    // 0.004 x 1000 / 100 = 0.04 BTC = 4 USDT < 5
    expect(types(turns.propose("a", [aim(0.004)]))).toBe("Proposed, AimSet, OrderRefused below-minimum");
    expect(types(turns.propose("a", [aim(0.004)]))).toBe("Proposed");
    expect(types(turns.propose("a", [aim(0.0041)]))).toBe("Proposed, AimSet");
    expect(types(turns.propose("a", [aim(0.1)]))).toBe("Proposed, AimSet, OrderApproved, OrderPlaced");
  });

  it("a wish that only drifted with the price says nothing", () => {
    const turns = open().hold("a", "5");
    turns.propose("a", [aim(0.5)]);
    // equity 500 + 5 x 100.1 = 1000.5; 0.5 of it is 4.997 BTC: 0.003 to sell is 0.3 USDT
    expect(types(turns.propose("a", [aim(0.5)], { [BTC]: mark("100.1") }))).toBe("Proposed");
  });

  it("cannot go short: sells what it has and says so once", () => {
    const turns = open().hold("a", "5");
    const events = turns.propose("a", [aim(-1)]);
    expect(types(events)).toBe(
      "Proposed, AimSet, OrderApproved, OrderRefused short-not-allowed, OrderPlaced",
    );
    turns.turn(turns.fill(only(events, "OrderPlaced").order, "5", "100"));
    expect(types(turns.propose("a", [aim(-1)]))).toBe("Proposed");
  });

  it("without capital it is refused", () => {
    const turns = open();
    expect(types(turns.propose("b", [aim(1)]))).toBe("Proposed, AimSet");
    // nothing to size from: equity 0. With its money in an order, the next wish finds none free.
    turns.propose("a", [limit("buy", 9.9, 90)]);
    // reserved 9.9 x 90 x 1.001 = 891.891; free 108.109 buys 1.058 of the 5 it wants: the rest must wait
    expect(format(only(turns.propose("a", [aim(0.5)]), "OrderApproved").order.quantity)).toBe("1.058");
    // free 108.109 - 1.058 x 102.102 = 0.085
    turns.propose("a", [{ type: "cancel", tag: "none" }]);
    const c = turns.allot("c", "100").propose("c", [limit("buy", 1, 99), aim(1)]);
    expect(types(c)).toBe("Proposed, OrderApproved, AimSet, OrderRefused capital, OrderPlaced");
  });

  it("the last of several wishes in one turn counts", () => {
    const events = open().propose("a", [aim(1), aim(0.2)]);
    expect(of(events, "AimSet").map((event) => event.exposure)).toEqual([0.2]);
    expect(format(only(events, "OrderApproved").order.quantity)).toBe("2");
  });
});

describe("a new wish while an order is out", () => {
  it("stays quiet when the order already does it", () => {
    const turns = open();
    turns.propose("a", [aim(0.5)]);
    expect(types(turns.propose("a", [aim(0.5)]))).toBe("Proposed");
  });

  it("replaces an order of the same turn that never left", () => {
    const turns = open();
    const events = turns.turn(turns.proposal("a", [aim(0.5)]), turns.proposal("a", [aim(0.2)]));
    const [first, second] = of(events, "OrderApproved");
    expect(only(events, "OrderClosed")).toMatchObject({
      order: first!.order.id,
      status: "cancelled",
      reason: "replaced",
    });
    expect(only(events, "OrderPlaced").order).toBe(second!.order.id);
    expect(format(second!.order.quantity)).toBe("2");
  });

  it("waits for the order in flight and is sized again when it has closed", () => {
    const turns = open();
    const { order } = only(turns.propose("a", [aim(0.5)]), "OrderApproved");
    expect(only(turns.propose("a", [aim(0)]), "AimSet").waiting).toBe(true);
    const events = turns.turn(turns.fill(order.id, "5", "100"));
    expect(types(events)).toBe("OrderFilled, OrderClosed, AimSet, OrderApproved, OrderPlaced");
    expect(only(events, "OrderApproved").order).toMatchObject({
      side: "sell",
      quantity: order.quantity,
      reason: "test",
    });
  });

  it("cancels an open order that goes the wrong way, once", () => {
    const turns = open();
    const { order } = only(turns.propose("a", [aim(0.5)]), "OrderApproved");
    turns.turn(turns.report(order.id, "open"), turns.fill(order.id, "1", "100"));
    expect(types(turns.propose("a", [aim(0)]))).toBe("Proposed, CancelRequested, AimSet");
    expect(types(turns.propose("a", [aim(0)]))).toBe("Proposed");
    const events = turns.turn(turns.report(order.id, "cancelled", "1"));
    // 1 BTC had filled: that is what there is to sell
    expect(format(only(events, "OrderApproved").order.quantity)).toBe("1");
  });

  it("an order that failed is not tried again by itself", () => {
    const turns = open();
    const { order } = only(turns.propose("a", [aim(0.5)]), "OrderApproved");
    expect(types(turns.turn(turns.report(order.id, "refused")))).toBe("OrderClosed");
    expect(turns.free("a")).toBe("1000");
    expect(types(turns.propose("a", [aim(0.5)]))).toBe("Proposed, OrderApproved, OrderPlaced");
  });
});

describe("refusals around an aim", () => {
  it("an instrument nobody announced, or one of another venue", () => {
    const turns = open();
    const other = instrument("BTC/USDT", { id: "elsewhere:BTC/USDT" as never, venue: "elsewhere" as never });
    turns.turn({ type: "InstrumentChanged", instrument: other, at: time(1) });
    expect(types(turns.propose("a", [aim(1, "sandbox:DOGE/USDT" as never), aim(1, other.id)]))).toBe(
      "Proposed, OrderRefused unknown-instrument, OrderRefused unknown-instrument",
    );
  });

  it("no price yet", () => {
    expect(types(open().propose("a", [aim(1)], {}))).toBe("Proposed, OrderRefused no-mark");
  });

  it("a halt of entries lets the exit through, a halt of everything does not", () => {
    const turns = open().hold("a", "5");
    const halt = (level: "entries" | "all") =>
      turns.turn({ type: "Halt", level, by: "me", reason: "test", at: time(2_000) });
    halt("entries");
    expect(types(turns.propose("a", [aim(1)]))).toBe("Proposed, AimSet, OrderRefused halted");
    halt("all");
    expect(types(turns.propose("a", [aim(0)]))).toBe("Proposed, AimSet");
    expect(halt("all")).toEqual([]);
    turns.turn({ type: "Resume", by: "me", at: time(3_000) });
    expect(types(turns.propose("a", [aim(0)]))).toBe("Proposed, OrderApproved, OrderPlaced");
  });

  it("positions and gross count all strategies and what is being bought", () => {
    const ETH = "sandbox:ETH/USDT";
    const turns = new Turns({ positionNotionalMax: 700, grossNotionalMax: 1_000 })
      .open({ USDT: "10000" }, instrument(), instrument("ETH/USDT"))
      .allot("a", "1000")
      .allot("b", "1000");
    turns.propose("a", [aim(0.6)]);
    // 600 being bought + 200
    expect(only(turns.propose("b", [aim(0.2)]), "OrderRefused")).toMatchObject({ rule: "position" });
    const both = turns.propose("b", [aim(0.3, ETH as never), { ...limit("buy", 2, 99) }, aim(0.01)], {
      [ETH]: mark("10"),
    });
    // 600 + 300 + 200 > 1000 and 600 + 200 > 700; 600 + 300 + 10 fits
    expect(types(both)).toBe(
      "Proposed, AimSet, OrderApproved, OrderRefused position, AimSet, OrderApproved, OrderPlaced, OrderPlaced",
    );
    expect(only(turns.propose("a", [aim(0.9, ETH as never)]), "OrderRefused").rule).toBe("gross-exposure");
  });

  it("what is held counts at the prices of the proposal, not at older ones", () => {
    for (const [limits, rule] of [
      [{ positionNotionalMax: 700 }, "position"],
      [{ grossNotionalMax: 700 }, "gross-exposure"],
    ] as const) {
      const turns = new Turns(limits).open({ USDT: "10000" }).allot("a", "1000").allot("b", "1000");
      turns.hold("a", "5");
      // 5 x 120 held + 1 x 120; at the old price of 100 it would be 620
      const events = turns.propose("b", [limit("buy", 1, 120)], { [BTC]: mark("120") });
      expect(only(events, "OrderRefused")).toMatchObject({ rule, asked: units("720"), max: units("700") });
    }
  });

  it("the rate counts any 60 seconds of market time; exits pass and count", () => {
    const turns = new Turns({ ordersPerMinute: 2 }).open({ USDT: "10000" }).allot("a", "1000");
    const place = () => types(turns.propose("a", [limit("buy", 0.1, 90)]));
    const ok = "Proposed, OrderApproved, OrderPlaced";
    expect([place(), place(), place()]).toEqual([ok, ok, "Proposed, OrderRefused order-rate"]);
    turns.now += 59_999;
    expect(place()).toBe("Proposed, OrderRefused order-rate");
    turns.now += 1;
    expect(
      types(turns.propose("a", [limit("buy", 0.1, 90), limit("buy", 0.1, 90), limit("buy", 0.1, 90)])),
    ).toBe("Proposed, OrderApproved, OrderApproved, OrderRefused order-rate, OrderPlaced, OrderPlaced");
  });
});
