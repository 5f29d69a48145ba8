/** Ladders that are told again: at other prices before their sale is known, over the end of a position, and with too little owed to be sold. */
import { describe, expect, it } from "vitest";
import { price } from "../../../domain/values/values.ts";
import { protection, open } from "./protected.ts";
import { out, owed, sale, see, stopOf } from "./targeted.ts";
import type { Turns } from "./turns.ts";
import { refused } from "../../refused.ts";
import { BTC, instrument, limit, mark, only, types } from "./words.ts";

const tell = (turns: Turns, rungs: readonly (readonly [number, number, number?])[], stopPrice = 90) =>
  turns.propose("a", [
    {
      ...{ type: "protect", instrument: BTC, stopPrice, reason: "w" },
      targets: rungs.map(([at, part, rung]) => ({ price: at, part, ...(rung !== undefined && { rung }) })),
    },
  ]);
/** Five coins; the stop's cancel is answered, so that the sale is out. */
const reached = (...rungs: readonly (readonly [number, number, number?])[]): Turns => {
  const turns = open().hold("a", "5");
  turns.turn(turns.report(only(tell(turns, rungs), "OrderPlaced").order, "open"));
  expect(types(see(turns, "110"))).toMatch(/TargetReached/);
  turns.turn(turns.report(stopOf(turns), "cancelled"));
  expect(owed(turns)).toBe("2.5");
  return turns;
};

describe("a ladder with numbers", () => {
  it("told again at other prices, before it is known that a rung was reached, sells that rung once", () => {
    const turns = reached([110, 0.5, 16], [120, 1, 17]);
    tell(turns, [
      [109, 0.5, 16],
      [119, 1, 17],
    ]);
    expect(types(see(turns, "110"))).not.toMatch(/TargetReached/);
    expect(owed(turns)).toBe("2.5");
    turns.turn(turns.fill(sale(turns), "2.5", "110"));
    expect(types(see(turns, "119"))).toMatch(/TargetReached/);
    expect(owed(turns)).toBe("2.5");
  });

  it("a higher one brings those below it with it; the next position's are its own", () => {
    const turns = reached([110, 0.5, 17]);
    tell(turns, [[108, 0.4, 16]]);
    expect(types(see(turns, "112"))).not.toMatch(/TargetReached/);
    tell(turns, [[108, 0.5, 32]]);
    expect(types(see(turns, "112"))).toMatch(/TargetReached/);
  });

  it("is refused where numbers do not rise, or stand at some only", () => {
    for (const rungs of [
      [
        [110, 0.5, 17],
        [120, 1, 17],
      ],
      [
        [110, 0.5, 17],
        [120, 1],
      ],
      [[110, 0.5, 1.5]],
      [[110, 0.5, -1]],
    ] as const) {
      const turns = open().hold("a", "5");
      expect(refused(() => tell(turns, rungs))).toMatch(/targets\[[01]\]\.rung$/);
    }
  });
});

it("what a position has reached is the next one's to reach, though an entry kept the wish alive between them", () => {
  const turns = reached([110, 0.5], [120, 1]);
  turns.turn(turns.fill(sale(turns), "2.5", "110"));
  // Another entry rests; what is left is sold by hand, and the wish outlives it.
  turns.propose("a", [limit("buy", 2, 80)], { [BTC]: mark("110") });
  const entry = [...turns.state.orders.values()].find(({ order }) => order.side === "buy")!;
  turns.turn(turns.report(entry.order.id, "open"));
  turns.turn(turns.fill(stopOf(turns), "2.5", "90"));
  expect(protection(turns)?.stopPrice).toBe(price("90"));
  turns.turn(turns.fill(entry.order.id, "2", "80"));
  tell(turns, [
    [110, 0.5],
    [120, 1],
  ]);
  const touched = see(turns, "110");
  expect(types(touched)).toMatch(/TargetReached/);
  expect(owed(turns)).toBe("1");
});

it("the same stop told again journals nothing, though a rest is owed that is too small to be sold", () => {
  const turns = open(instrument("BTC/USDT", { notionalMin: price("60") as never })).hold("a", "2");
  tell(turns, [[110, 0.2]]);
  see(turns, "110");
  expect(owed(turns)).toBe("0.4");
  expect(out(turns, [])).toBe("");
  expect(types(tell(turns, []))).toMatch(/ProtectionSet/);
  expect(types(tell(turns, []))).toBe("Proposed");
});
