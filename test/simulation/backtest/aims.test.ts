/**
 * The short way of exact accounting against the portfolio: whole results, to the last bit, for strategies that aim by chance and
 * now and then, or only later, ask for more. A limit that can never be reached takes the portfolio from the beginning.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Instrument } from "../../../domain/market/instrument.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import type { Desk, Strategy } from "../../../domain/strategy/strategy.ts";
import { Chance } from "../../../domain/values/chance.ts";
import { decimal, money, price, quantity, toFloat } from "../../../domain/values/values.ts";
import { backtest, type BacktestResult } from "../../../simulation/backtest/backtest.ts";
import { AimGrid } from "../../../simulation/backtest/aim-grid.ts";
import { ExactCash } from "../../../simulation/backtest/exact-cash.ts";
import { canonicalLine } from "../../../simulation/backtest/order-log.ts";
import { fillConventions } from "../../../simulation/backtest/settings.ts";
import { walk } from "./restless.ts";
import { candlesOf, instrument, START, MINUTE } from "./scripted.ts";

/** What the desk shows is part of the result. */
const shown: number[] = [];

const exposures = [0, 0, -0.5, 1, 0.95, 0.5, 1.5, 1e-5, 0.25];

/** `moreFrom`: from this candle on it sometimes asks for what only the portfolio does. */
const aiming = (seed: number, moreFrom: number): Strategy => ({
  name: "aiming",
  about: "Aims by chance.",
  genes: {},
  needs: () => ({ timeframes: ["1m"], warmupCandles: 0 }),
  start: () => {
    let k = 0;
    return {
      onCandle: ({ close }, i, _timeframe, desk) => {
        const chance = new Chance(seed).fork(`${k}`);
        k += 1;
        shown.push(desk.equity, desk.position(0));
        if (chance.next() < 0.2) desk.wake((START + (k + 3) * MINUTE) as Desk["now"]);
        const what = chance.integer(3);
        if (what === 0) desk.aim(i, exposures[chance.integer(exposures.length)]!, "listed");
        if (what === 1) desk.aim(i, chance.next() * chance.next(), "any");
        if (k < moreFrom) return;
        const more = chance.integer(6);
        if (more === 0) desk.protect(i, close * 0.98);
        if (more === 1)
          desk.place({ i, side: "buy", type: "limit", quantity: 0.5, price: close * 0.99 }, "b");
        if (more === 2) shown.push([...desk.orders()].length);
      },
      onTimer: (_at, desk) => desk.aim(0, 0.3, "woken"),
      save: () => ({}),
      load: () => undefined,
    };
  },
});

const grids: readonly Partial<Instrument>[] = [
  {},
  { tickSize: price("0.01"), lotSize: quantity("0.001"), quantityMin: quantity("0.0105") },
  { lotSize: quantity("0.00001"), quantityMax: quantity("1.500005"), notionalMin: money("5") },
  {
    tickSize: price("0.05"),
    lotSize: quantity("0.025"),
    quantityMin: quantity("0.1"),
    notionalMin: money("20.005"),
  },
];

const cases = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  grid: fc.constantFrom(...grids),
  moreFrom: fc.constantFrom(Infinity, Infinity, 0, 30, 50),
  convention: fc.constantFrom(...fillConventions),
  fees: fc.constantFrom(
    { makerBps: 0, takerBps: 0 },
    { makerBps: 12, takerBps: 7.5 },
    { makerBps: 5, takerBps: 10 },
    { makerBps: 0, takerBps: 3.123 },
  ),
  slippage: fc.constantFrom({ model: "none" } as const, { model: "square-root", factor: 0.5 } as const),
  orderLatencyMs: fc.constantFrom(0, 0, 0, 90_000),
  startingBalance: fc.constantFrom(1_000, 1_000.123, 10, 3e9),
});

const told = (result: BacktestResult) => ({
  orders: result.orders.map((order) => `${order.id} ${canonicalLine(order)} ${order.reason} ${order.fees}`),
  trades: result.trades,
  equity: [...result.equity.at, ...result.equity.value],
  refusals: Object.entries(result.refusals).sort(),
  shown: shown.splice(0),
});

describe("exact accounting of aims", () => {
  it("is the portfolio's, to the last bit", () => {
    let orders = 0;
    fc.assert(
      fc.property(cases, ({ seed, grid, moreFrom, fees, ...over }) => {
        const settings = {
          strategy: aiming(seed, moreFrom),
          params: {},
          markets: [
            { instrument: instrument("A/USDT", grid), timeframe: "1m", candles: candlesOf(walk(seed, 80)) },
          ],
          accounting: "exact",
          seed,
          ...fees,
          ...over,
        } as const;
        const short = told(backtest(settings));
        const whole = told(backtest({ ...settings, limits: parseLimits({ openOrdersMax: 1_000_000 }) }));
        expect(JSON.stringify(short)).toBe(JSON.stringify(whole));
        orders += short.orders.length;
      }),
      { numRuns: 30 },
    );
    expect(orders).toBeGreaterThan(300);
  });

  it("takes the markets that doubles hold, and no other", () => {
    const held = (over: Partial<Instrument>): boolean =>
      AimGrid.of({ ...instrument("A/USDT", over), takerBps: 10 }) !== undefined;
    expect(grids.map(held)).toEqual([true, true, true, true]);
    expect(held({ tickSize: price("0.0000000001") })).toBe(false);
    expect(held({ status: "paused" })).toBe(false);
    expect(held({ id: "x:A/USDT:USDT" as Instrument["id"] })).toBe(false);
    expect(AimGrid.of(instrument("A/USDT", { tickSize: price("0.05") }))!.price(1.03)).toBeNaN();
  });
});

describe("exact cash", () => {
  it("adds as decimals do, and shows the nearest double", () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 10n ** 24n),
        fc.integer({ min: 0, max: 15 }),
        fc.array(fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.maxSafeInteger()), { maxLength: 10 }),
        (start, decimals, changes) => {
          const part = 10n ** BigInt(18 - decimals);
          const cash = new ExactCash(start - (start % part), decimals);
          let sum = start - (start % part);
          for (const [units, parts] of changes) {
            const half = Math.trunc(parts / 2);
            const added = cash.add(units, half);
            expect(added || decimals < 2).toBe(true);
            if (added) sum += BigInt(units) * decimal("1") + BigInt(half) * part;
            expect(cash.exact).toBe(sum);
            expect(cash.nearest).toBe(toFloat(sum));
          }
        },
      ),
    );
  });

  it("takes no sum that it cannot hold", () => {
    const cash = new ExactCash(decimal("5"), 2);
    expect(cash.add(2 ** 52, 0)).toBe(false);
    expect(cash.exact).toBe(decimal("5"));
  });
});
