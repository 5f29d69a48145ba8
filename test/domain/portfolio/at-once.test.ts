/** IOC and FOK at a venue that has none: the order rests there, and is asked to end with the news that it stands, whatever comes in between. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { undelivered } from "../../../domain/portfolio/news.ts";
import { format } from "../../../domain/values/values.ts";
import { Turns } from "./turns.ts";
import { instrument, limit, of } from "./words.ts";
import "../../seed.ts";

const opened = (lacks: readonly ("ioc" | "fok")[], timeInForce: "IOC" | "FOK" | "GTC") => {
  const turns = new Turns().open({ USDT: "1000" }, { ...instrument(), lacks }).allot("a", "1000");
  const events = turns.propose("a", [limit("buy", 5, 99, { timeInForce })]);
  const { id } = of(events, "OrderApproved")[0]!.order;
  return { turns, id };
};
const cancels = (turns: Turns): number => of(turns.journal, "CancelRequested").length;

it.each([
  // lacks, order, whether it is ended
  [["ioc"], "IOC", 1],
  [["ioc", "fok"], "FOK", 1],
  // It goes as an IOC, or the venue has it.
  [["fok"], "FOK", 0],
  [["ioc"], "FOK", 0],
  [[], "IOC", 0],
  [["ioc", "fok"], "GTC", 0],
] as const)("lacks %j, %s: %i cancel", (lacks, timeInForce, ended) => {
  const { turns, id } = opened(lacks, timeInForce);
  turns.turn(turns.report(id, "open"));
  expect(cancels(turns)).toBe(ended);
  const closed = of(turns.turn(turns.report(id, "cancelled")), "OrderClosed")[0]!;
  // As a venue tells it that has them.
  expect(closed.status).toBe(ended === 1 ? "expired" : "cancelled");
});

const step = fc.constantFrom("open", "open", "unknown", "fill", "restart", "cancelled");

it("is asked to end once, and again after a crash, under any news", () => {
  let ended = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      const { turns, id } = opened(["ioc"], "IOC");
      let filled = 0;
      let stood = false;
      for (const one of steps) {
        const live = turns.state.orders.get(id);
        if (one === "open") {
          stood ||= live !== undefined;
          turns.turn(turns.report(id, "open", String(filled)));
        } else if (one === "unknown")
          turns.turn({ type: "RecordOutcome", order: id, outcome: "unknown", at: turns.now as never });
        else if (one === "fill" && live !== undefined) {
          filled += 1;
          turns.turn(turns.fill(id, "1", "99"));
        } else if (one === "cancelled") turns.turn(turns.report(id, "cancelled", String(filled)));
        else if (one === "restart") {
          // What is told after recovery comes from the journal alone.
          const state = turns.decider.initial();
          for (const event of turns.journal) turns.decider.evolve(state, event);
          turns.state = state;
        }
        const now = turns.state.orders.get(id);
        expect(cancels(turns)).toBe(stood && (now !== undefined || cancels(turns) > 0) ? 1 : 0);
        const again = undelivered(turns.state).filter(({ type }) => type === "cancel");
        expect(again).toHaveLength(now !== undefined && stood ? 1 : 0);
        const closed = of(turns.journal, "OrderClosed");
        if (now === undefined) {
          ended += 1;
          expect(closed).toHaveLength(1);
          expect(closed[0]!.status).toBe(filled === 5 ? "filled" : "expired");
          expect(format(closed[0]!.filled)).toBe(String(filled));
        }
      }
    }),
    { numRuns: 200 },
  );
  expect(ended).toBeGreaterThan(50);
});
