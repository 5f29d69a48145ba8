/** Strategies whose aims an execution algorithm works, over candles: prices in closed form, aims that change, exits, stops, restarts. */
import { describe, expect, it } from "vitest";
import { parseWork } from "../../domain/execution/work.ts";
import { workedBy } from "../../domain/execution/worked.ts";
import type { Desk, OrderUpdate, Strategy, ToldRow } from "../../domain/strategy/strategy.ts";
import { listenedTo } from "../../domain/strategy/told.ts";
import { demo } from "../../nodes/demo.ts";
import { checkAround } from "../../nodes/live-around.ts";
import { parseSettings } from "../../nodes/settings.ts";
import { strategies } from "../../strategies/index.ts";
import { refused } from "../refused.ts";
import { MINUTE, START } from "../simulation/backtest/scripted.ts";
import { candlesOf, lively, perpetuals, type Run, runOn, walk } from "./markets.ts";
import { renewed } from "./renewed.ts";

type Wish = number | ((desk: Desk) => void);

/** Wishes by minute, counted from 1. */
const wishing = (wishes: Readonly<Record<number, Wish>>, heard: OrderUpdate[] = []): Strategy => ({
  name: "wishing",
  about: "For tests.",
  genes: {},
  needs: () => ({ timeframes: ["1m"], warmupCandles: 0 }),
  start: () => {
    let told = 0;
    return {
      onCandle: (_, i, __, desk) => {
        told += 1;
        const wish = wishes[told];
        if (typeof wish === "number") desk.aim(i, wish, `wish ${wish}`);
        else wish?.(desk);
      },
      onOrder: (update) => heard.push(update),
      save: () => ({ told }),
      load: (saved) => (told = saved["told"] as number),
    };
  },
});

const run = (
  wishes: Readonly<Record<number, Wish>>,
  work: object,
  closes: readonly number[],
  over: Partial<Run> = {},
) => {
  const heard: OrderUpdate[] = [];
  const { strategy, told } = listenedTo(workedBy(wishing(wishes, heard), parseWork(work, "execution")));
  const result = runOn(strategy, {}, { tables: [candlesOf(closes)], ...over });
  const orders = result.orders.map(
    ({ at, side, filled, tag }) =>
      `${(at - START) / MINUTE} ${side} ${Number(filled.toFixed(2))} ${tag.startsWith("worked") ? "part" : tag}`,
  );
  return { result, orders, heard, told: told() };
};

const line = (from: number, step: number, count = 40): number[] =>
  Array.from({ length: count }, (_, k) => from + step * k);
const flat = line(100, 0);
const twap = { minutes: 10, slices: 10 };
const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

describe("aims worked over candles", () => {
  it.each(["float", "exact"] as const)(
    "twap of n slices on a line of prices pays their mean (%s)",
    (accounting) => {
      const { result, told } = run({ 3: 1 }, twap, line(100, 0.1), { accounting });
      // The third close is 100.2, at which ten candles open in turn: 100.2, 100.3, ..., 101.1.
      const opens = Array.from({ length: 10 }, (_, k) => 100.2 + 0.1 * k);
      const filled = sum(result.orders.map((order) => order.filled));
      const paid = sum(result.orders.map((order) => order.filled * order.averagePrice));
      expect(result.orders).toHaveLength(10);
      expect(paid / filled).toBeCloseTo(sum(opens) / 10, 7);
      // All of the money but what an order at the market reserves: 3 percent.
      expect(filled).toBeCloseTo(1_000 / 100.2 / 1.03, 6);
      const [parent, all] = told as readonly [ToldRow, ToldRow];
      expect(parent).toMatchObject({ of: "wish 1", ending: "filled", orders: 10, arrival: 100.2 });
      expect(parent["arrivalBps"]).toBeCloseTo(1e4 * (sum(opens) / 10 / 100.2 - 1), 4);
      expect(all).toMatchObject({ of: "all 1", ending: "filled 1", orders: 10 });
      expect(all["shortfallBps"]).toBeCloseTo(parent["shortfallBps"] as number, 6);
    },
  );

  it("a repeated wish goes on, one that drifts changes the rest, any other begins with what is left", () => {
    const again = run({ 1: 0.5, 2: 0.5, 5: 0.5 }, twap, flat);
    expect(again.orders).toEqual(run({ 1: 0.5 }, twap, flat).orders);
    expect(again.orders).toHaveLength(10);
    // Of 5.0 two are there at minute 5; 5.4 is within a tenth, and due is 5.4 * 5 / 10 then.
    const drifted = run({ 1: 0.5, 5: 0.54 }, twap, flat);
    expect(drifted.orders.slice(0, 6)).toEqual([
      ...["1 buy 0.5 part", "2 buy 0.5 part", "3 buy 0.5 part", "4 buy 0.5 part"],
      ...["5 buy 0.7 part", "6 buy 0.54 part"],
    ]);
    expect(drifted.told).toHaveLength(2);
    // 0.8 begins anew: 8.0 less what is there, in ten parts.
    const anew = run({ 1: 0.5, 5: 0.8 }, twap, flat);
    expect(anew.orders.slice(4)).toEqual(Array.from({ length: 10 }, (_, k) => `${5 + k} buy 0.6 part`));
    expect(anew.told.map(({ of, ending }) => `${of}: ${ending}`)).toEqual([
      "wish 0.5: cancelled",
      "wish 0.8: filled",
      "all 2: cancelled 1, filled 1",
    ]);
  });

  it("goes out at the market at once, or as it came in, and hears of either as of its aim", () => {
    const out = run({ 1: 0.5, 20: 0.2 }, twap, flat);
    expect(out.orders.slice(10)).toEqual(["20 sell 3 aim"]);
    expect(out.heard.every(({ tag }) => tag === "aim")).toBe(true);
    expect(out.heard.filter(({ status }) => status === "filled")).toHaveLength(2);
    const worked = run({ 1: 0.5, 20: 0.2 }, { ...twap, exits: "worked" }, flat);
    expect(worked.orders.slice(10)).toEqual(Array.from({ length: 10 }, (_, k) => `${20 + k} sell 0.3 part`));
    // In the middle of the entry.
    expect(run({ 1: 0.5, 4: 0 }, twap, flat).orders.slice(3)).toEqual(["4 sell 1.5 aim"]);
  });

  it.each(["float", "exact"] as const)("turns over by flat (%s)", (accounting) => {
    const contracts = { contracts: perpetuals, accounting };
    const two = { minutes: 2, slices: 2 };
    expect(run({ 1: 0.4, 10: -0.4 }, two, flat, contracts).orders).toEqual([
      ...["1 buy 2 part", "2 buy 2 part", "10 sell 4 aim", "10 sell 2 part", "11 sell 2 part"],
    ]);
    expect(run({ 1: 0.4, 10: -0.4 }, { ...two, exits: "worked" }, flat, contracts).orders).toEqual([
      ...["1 buy 2 part", "2 buy 2 part", "10 sell 2 part", "11 sell 2 part"],
      ...["11 sell 2 part", "12 sell 2 part"],
    ]);
    // At once its margin a part that there is no money for is followed by a smaller one.
    const all = run({ 1: -1 }, two, flat, contracts);
    expect(Object.keys(all.result.refusals)).toEqual(["capital"]);
    expect(sum(all.result.orders.map((order) => order.filled))).toBeGreaterThan(9.4);
  });

  it.each([
    ["market", "behind"],
    ["market", "before"],
    ["worked", "behind"],
    ["worked", "before"],
  ])("a stop that is wished with a turn over is the new side's (exits: %s, %s the aim)", (exits, place) => {
    const turn = (exposure: number, stop: number) => (desk: Desk) => {
      if (place === "before") desk.protect(0, stop, "stop");
      desk.aim(0, exposure, "turn");
      if (place === "behind") desk.protect(0, stop, "stop");
    };
    const closes = [...flat.slice(0, 20), ...line(100, 1, 20)];
    for (const accounting of ["float", "exact"] as const) {
      const { orders, result } = run(
        { 1: turn(0.4, 90), 10: turn(-0.4, 105) },
        { minutes: 2, slices: 2, exits },
        closes,
        { contracts: perpetuals, accounting },
      );
      expect(orders.at(-1)).toMatch(/buy 4 protection/);
      expect(result.orders.at(-1)!.averagePrice).toBeCloseTo(105, 9);
    }
  });

  it.each(["float", "exact"] as const)("a stop in the middle ends what is worked (%s)", (accounting) => {
    const falls = line(100, -0.5);
    const enter = (desk: Desk): void => {
      desk.protect(0, 98, "stop");
      desk.aim(0, 0.5, "in");
      desk.protect(0, 98, "stop");
    };
    const { orders, told, heard } = run({ 1: enter }, twap, falls, { accounting });
    // The stop grows with each part, and is met within the fifth minute.
    expect(orders.filter((order) => order.includes("part"))).toHaveLength(4);
    expect(orders.filter((order) => /sell 2 protection/.test(order))).toHaveLength(1);
    expect(told[0]).toMatchObject({ of: "in", ending: "cancelled" });
    expect(heard.some(({ tag, status }) => tag === "protection" && status === "filled")).toBe(true);
    // What a stop holds cannot be sold in parts: such an exit goes to the market.
    const exit = run({ 1: enter, 20: 0 }, { ...twap, exits: "worked" }, flat, { accounting }).orders;
    expect(exit.filter((order) => order.includes("sell 5"))).toEqual(
      expect.arrayContaining(["20 sell 5 aim"]),
    );
  });

  it("refuses what cannot be, by name", () => {
    expect(refused(() => parseWork({ algorithm: "slow" }, "execution"))).toBe("execution.algorithm");
    expect(refused(() => parseWork({ exits: "never" }, "execution"))).toBe("execution.exits");
    expect(refused(() => parseWork({ minutes: 1, slices: 100 }, "execution"))).toBe("execution.slices");
    expect(refused(() => parseWork({ slice: 1 }, "execution"))).toBe("execution.slice");
    const whole = parseSettings(demo());
    const checked = (over: object, risk: Readonly<Record<string, unknown>> = {}) => {
      const settings = {
        ...whole,
        strategies: [{ ...whole.strategies[0]!, ...over }],
        portfolios: { main: { ...whole.portfolios["main"]!, risk } },
      };
      return refused(() => checkAround(settings, 0, false));
    };
    const sizing = { method: "volatility-target", volatility: 0.4 };
    expect(checked({ execution: { algorithm: "slow" } })).toBe("strategies.0.execution.algorithm");
    expect(checked({ execution: {} }, { sizing })).toBe("strategies.0.execution");
    expect(() => checked({}, { sizing })).toThrow("not refused");
    const inverse = { contractSize: perpetuals.tiers[0]!.floor } as never;
    expect(refused(() => run({}, twap, flat, { of: inverse }))).toBe("markets");
  });

  it("works the newest wish by other terms, where they have changed since", () => {
    const by = (terms: object) => workedBy(wishing({ 1: 0.9 }), parseWork(terms, "execution"));
    const [slow, fast] = [by({ minutes: 30, slices: 30 }), by({ minutes: 2, slices: 2 })];
    const { orders } = runOn(
      renewed(slow, (event) => event === 12, fast),
      {},
      { tables: [candlesOf(flat)] },
    );
    expect(sum(orders.map(({ filled }) => filled * 100)) / 1_000).toBeCloseTo(0.9, 2);
    // Some slow parts, and the rest in two.
    expect((Math.max(...orders.map(({ at }) => at)) - START) / MINUTE).toBeLessThan(15);
    const sizes = orders.map(({ filled }) => filled).sort((a, b) => b - a);
    expect(sizes[1]! / sizes[0]!).toBeCloseTo(1, 2);
    expect(sizes[2]! / sizes[1]!).toBeLessThan(0.2);
  });

  it.each([...strategies].filter(([name]) => !name.includes("arbitrage")))(
    "%s goes on after save and load with the same decisions",
    (name, strategy) => {
      const tables = [0, 1].map((i) => candlesOf(walk(`worked ${i}`, 400), 0.001));
      const worked = workedBy(strategy, parseWork({ minutes: 5, slices: 5, exits: "worked" }, "execution"));
      const decided = (one: Strategy) =>
        runOn(one, lively[name] ?? {}, { tables }).orders.map(({ at, pair, side, quantity, tag }) =>
          [at, pair, side, quantity, tag].join(" "),
        );
      const orders = decided(worked);
      expect(decided(renewed(worked, (event) => event % 97 === 0))).toEqual(orders);
      if (decided(strategy).length > 0) expect(orders.length).toBeGreaterThan(0);
    },
  );
});
