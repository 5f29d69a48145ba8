/**
 * Targets beside a stop over any interleaving of wishes, prices, fills, exits, refusals, losses, cancels by hand, halts and restarts, before an
 * honest venue that takes stops or takes none: one stop and one sale at most, together of no more than is held; every target is reached
 * once and sold once; a position is bare only while an order ends.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import "../../seed.ts";
import { fromJson, toJson } from "../../../domain/values/json.ts";
import { step } from "./target-steps.ts";
import { Run } from "./targets-run.ts";

it.each([undefined, "none"] as const)(
  "one seller of one base, each target once, bare only while an order ends; stops: %s",
  (stops) => {
    const sum = { reached: 0, sales: 0, failures: 0, partial: 0, rests: 0 };
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 120 }), (steps) => {
        const run = new Run(stops);
        for (const one of steps) run.step(one);
        run.finish();
        for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += run.seen[key];
        const { decider, journal, state } = run.turns;
        const again = decider.initial();
        for (const event of fromJson(toJson(journal)) as typeof journal) decider.evolve(again, event);
        expect(toJson(decider.save(again))).toBe(toJson(decider.save(state)));
      }),
      { numRuns: 30 },
    );
    console.log(JSON.stringify(sum));
    expect(Math.min(sum.reached, sum.sales, sum.failures)).toBeGreaterThan(15);
  },
);
