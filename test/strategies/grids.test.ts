/** Grids of contracts, which sell first: profits in closed form, of 1,000 at the start, 950 of which are used. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Desk, OrderUpdate, Params, Saved, Strategy, Trader } from "../../domain/strategy/strategy.ts";
import { parseParams } from "../../domain/strategy/params.ts";
import { fromJson, toJson } from "../../domain/values/json.ts";
import { money, quantity } from "../../domain/values/values.ts";
import { accountings } from "../../simulation/backtest/settings.ts";
import { grid } from "../../strategies/grid.ts";
import { refused } from "../refused.ts";
import { instrument } from "../simulation/backtest/scripted.ts";
import { anyParams, candlesOf, perpetuals, runOn, walk, withoutJumps } from "./markets.ts";

const cycles = 5;
const params = { lower: 95, upper: 105, cells: 10 };
const contracts = { contracts: perpetuals };
const settings = { ...contracts, makerBps: 2, takerBps: 5 };

/** Three minutes at 100, then cycles of a sine about it, 120 minutes each, and a quarter: down first where the amplitude is below 0. */
const sine = (amplitude: number): number[] => [
  ...[100, 100, 100],
  ...Array.from({ length: cycles * 120 + 31 }, (_, k) => 100 + amplitude * Math.sin((2 * Math.PI * k) / 120)),
];

const whole = (size: number, lot: number): number => Math.floor(size / lot) * lot;

describe.each(accountings)("a grid of contracts, %s", (accounting) => {
  const run = (mode: string, amplitude: number, bps: number, lotSize: string) =>
    runOn(
      grid,
      { ...params, mode },
      {
        ...{ tables: [candlesOf(sine(amplitude))], ...contracts, accounting, makerBps: bps, takerBps: bps },
        of: { lotSize: quantity(lotSize), quantityMin: quantity(lotSize), notionalMin: money("5") },
      },
    );
  const cases = [
    [0, "0.00000001"],
    [10, "0.00000001"],
    [10, "0.01"],
  ] as const;

  it.each(cases)(
    "neutral earns the cells that are crossed to both sides, fees of %d bps, lots of %s",
    (bps, lot) => {
      const result = run("neutral", 4.6, bps, lot);
      // Cells 0 to 4 lie below 100 and buy first, at 95..99: 485. Cells 5 to 9 sell first, at 101..105, and need 2 * 105 less that: 535.
      // From 95.4 to 104.6 cells 1 to 8 go round once a cycle, their levels sum to 1,600; in the end 5 to 8 are short once more.
      const fee = bps / 10_000;
      const size = whole(950 / (1 + fee) / 1_020, Number(lot));
      const rounds = cycles * size * (8 - 1_600 * fee);
      const short = size * ((101 + 102 + 103 + 104) * (1 - fee) - 4 * 104.6);
      expect(result.equity.value.at(-1)).toBeCloseTo(1_000 + rounds + short, 7);
      expect(result.refusals).toEqual({});
      for (const order of result.orders) expect(order.quantity).toBeCloseTo(size, 12);
    },
  );

  it.each(cases)("short sells what the cells below buy back, fees of %d bps, lots of %s", (bps, lot) => {
    const result = run("short", -4.6, bps, lot);
    // Cells 0 to 4 are sold at 100 to begin with, and need 2 * 105 less that: 550; with the others 1,085. Cells 1 to 8 go round once a
    // cycle; in the last quarter 1 to 4 are bought back once more.
    const fee = bps / 10_000;
    const size = whole(950 / (1 + fee) / 1_085, Number(lot));
    const opened = 5 * size * 100 * (1 - fee);
    const rounds = cycles * size * (8 - 1_600 * fee);
    const last = size * ((96 + 97 + 98 + 99) * (1 + fee) + 95.4);
    expect(result.equity.value.at(-1)).toBeCloseTo(1_000 + opened + rounds - last, 7);
    expect(result.orders[0]).toMatchObject({ tag: "open 0 #1", side: "sell", type: "market" });
    expect(result.refusals).toEqual({});
  });
});

/** Any grid that contracts take, about the first price. */
const anyGrid = anyParams(grid)
  .map((genome): Params => ({ ...genome, lower: 0, upper: 0, cells: Math.ceil(Number(genome["cells"]) / 5) }))
  .filter(({ mode, trailing }) => mode !== "neutral" || trailing === false);
const tablesOf = (seed: number, length = 250) =>
  Array.from({ length: 2 }, (_, i) => candlesOf(walk(`${seed} ${i}`, length), 0.001));
const anySeed = fc.integer({ min: 0, max: 1_000 });

/** The same grid, whose trader is made anew before each of these candles, and told what the last one saved or nothing. */
const renewed = (before: (candle: number) => boolean, keeps: boolean): Strategy => ({
  ...(grid as Strategy),
  start: (genome, market) => {
    const made = (): Trader => grid.start(genome as never, market);
    let trader = made();
    let told = 0;
    return {
      onCandle: (candle, i, timeframe, desk) => {
        if (i === 0 && before((told += 1))) {
          const saved = fromJson(toJson(trader.save())) as Saved;
          trader = made();
          if (keeps) trader.load(saved);
        }
        trader.onCandle(candle, i, timeframe, desk);
      },
      onOrder: (update, desk) => trader.onOrder?.(update, desk),
      save: () => trader.save(),
      load: (saved) => trader.load(saved),
    };
  },
});

describe("any grid of contracts", () => {
  const coarse: Partial<Instrument> = {
    lotSize: quantity("0.1"),
    quantityMin: quantity("0.1"),
    notionalMin: money("5"),
  };

  /** Its orders that were refused for want of money. */
  const spied = (blocked: string[]): Strategy => ({
    ...(grid as Strategy),
    start: (genome, market) => {
      const trader = grid.start(genome as never, market);
      const onOrder = trader.onOrder!.bind(trader);
      return Object.assign(trader, {
        onOrder: (update: OrderUpdate, desk: Desk) => {
          if (update.reason === "capital") blocked.push(update.side);
          onOrder(update, desk);
        },
      });
    },
  });

  it("keeps to its side, its money and whole lots, and is never too poor to buy back", () => {
    const any = fc.record({
      genome: anyGrid,
      seed: anySeed,
      accounting: fc.constantFrom(...accountings),
      of: fc.constantFrom({}, coarse),
    });
    fc.assert(
      fc.property(any, ({ genome, seed, ...over }) => {
        const blocked: string[] = [];
        const result = runOn(spied(blocked), genome, { tables: tablesOf(seed), ...settings, ...over });
        for (const value of result.equity.value) expect(value).toBeGreaterThan(0);
        const refusals = Object.keys(withoutJumps(result.refusals));
        expect(refusals.filter((rule) => rule !== "capital")).toEqual([]);
        // Sales at far better prices take the margin of what was yet to be opened: seldom, and it is not asked for again and again.
        expect(blocked.length).toBeLessThanOrEqual(Number(genome["cells"]));
        const { mode } = genome;
        if (mode !== "neutral") for (const { side } of result.trades) expect(side).toBe(mode);
        if (mode === "short") expect(blocked).not.toContain("buy");
        const lot = over.of.lotSize === undefined ? 1e-8 : 0.1;
        for (const order of result.orders)
          expect(order.quantity / lot).toBeCloseTo(Math.round(order.quantity / lot), 5);
      }),
      { numRuns: 50 },
    );
  });

  it("goes on as it would have, though it is saved and loaded at every candle", () => {
    fc.assert(
      fc.property(anyGrid, anySeed, (genome, seed) => {
        const of = (strategy: Strategy) =>
          runOn(strategy, genome, { tables: tablesOf(seed, 100), ...settings }).orders;
        expect(of(renewed(() => true, true))).toEqual(of(grid as Strategy));
      }),
      { numRuns: 20 },
    );
  });
});

describe("a grid that has lost its memory", () => {
  /** In cents and lots: what was rounded, and the numbers of tags, aside. */
  const asked = (strategy: Strategy, genome: object, of: object) =>
    runOn(
      strategy,
      { cells: 10, ...genome },
      { ...settings, contracts: undefined, ...of, tables: [candlesOf(walk("lost", 600), 0.001)] },
    )
      .orders.map(
        ({ at, side, tag, price, quantity: size }) =>
          `${at} ${side} ${tag.split("#")[0]} ${price.toFixed(4)} ${size.toFixed(4)}`,
      )
      .sort();

  it.each([
    ["neutral", contracts],
    ["short", contracts],
    ["long", contracts],
    ["long", {}],
    ["neutral", {}],
  ])("finds its levels by its orders, and goes on as it would have: %s %o", (mode, of) => {
    for (const spacing of ["arithmetic", "geometric"])
      for (const range of [{}, { lower: 95, upper: 105 }]) {
        const genome = { mode, spacing, ...range };
        const whole = asked(grid, genome, of);
        expect(whole.length).toBeGreaterThan(50);
        const forgetful = renewed((told) => told % 97 === 50, false);
        expect(asked(forgetful, genome, of)).toEqual(whole);
      }
  });
});

describe("grids and what they may not", () => {
  const start = (symbol: string, genome: object) => (): Trader =>
    grid.start(parseParams(grid, genome), [instrument(symbol)]);

  it("are not short of spot, and trail to one side only", () => {
    expect(refused(start("A/USDT", { mode: "short" }))).toBe("params.mode");
    expect(refused(start("A/USDT:USDT", { mode: "neutral", trailing: true }))).toBe("params.trailing");
    for (const mode of ["long", "neutral"]) start("A/USDT", { mode, trailing: true })();
    for (const mode of ["long", "short"]) start("A/USDT:USDT", { mode, trailing: true })();
  });

  it("sinks with a price below it, and closes all above its stop", () => {
    const down = Array.from({ length: 201 }, (_, k) => 100 - k / 10);
    const sinking = runOn(
      grid,
      { ...params, mode: "short", trailing: true },
      { tables: [candlesOf(down)], ...contracts },
    );
    const offers = sinking.orders.filter(({ status }) => status === "open").map(({ price }) => price);
    // At 80 the price stands a step below the bottom of 81, so the grid goes down to 80..90.
    expect(Math.max(...offers)).toBeCloseTo(90, 8);
    const up = Array.from({ length: 200 }, (_, k) => 100 + k / 20);
    for (const mode of ["short", "neutral"]) {
      const stopped = runOn(grid, { ...params, mode, stop: 2 }, { tables: [candlesOf(up)], ...contracts });
      expect(stopped.trades.at(-1)!.exitReason).toMatch(/^stop 0 /);
      expect(stopped.orders.filter(({ status }) => status === "open")).toEqual([]);
    }
  });

  it("end with a liquidation: what they owed is gone", () => {
    const up = [
      ...Array.from({ length: 10 }, () => 100),
      ...Array.from({ length: 60 }, (_, k) => 100 + 2 * k),
    ];
    const { orders, trades } = runOn(
      grid,
      { ...params, mode: "short" },
      { tables: [candlesOf(up)], ...contracts },
    );
    expect(trades.at(-1)).toMatchObject({ exitReason: "liquidation", side: "short" });
    expect(orders.at(-1)!.tag).toBe("liquidation");
    expect(orders.filter(({ status }) => status === "open")).toEqual([]);
  });
});
