/** Wishes for take-profit targets: with and without a stop, of shorts, under halts, repeated, refused. */
import { describe, expect, it } from "vitest";
import { reachesOf } from "../../../domain/portfolio/seen-prices.ts";
import { format, price, type InstrumentId } from "../../../domain/values/values.ts";
import { open } from "./protected.ts";
import { held, out, owed, sale, see, stopOf, wish } from "./targeted.ts";
import { Turns } from "./turns.ts";
import { aim, BTC, instrument, limit, mark, only, time, types } from "./words.ts";

describe("a target", () => {
  it("at a venue without stops leaves in the turn that saw its price, with the rest covered", () => {
    const turns = open(instrument("BTC/USDT", { stops: "none" })).hold("a", "5");
    turns.propose("a", [
      wish(90, [
        [110, 0.5],
        [120, 1],
      ]),
    ]);
    const touched = see(turns, "110");
    expect(types(touched)).toBe(
      "TargetReached, OrderClosed, OrderApproved, OrderApproved, OrderPlaced, OrderKept",
    );
    expect(out(turns, touched)).toBe("sell 2.5 market target, sell 2.5 stop-market protection");
  });

  it("without a stop stands alone, is seen in a proposal's price too, and is replaced or withdrawn with its wish", () => {
    const turns = open().hold("a", "5");
    expect(types(turns.propose("a", [wish(undefined, [[110, 0.5]])]))).toBe("Proposed, ProtectionSet");
    const touched = turns.propose("a", [wish(undefined, [[110, 0.5]])], { [BTC]: mark("110") });
    expect(types(touched)).toBe("Proposed, TargetReached, OrderApproved, OrderPlaced");
    turns.turn(turns.fill(sale(turns), "2.5", "110"));
    // Wished again with what was reached: nothing new, nothing sold twice.
    expect(types(turns.propose("a", [wish(undefined, [[110, 0.5]])], { [BTC]: mark("111") }))).toBe(
      "Proposed",
    );
    expect(
      types(
        turns.propose(
          "a",
          [
            wish(95, [
              [110, 0.5],
              [130, 1],
            ]),
          ],
          { [BTC]: mark("112") },
        ),
      ),
    ).toBe("Proposed, ProtectionSet, OrderApproved, OrderPlaced");
    expect([...reachesOf(turns.state).values()]).toEqual([{ below: -Infinity, above: 130 }]);
    turns.propose("a", [wish(undefined, [])]);
    expect(reachesOf(turns.state).size).toBe(0);
    expect(types(see(turns, "140"))).toBe("");
  });

  it("too small for the venue goes with the next one; a rest that would be is sold with it", () => {
    const turns = open(
      instrument("BTC/USDT", { lotSize: price("0.001") as never, notionalMin: price("60") as never }),
    ).hold("a", "2");
    turns.propose("a", [
      wish(undefined, [
        [102, 0.1],
        [104, 0.5],
        [106, 0.1],
      ]),
    ]);
    expect(types(see(turns, "102"))).toBe("TargetReached");
    expect(owed(turns)).toBe("0.2");
    expect(out(turns, see(turns, "104"))).toBe("sell 1.1 market target");
    turns.turn(turns.fill(sale(turns), "1.1", "104"));
    turns.propose("a", [wish(undefined, [[106, 0.5]])]);
    // 0.45 at 107 is worth less than 60.
    expect(out(turns, see(turns, "107"))).toBe("sell 0.9 market target");
  });

  it("passes a halt of entries, waits while everything is halted, and is then seen anew", () => {
    const turns = held();
    const halt = (level: "entries" | "all") =>
      turns.turn({ type: "Halt", level, by: "me", reason: "r", at: time(turns.now) });
    halt("all");
    expect(reachesOf(turns.state).size).toBe(0);
    expect(see(turns, "111")).toEqual([]);
    halt("entries");
    expect(types(see(turns, "111"))).toBe("TargetReached, CancelRequested");
    halt("all");
    expect(out(turns, turns.turn(turns.report(stopOf(turns), "cancelled")))).toBe("");
    const back = turns.turn({ type: "Resume", by: "me", at: time(turns.now) });
    expect(out(turns, back)).toBe("sell 2.5 market target, sell 2.5 stop-market protection");
  });

  it("of an exit on its way takes nothing twice; its tag is not the strategy's", () => {
    const turns = held();
    turns.propose("a", [aim(0)]);
    see(turns, "110");
    const gone = turns.turn(turns.report(stopOf(turns), "cancelled"));
    expect(out(turns, gone)).toBe("sell 5 market aim");
    expect(() => turns.propose("a", [limit("sell", 1, 120, { tag: "target" })])).toThrow(/tag/);
    const other = held();
    see(other, "110");
    other.turn(other.report(stopOf(other), "cancelled"));
    expect(types(other.propose("a", [{ type: "cancel", tag: "target" }]))).toBe("Proposed");
  });

  it("of a short is bought back below, reduce-only; a long's never counts for a short", () => {
    const id = "sandbox:BTC/USDT:USDT" as InstrumentId;
    const listed = { ...instrument("BTC/USDT"), id, symbol: "BTC/USDT:USDT" };
    const turns = new Turns({ collarPercent: 2 }).open({ USDT: "10000" }, listed).allot("a", "1000");
    const marks = { [id]: mark("100") };
    const { order, sent } = only(turns.propose("a", [aim(-0.5, id)], marks), "OrderPlaced");
    turns.turn(turns.fill(order, format(sent.quantity), "100", { side: "sell", instrument: id }));
    turns.propose(
      "a",
      [
        wish(
          undefined,
          [
            [90, 0.5],
            [80, 1],
          ],
          id,
        ),
      ],
      marks,
    );
    expect([...reachesOf(turns.state)]).toEqual([[id, { below: 90, above: Infinity }]]);
    const { sent: back } = only(see(turns, "89", id), "OrderPlaced");
    expect(back).toMatchObject({ side: "buy", type: "market", reduceOnly: true, tag: "target" });
    turns.propose(
      "a",
      [
        wish(
          undefined,
          [
            [70, 0.5],
            [75, 1],
          ],
          id,
        ),
      ],
      marks,
    );
    expect(reachesOf(turns.state).size).toBe(0);
  });

  it.each([
    [90, [[110, 0]], "asks[0].targets[0].part"],
    [90, [[110, 1.1]], "asks[0].targets[0].part"],
    [
      90,
      [
        [110, 1],
        [120, 1],
      ],
      "asks[0].targets[0].part",
    ],
    [
      90,
      [
        [110, 0.5],
        [110, 1],
      ],
      "asks[0].targets[1].price",
    ],
    [
      90,
      [
        [110, 0.5],
        [105, 1],
      ],
      "asks[0].targets[1].price",
    ],
    [90, [[90, 0.5]], "asks[0].targets[0].price"],
    [
      90,
      [
        [85, 0.5],
        [80, 1],
      ],
      "asks[0].targets",
    ],
    [undefined, [[-1, 0.5]], "asks[0].targets[0].price"],
    [
      undefined,
      [
        [110.001, 0.5],
        [110.002, 1],
      ],
      "asks[0].targets[1].price",
    ],
    [undefined, Array.from({ length: 17 }, (_, k) => [110 + k, 0.5]), "asks[0].targets"],
  ] as const)("is refused by name: stop %s, targets %j", (stop, targets, field) => {
    const turns = open().hold("a", "5");
    expect(() => turns.propose("a", [wish(stop, targets as never)])).toThrow(field);
  });
});
