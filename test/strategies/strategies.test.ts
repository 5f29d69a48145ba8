/** What every strategy in the list must keep, whatever it does. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromJson, toJson } from "../../domain/values/json.ts";
import { parseParams } from "../../domain/strategy/params.ts";
import type { Gene, Params, Saved, Strategy } from "../../domain/strategy/strategy.ts";
import { strategies } from "../../strategies/index.ts";
import { refused } from "../refused.ts";
import { decisions, startTrader } from "./trading.ts";

/** Any value that the gene allows; lengths kept short, so that the averages are warm in a short history. */
const anyAllele = (gene: Gene): fc.Arbitrary<number | boolean | string> => {
  if (gene.kind === "flag") return fc.boolean();
  if (gene.kind === "choice") return fc.constantFrom(...gene.choices);
  const { min, step = gene.kind === "integer" ? 1 : 0 } = gene;
  const max = gene.kind === "integer" ? Math.min(gene.max, min + 20) : gene.max;
  if (step === 0) return fc.double({ min, max, noNaN: true });
  return fc
    .integer({ min: 0, max: Math.floor((max - min) / step + 1e-9) })
    .map((steps) => min + steps * step);
};
const anyParams = (strategy: Strategy): fc.Arbitrary<Params> =>
  fc
    .record(Object.fromEntries(Object.entries(strategy.genes).map(([name, gene]) => [name, anyAllele(gene)])))
    .map((params) => ({ ...params, timeframe: "1m" }))
    .filter((params) => strategy.impossible?.(params) === undefined);

/** Closes of two instruments: walks with small steps, ties and an occasional jump. */
const anyHistory = fc
  .array(fc.tuple(fc.integer({ min: -30, max: 30 }), fc.integer({ min: -3, max: 3 })), {
    minLength: 60,
    maxLength: 200,
  })
  .map((steps) => {
    let one = 10_000;
    let other = 500;
    return steps.map(([a, b]) => [
      (one += a * (a === 30 ? 50 : 1)) / 100,
      (other = Math.max(1, other + b)) / 100,
    ]);
  });
const both = ({ genes }: Strategy) => ("side" in genes ? { side: "both" } : {});
const twice = (strategy: Strategy, raw: Params) =>
  [startTrader(strategy, raw, 2), startTrader(strategy, raw, 2)] as const;

describe.each([...strategies])("%s", (name, strategy) => {
  it("is listed under its name, explained, and its defaults are allowed", () => {
    expect(strategy.name).toBe(name);
    for (const gene of Object.values(strategy.genes)) expect(gene.about).not.toBe("");
    const params = parseParams(strategy);
    expect(parseParams(strategy, params)).toEqual(params);
    const needs = strategy.needs(params);
    expect(needs.timeframes).toEqual([params.timeframe]);
    expect(needs.warmupCandles).toBeGreaterThan(0);
  });

  it("goes on after save, JSON and load with exactly the same decisions", () => {
    fc.assert(
      fc.property(anyParams(strategy), anyHistory, fc.nat(), (params, history, at) => {
        const cut = at % history.length;
        const [stays, leaves] = twice(strategy, params);
        decisions(leaves, history.slice(0, cut));
        const arrives = startTrader(strategy, params, 2);
        arrives.load(fromJson(toJson(leaves.save())) as Saved);
        const expected = decisions(stays, history).slice(cut);
        expect(decisions(arrives, history.slice(cut))).toEqual(expected);
        expect(arrives.save()).toEqual(stays.save());
      }),
    );
  });

  it("a changed future changes no earlier decision", () => {
    fc.assert(
      fc.property(anyParams(strategy), anyHistory, anyHistory, fc.nat(), (params, history, other, at) => {
        const cut = at % history.length;
        const [a, b] = twice(strategy, params);
        const changed = [...history.slice(0, cut), ...other];
        expect(decisions(b, changed).slice(0, cut)).toEqual(decisions(a, history).slice(0, cut));
      }),
    );
  });

  it("decides something in a lively market, and nothing before it is warm", () => {
    const params = { ...parseParams(strategy), timeframe: "1m", ...both(strategy) };
    const history = Array.from({ length: 2_000 }, (_, i) => [
      100 + 20 * Math.sin(i / 37) + (i % 97 === 96 ? 40 * Math.sin(i) : 0),
    ]);
    const asked = decisions(startTrader(strategy, params), history);
    expect(asked.filter((asks) => asks.length > 0).length).toBeGreaterThan(10);
    expect(asked.findIndex((asks) => asks.length > 0)).toBeGreaterThan(20);
  });

  it("shares its exposure between its instruments and never exceeds it", () => {
    fc.assert(
      fc.property(anyParams(strategy), anyHistory, (params, history) => {
        for (const ask of decisions(startTrader(strategy, params, 2), history).flat()) {
          if (ask.type === "protect") continue;
          if (ask.type !== "aim") throw new Error(`asked for ${ask.type}`);
          expect([0, Number(params.exposure) / 2]).toContain(Math.abs(ask.exposure));
          if (params.side === "long") expect(ask.exposure).toBeGreaterThanOrEqual(0);
          expect(ask.numbers.every(Number.isFinite)).toBe(true);
        }
      }),
    );
  });

  it("does not look at candles of other timeframes", () => {
    const trader = startTrader(strategy, { timeframe: "1m" });
    const before = trader.save();
    decisions(trader, [[1], [2], [3]], "5m");
    expect(trader.save()).toEqual(before);
  });

  it("refuses a state saved for other parameters or instruments", () => {
    const saved = startTrader(strategy, {}, 2).save();
    expect(refused(() => startTrader(strategy, {}, 1).load(saved))).toBe("saved.lanes");
    const name = Object.entries(strategy.genes).find(([, gene]) => gene.kind === "integer")![0];
    expect(refused(() => startTrader(strategy, { [name]: 11 }, 2).load(saved))).toMatch(
      /^saved\.lanes\[0\]\./,
    );
  });
});
