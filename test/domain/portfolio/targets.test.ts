/** Take-profit targets: market if touched, beside the stop, one part at a time; never two sellers of one base. */
import { describe, expect, it } from "vitest";
import { undelivered, updatesFor } from "../../../domain/portfolio/news.ts";
import { load, save } from "../../../domain/portfolio/save.ts";
import { reachesOf } from "../../../domain/portfolio/seen-prices.ts";
import { portfolioView } from "../../../domain/portfolio/view.ts";
import { fromJson, toJson } from "../../../domain/values/json.ts";
import { format, price } from "../../../domain/values/values.ts";
import { protection } from "./protected.ts";
import { held, out, owed, sale, see, stopOf } from "./targeted.ts";
import { Turns } from "./turns.ts";
import { of, only, time, types } from "./words.ts";

describe("a target at a venue that takes stops", () => {
  it("cancels the stop, sells its part, protects the rest, and so on to the end of the ladder", () => {
    const turns = held();
    expect([...reachesOf(turns.state).values()]).toEqual([{ below: -Infinity, above: 110 }]);
    expect(see(turns, "109.99")).toEqual([]);
    const first = stopOf(turns);
    const touched = see(turns, "110.5");
    expect(types(touched)).toBe("TargetReached, CancelRequested");
    expect(only(touched, "TargetReached")).toMatchObject({ price: price("110"), last: price("110.5") });
    expect(only(touched, "CancelRequested")).toMatchObject({ order: first, why: "target" });
    // Seen again while the stop is on its way out: once is enough.
    expect(see(turns, "111")).toEqual([]);
    const gone = turns.turn(turns.report(first, "cancelled"));
    expect(out(turns, gone)).toBe("sell 2.5 market target, sell 2.5 stop-market protection");
    expect(turns.state.orders.get(sale(turns))!.order.reason).toBe("take-profit");
    turns.turn(turns.fill(sale(turns), "2.5", "110.4"), turns.report(stopOf(turns), "open"));
    expect(
      portfolioView(turns.state).strategies.flatMap(({ positions }) => positions)[0]!.protection,
    ).toMatchObject({
      ...{ stopPrice: price("90"), keptBy: "venue", owed: 0n, targets: [{ price: price("120"), part: 1 }] },
    });
    see(turns, "120");
    expect(out(turns, turns.turn(turns.report(stopOf(turns), "cancelled")))).toBe("sell 2.5 market target");
    turns.turn(turns.fill(sale(turns), "2.5", "120"));
    expect(turns.position("a").quantity).toBe("0");
    expect(protection(turns)).toBeUndefined();
  });

  it("over a gap each takes its part of what the ones before leave, in one sale", () => {
    const turns = held([
      [110, 0.5],
      [115, 0.6],
      [120, 1],
    ]);
    expect(of(see(turns, "116"), "TargetReached").map(({ quantity }) => format(quantity))).toEqual([
      "2.5",
      "1.5",
    ]);
    expect(out(turns, turns.turn(turns.report(stopOf(turns), "cancelled")))).toBe(
      "sell 4 market target, sell 1 stop-market protection",
    );
  });

  it("whose stop fills first ends with the position; of a stop that fills in part it takes no more than is left", () => {
    const turns = held();
    see(turns, "110");
    turns.turn(turns.fill(stopOf(turns), "5", "90"));
    expect([protection(turns), turns.position("a").quantity]).toEqual([undefined, "0"]);
    const part = held([
      [110, 0.9],
      [120, 1],
    ]);
    see(part, "110");
    const stop = stopOf(part);
    part.turn(part.fill(stop, "3", "90"));
    expect(owed(part)).toBe("2");
    expect(out(part, part.turn(part.report(stop, "cancelled", "3")))).toBe("sell 2 market target");
  });

  it("refused, is tried again after a pause under its stop, nine times, then the strategy is told; reached anew it begins again", () => {
    const turns = held();
    see(turns, "110");
    turns.turn(turns.report(stopOf(turns), "cancelled"));
    const told: string[] = [];
    for (let k = 0; k < 9; k += 1) {
      const failed = turns.turn(turns.report(sale(turns), "refused"));
      told.push(
        ...failed
          .flatMap(updatesFor)
          .map(({ update }) => `${update.tag} ${update.status} ${update.reason ?? ""}`),
      );
      // The whole is covered meanwhile.
      turns.turn(turns.report(stopOf(turns), "cancelled"));
      expect(format(protection(turns)!.stop!.order.quantity)).toBe("5");
      turns.turn(turns.report(stopOf(turns), "open"));
      turns.now += 500;
      expect(types(turns.turn({ type: "KeepStops", at: time(turns.now) }))).toBe("");
      turns.now += 60_000;
      const again = turns.turn({ type: "KeepStops", at: time(turns.now) });
      expect(types(again)).toBe(k < 8 ? "StopDue, CancelRequested" : "");
      if (k < 8)
        expect(out(turns, turns.turn(turns.report(stopOf(turns), "cancelled")))).toContain(
          "sell 2.5 market target",
        );
    }
    expect(told.filter((one) => one.includes("target blocked"))).toEqual(["target blocked target-lost"]);
    expect(owed(turns)).toBe("0");
    expect(see(turns, "120").length).toBeGreaterThan(0);
  });

  it("of unknown fate is waited for; never arrived, it is sent under a new id; sold in part, the rest is sold", () => {
    const turns = held();
    see(turns, "110");
    turns.turn(turns.report(stopOf(turns), "cancelled"));
    const first = sale(turns);
    turns.turn({ type: "RecordOutcome", order: first, outcome: "unknown", at: time(turns.now) });
    expect(types(see(turns, "125"))).toBe("TargetReached");
    turns.turn({ type: "RecordOutcome", order: first, outcome: "never-arrived", at: time(turns.now) });
    turns.now += 2_000;
    const again = [
      ...turns.turn({ type: "KeepStops", at: time(turns.now) }),
      ...turns.turn(turns.report(stopOf(turns), "cancelled")),
    ];
    // Both by now: 120 was passed meanwhile.
    expect(out(turns, again)).toBe("sell 5 market target");
    expect(sale(turns)).not.toBe(first);
    turns.turn(turns.fill(sale(turns), "2", "125"));
    turns.turn(turns.report(sale(turns), "expired", "2"));
    turns.now += 2_000;
    turns.turn({ type: "KeepStops", at: time(turns.now) });
    expect(out(turns, turns.turn(turns.report(stopOf(turns), "cancelled")))).toBe("sell 3 market target");
  });

  it("goes on after a restart between the touch and the sale, which is asked for and not repeated", () => {
    const turns = held();
    see(turns, "110");
    const again = new Turns({}, load(fromJson(toJson(save(turns.state))) as never));
    expect(toJson(portfolioView(again.state))).toBe(toJson(portfolioView(turns.state)));
    again.turn(again.report(stopOf(again), "cancelled"));
    const { order } = again.state.orders.get(sale(again))!;
    expect(undelivered(again.state)).toContainEqual({
      type: "place",
      account: order.account,
      order: { ...order, reduceOnly: true },
    });
    const third = new Turns({}, load(fromJson(toJson(save(again.state))) as never));
    expect(sale(third)).toBe(order.id);
    third.now = 9_000;
    expect(types(see(third, "112"))).toBe("");
    third.turn(third.fill(order.id, "2.5", "110"));
    expect([owed(third), third.position("a").quantity]).toEqual(["0", "2.5"]);
  });
});
