/** A part of a position closed by hand: by percent, by quantity, under its stop, of a short, and what cannot be. */
import { describe, expect, it } from "vitest";
import { load, save } from "../../../domain/portfolio/save.ts";
import { quantity, type InstrumentId, type StrategyId } from "../../../domain/values/values.ts";
import { refused } from "../../refused.ts";
import { open, protection } from "./protected.ts";
import { held, out, owed, sale, stopOf } from "./targeted.ts";
import type { Turns } from "./turns.ts";
import { BTC, instrument, only, time, types } from "./words.ts";

const close = (
  turns: Turns,
  part: { readonly percent?: number; readonly quantity?: string },
  { id = BTC, strategy = "a" }: { readonly id?: string; readonly strategy?: string } = {},
) =>
  turns.turn({
    ...{ type: "ClosePart", strategy: strategy as StrategyId, instrument: id as InstrumentId, by: "t" },
    ...(part.percent !== undefined && { percent: part.percent }),
    ...(part.quantity !== undefined && { quantity: quantity(part.quantity) }),
    at: time((turns.now += 1_000)),
  });

describe("a part closed by hand", () => {
  it("without a stop leaves at once, and the rest stays", () => {
    const turns = open().hold("a", "5");
    const asked = close(turns, { percent: 30 });
    expect(types(asked)).toBe("CloseAsked, OrderApproved, OrderPlaced");
    expect(out(turns, asked)).toBe("sell 1.5 market close");
    turns.turn(turns.fill(only(asked, "OrderPlaced").order, "1.5", "100"));
    expect(owed(turns)).toBe("0");
    expect(out(turns, close(turns, { quantity: "0.5" }))).toBe("sell 0.5 market close");
  });

  it("under a stop waits for the stop's end, then the stop covers the rest; the ladder stays", () => {
    const turns = held();
    expect(types(close(turns, { quantity: "2" }))).toBe("CloseAsked, CancelRequested");
    const ended = turns.turn(turns.report(stopOf(turns), "cancelled"));
    expect(out(turns, ended)).toBe("sell 2 market close, sell 3 stop-market protection");
    turns.turn(turns.fill(sale(turns), "2", "100"));
    expect(owed(turns)).toBe("0");
    expect(protection(turns)!.targets.left).toHaveLength(2);
  });

  it("is known after a restart, and asked for twice it is twice as much, but never more than is held", () => {
    const turns = held();
    close(turns, { percent: 50 });
    turns.state = load(save(turns.state));
    expect(owed(turns)).toBe("2.5");
    close(turns, { percent: 50 });
    expect(owed(turns)).toBe("3.75");
    expect(refused(() => close(turns, { quantity: "1.26" }))).toBe("quantity");
    turns.turn(turns.report(stopOf(turns), "cancelled"));
    turns.turn(turns.fill(sale(turns), "3.75", "100"));
    expect(owed(turns)).toBe("0");
  });

  it("all of it is all, and a rest that could not be sold goes with it", () => {
    const whole = open().hold("a", "5");
    expect(out(whole, close(whole, { percent: 100 }))).toBe("sell 5 market close");
    const small = open(instrument("BTC/USDT", { quantityMin: quantity("1") })).hold("a", "5");
    expect(out(small, close(small, { percent: 90 }))).toBe("sell 5 market close");
  });

  it("is refused by its field", () => {
    const turns = open(instrument("BTC/USDT", { quantityMin: quantity("1") })).hold("a", "5");
    for (const [part, field, at] of [
      [{}, "percent"],
      [{ percent: 10, quantity: "1" }, "percent"],
      [{ percent: 0 }, "percent"],
      [{ percent: 101 }, "percent"],
      [{ quantity: "0" }, "quantity"],
      [{ quantity: "5.1" }, "quantity"],
      // Less than the venue's smallest order.
      [{ percent: 10 }, "percent"],
      [{ quantity: "0.5" }, "quantity"],
      [{ percent: 50 }, "instrument", { id: "sandbox:ETH/USDT" }],
      [{ percent: 50 }, "instrument", { strategy: "nobody" }],
    ] as const)
      expect(refused(() => close(turns, part, at))).toBe(field);
    expect(owed(turns)).toBe("0");
  });
});
