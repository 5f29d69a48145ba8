/**
 * Any interleaving of wishes, fills, reports, repeats, losses, halts and foreign trades before an honest venue:
 * the books sum to the venue's account to the unit, limits hold, and the journal alone gives the same state.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PortfolioEvent } from "../../../domain/portfolio/events.ts";
import { fromJson, toJson } from "../../../domain/values/json.ts";
import { Run } from "./run.ts";
import { step } from "./steps.ts";
import { ACCOUNT, of } from "./words.ts";

const check = (run: Run): void => {
  const { turns, floor } = run;
  const ours = Object.fromEntries(
    [...turns.state.accounts.get(ACCOUNT)!.balances].filter(([, amount]) => amount !== 0n),
  );
  const theirs = Object.fromEntries(Object.entries(floor.balances()).filter(([, amount]) => amount !== 0n));
  expect(ours).toEqual(theirs);
  // What is still live rests at the venue.
  const open = floor.venue.openOrders(ACCOUNT).map((order) => order.clientId);
  expect([...turns.state.orders.keys()].sort()).toEqual(open.sort());
  expect(of(turns.journal, "Adjusted")).toEqual([]);
};

const replayed = (run: Run, from?: Run["snapshot"]): string => {
  const { decider, journal } = run.turns;
  const state = from === undefined ? decider.initial() : decider.load(fromJson(from.state));
  const events = fromJson(toJson(journal.slice(from?.at ?? 0))) as readonly PortfolioEvent[];
  for (const event of events) decider.evolve(state, event);
  return toJson(decider.save(state));
};

describe("before an honest venue", () => {
  it("the ledger equals the account, the journal equals the state, repeats change nothing", () => {
    let orders = 0;
    let fills = 0;
    let crosses = 0;
    let held = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 40, maxLength: 160 }), fc.boolean(), (steps, feesInBnb) => {
        const run = new Run(feesInBnb);
        for (const one of steps) run.step(one);
        run.finish();
        check(run);
        const now = toJson(run.turns.decider.save(run.turns.state));
        expect(replayed(run)).toBe(now);
        if (run.snapshot !== undefined) expect(replayed(run, run.snapshot)).toBe(now);
        for (const command of run.told) expect(run.turns.turn(command)).toEqual([]);
        orders += run.turns.state.counters.orders;
        fills += run.turns.state.counters.fills;
        crosses += run.turns.state.counters.crosses;
        held += of(run.turns.journal, "OrderHeld").length;
      }),
      { numRuns: 120 },
    );
    console.log(`${orders} orders, ${fills} fills, ${crosses} crossed, ${held} held back`);
    expect(Math.min(orders, fills, crosses, held)).toBeGreaterThan(30);
  });
});
