/** One leg filled and the other not: cancelled, traded at the market, unwound; for any venue, and measured. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Exposure } from "../../../domain/arbitrage/exposure.ts";
import { LegRisk } from "../../../domain/arbitrage/leg-risk.ts";

const terms = { hedgeMs: 1_000, marketMs: 500, least: 0.001 };

/** Acts until there is nothing to do: "cancel 0", "trade 1 -0.5". */
const acts = (risk: LegRisk, now: number): string[] => {
  const done: string[] = [];
  while (risk.decide(now) !== "none")
    done.push(risk.act === "trade" ? `trade ${risk.leg} ${risk.quantity}` : `cancel ${risk.leg}`);
  return done;
};

describe("leg risk", () => {
  it("is over when both legs are filled alike", () => {
    const risk = new LegRisk(terms);
    risk.begin(0);
    expect(risk.ready).toBe(false);
    risk.filled(0, 1);
    risk.ended(0);
    expect(acts(risk, 10)).toEqual([]);
    expect(risk.nextAt).toBe(1_000);
    risk.filled(1, -1);
    risk.ended(1);
    expect(acts(risk, 20)).toEqual([]);
    expect(risk).toMatchObject({ phase: "flat", hedged: 1, ready: true, unhedged: 0 });
  });

  it("hedge time-out, market, unwind", () => {
    const risk = new LegRisk(terms);
    risk.begin(0);
    risk.filled(0, 1);
    risk.ended(0);
    risk.filled(1, -0.25);
    expect(acts(risk, 999)).toEqual([]);
    expect(acts(risk, 1_000)).toEqual(["cancel 1"]);
    expect(acts(risk, 1_001)).toEqual([]);
    risk.ended(1);
    expect(acts(risk, 1_100)).toEqual(["trade 1 -0.75"]);
    risk.filled(1, -0.25);
    risk.ended(1);
    // The market had only that: the rest is taken back where it was bought.
    expect(acts(risk, 1_200)).toEqual(["trade 0 -0.5"]);
    risk.filled(0, -0.5);
    risk.ended(0);
    expect(acts(risk, 1_300)).toEqual([]);
    expect(risk).toMatchObject({ phase: "flat", hedged: 0, unwound: 1 });
  });

  it("a leg that is refused ends the other at once", () => {
    const risk = new LegRisk(terms);
    risk.begin(0);
    risk.ended(1);
    expect(acts(risk, 1)).toEqual(["cancel 0"]);
    risk.filled(0, 0.4);
    risk.ended(0);
    expect(acts(risk, 2)).toEqual(["trade 1 -0.4"]);
    risk.ended(1);
    expect(acts(risk, 3)).toEqual(["trade 0 -0.4"]);
  });

  it("a venue that says nothing more: the other leg is unwound, and a late fill too", () => {
    const risk = new LegRisk(terms);
    risk.begin(0);
    risk.filled(0, 1);
    risk.ended(0);
    expect(acts(risk, 1_000)).toEqual(["cancel 1"]);
    expect(acts(risk, 1_999)).toEqual([]);
    expect(acts(risk, 2_000)).toEqual(["trade 0 -1"]);
    risk.filled(0, -1);
    risk.ended(0);
    expect(acts(risk, 2_010)).toEqual([]);
    expect(risk).toMatchObject({ phase: "flat", ready: false });
    // It was filled all the same.
    risk.filled(1, -1);
    risk.ended(1);
    expect(acts(risk, 60_000)).toEqual(["trade 1 1"]);
    risk.filled(1, 1);
    risk.ended(1);
    expect(acts(risk, 60_001)).toEqual([]);
    expect(risk).toMatchObject({ phase: "flat", ready: true, late: 1, unhedged: 0 });
  });

  it("less than can be traded is carried on and made up for later", () => {
    const risk = new LegRisk({ ...terms, least: 0.5 });
    const round = (): string[] => {
      risk.begin(0);
      risk.filled(0, 1.25);
      risk.filled(1, -1);
      risk.ended(0);
      risk.ended(1);
      return acts(risk, 1);
    };
    expect(round()).toEqual([]);
    expect(risk).toMatchObject({ phase: "flat", unhedged: 0.25 });
    expect(round()).toEqual(["trade 1 -0.5"]);
  });

  it("ends flat on any two venues that answer again, with one order out on a leg at most", () => {
    const step = fc.record({
      ms: fc.integer({ min: 1, max: 700 }),
      share: fc.constantFrom(0, 0.3, 1),
      answers: fc.boolean(),
      leg: fc.constantFrom(0, 1),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, buysFirst) => {
        const risk = new LegRisk(terms);
        const out: (number | undefined)[] = [undefined, undefined];
        const held = [0, 0];
        const cancelling = [false, false];
        let now = 0;
        const begin = (): void => {
          risk.begin(now);
          out[0] = buysFirst ? 1 : -1;
          out[1] = -out[0];
        };
        /** The venue of a leg fills a share of what is out and, when it is asked or all is filled, ends it. */
        const answer = (leg: number, share: number): void => {
          const wanted = out[leg];
          if (wanted === undefined) return;
          const part = Math.abs(wanted) < 0.01 ? wanted : wanted * share;
          if (part !== 0) risk.filled(leg, part);
          held[leg]! += part;
          out[leg] = wanted - part;
          if (share < 1 && !cancelling[leg] && part !== wanted) return;
          risk.ended(leg);
          out[leg] = undefined;
          cancelling[leg] = false;
        };
        const act = (): void => {
          while (risk.decide(now) !== "none") {
            if (risk.act === "trade") {
              expect(out[risk.leg]).toBeUndefined();
              expect(Math.abs(risk.quantity)).toBeLessThanOrEqual(2 + 1e-9);
              out[risk.leg] = risk.quantity;
            } else {
              expect(out[risk.leg]).toBeDefined();
              cancelling[risk.leg] = true;
            }
          }
        };
        for (const { ms, share, answers, leg } of steps) {
          if (risk.ready) begin();
          now += ms;
          if (answers) answer(leg, share);
          act();
          expect(risk.unhedged).toBeCloseTo(held[0]! + held[1]!, 9);
        }
        for (let k = 0; k < 40; k += 1) {
          now += 600;
          for (const leg of [0, 1]) answer(leg, cancelling[leg] ? 0 : 1);
          act();
        }
        expect(risk.ready).toBe(true);
        expect(Math.abs(held[0]! + held[1]!)).toBeLessThan(terms.least);
      }),
    );
  });
});

describe("exposure", () => {
  it("measures time, notional over time, the longest stretch and the peak", () => {
    const exposure = new Exposure();
    exposure.note(1_000, 2, 100, 0.1);
    exposure.note(1_500, 1, 110, 0.1);
    exposure.note(2_500, 0.05, 110, 0.1);
    exposure.note(9_000, -1, 120, 0.1);
    exposure.note(9_250, 0, 120, 0.1);
    // 200 for 500 ms, 110 for 1,000, nothing for 6,500, 120 for 250.
    expect(exposure).toMatchObject({
      base: 0,
      episodes: 2,
      unhedgedMs: 1_750,
      longestMs: 1_500,
      notionalMs: 200 * 500 + 110 * 1_000 + 120 * 250,
      peakNotional: 200,
    });
  });

  it("tells of the stretch that is still open up to now", () => {
    const exposure = new Exposure();
    exposure.note(1_000, 2, 100, 0.1);
    exposure.note(2_000, 0, 100, 0.1);
    exposure.note(5_000, -3, 100, 0.1);
    // 200 for a second, and 300 for four so far.
    expect(exposure.seen(9_000)).toEqual({
      ...{ base: -3, notional: 300, episodes: 2, peakNotional: 300 },
      ...{ seconds: 5, longestSeconds: 4, notionalSeconds: 1_400 },
    });
    expect(exposure.unhedgedMs).toBe(1_000);
  });
});
