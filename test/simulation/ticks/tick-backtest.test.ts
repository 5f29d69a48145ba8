import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candle } from "../../../domain/market/candle.ts";
import type { Desk, OrderUpdate, Strategy, Trader } from "../../../domain/strategy/strategy.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import {
  decimal,
  format,
  money,
  type AccountId,
  type InstrumentId,
  type Money,
  type PortfolioId,
  type StrategyId,
  type VenueId,
} from "../../../domain/values/values.ts";
import type { Listing } from "../../../simulation/venue/venue.ts";
import { tickBacktest } from "../../../simulation/ticks/tick-backtest.ts";
import type { TickSource } from "../../../simulation/ticks/settings.ts";
import { restless } from "./restless.ts";
import { refused } from "../../refused.ts";

const AB: Listing = {
  symbol: "AB",
  base: "A",
  quote: "B",
  tick: decimal("0.01"),
  lot: decimal("0.1"),
  lotsMin: 1,
  lotsMax: 1_000_000,
  notionalMin: 0n as Money,
  makerBps: 10,
  takerBps: 20,
  feeStep: decimal("0.00000001"),
  status: "trading",
  market: "tape",
};
const MINUTE = 60_000;

const takerOf = (id: number) => (id % 5 < 3 ? "buy" : "sell");

/** [ms, price in ticks, lots] */
const tape = (prints: readonly (readonly [number, number, number])[]): TickSource => {
  let next = 0;
  return {
    listings: [AB],
    nextAt: () => prints[next]?.[0],
    apply: (stage) => {
      const moment = prints[next]![0];
      for (let print = prints[next]; print?.[0] === moment; print = prints[next]) {
        next += 1;
        stage.print("AB", next, print[1], print[2], takerOf(next), moment);
      }
    },
  };
};

/** The same prints, which may be taken as columns as well. */
const inColumns = (prints: readonly (readonly [number, number, number])[]): TickSource => {
  const columns = {
    at: Float64Array.from(prints, ([at]) => at),
    ticks: Float64Array.from(prints, ([, ticks]) => ticks),
    lots: Float64Array.from(prints, ([, , lots]) => lots),
    ids: Float64Array.from(prints, (_, i) => i + 1),
    buys: Uint8Array.from(prints, (_, i) => (takerOf(i + 1) === "buy" ? 1 : 0)),
  };
  let next = 0;
  return {
    listings: [AB],
    nextAt: () => prints[next]?.[0],
    apply: (stage) => {
      const at = columns.at[next]!;
      for (; columns.at[next] === at; next += 1)
        stage.print("AB", next + 1, columns.ticks[next]!, columns.lots[next]!, takerOf(next + 1), at);
    },
    ahead: () =>
      next < prints.length
        ? { symbol: "AB", columns, from: next, to: prints.length, before: Infinity }
        : undefined,
    taken: (index) => void (next = index),
  };
};

type Acting = (desk: Desk, nth: number, candle: Candle) => void;

const acting = (act: Acting, heard: OrderUpdate[] = []): Strategy => ({
  name: "acting",
  about: "",
  genes: {},
  needs: () => ({ timeframes: ["1m"], warmupCandles: 0 }),
  start: (): Trader => {
    let nth = 0;
    return {
      onCandle: (candle, _i, _frame, desk) => act(desk, (nth += 1), candle),
      onOrder: (update) => void heard.push(update),
      save: () => ({}),
      load: () => undefined,
    };
  },
});

const silent = acting(() => undefined);

/** The capital is shared between them. */
const run = (source: TickSource, strategy: Strategy, instrument = "x:A/B", count = 1) =>
  tickBacktest({
    source,
    venue: "x" as VenueId,
    account: "main" as AccountId,
    balances: { B: money("1000") },
    nonce: "1",
    portfolio: { id: "p" as PortfolioId, limits: parseLimits({}, "limits"), balanceSettleMs: 10_000 },
    strategies: Array.from({ length: count }, (_, k) => ({
      id: (k === 0 ? "s" : `s${k}`) as StrategyId,
      strategy,
      params: {},
      instruments: [instrument as InstrumentId],
      capital: money(String(1_000 / count)),
    })),
  });

const fillsOf = ({ turns }: ReturnType<typeof run>) =>
  turns.flatMap(({ command }) =>
    command.type === "RecordFill"
      ? [`${command.fill.side} ${format(command.fill.quantity)} at ${format(command.fill.price)}`]
      : [],
  );

describe("a backtest over prints", () => {
  it("acts on a candle when a print has closed it, and is filled by the prints after that", () => {
    const heard: OrderUpdate[] = [];
    const done = run(
      tape([
        [10, 1_000, 50],
        // Closes the first candle; what is decided now meets the prints from here on.
        [MINUTE + 5, 1_010, 1],
        [MINUTE + 6, 1_020, 300],
        [MINUTE + 7, 1_030, 300],
      ]),
      acting((desk, nth) => nth === 1 && desk.aim(0, 0.5, "half"), heard),
    );
    // Half of 1,000 at the candle's close of 10.00: 50 units, of which the next print offers 30, then 20 more.
    expect(fillsOf(done)).toEqual(["buy 30 at 10.2", "buy 20 at 10.3"]);
    expect(done).toMatchObject({ trades: 4 });
    expect(heard.map(({ status }) => status)).toEqual(["approved", "open", "partial", "partial", "filled"]);
    // 1,000 - 30 * 10.2 - 20 * 10.3; the fee of 20 bps is taken in what was bought.
    expect(format(done.venue.balance("main", "B").free)).toBe("488");
    expect(format(done.venue.balance("main", "A").free)).toBe("49.9");
  });

  it("a limit order rests until a print goes through it, and a cancel ends it", () => {
    const done = run(
      tape([
        [10, 1_000, 50],
        [MINUTE, 1_000, 1],
        [MINUTE + 1, 995, 10],
        [2 * MINUTE, 1_000, 1],
        [2 * MINUTE + 1, 980, 500],
      ]),
      acting((desk, nth) => {
        if (nth === 1) {
          desk.place({ i: 0, side: "buy", type: "limit", quantity: 2, price: 9.96 }, "near");
          desk.place({ i: 0, side: "buy", type: "limit", quantity: 2, price: 9.9 }, "far");
        } else if (nth === 2) desk.cancel("far");
      }),
    );
    expect(fillsOf(done)).toEqual(["buy 1 at 9.96", "buy 1 at 9.96"]);
    expect(done.state.orders.size).toBe(0);
  });

  it("the same prints give the same turns, and later prints change no earlier one", () => {
    const prints = Array.from(
      { length: 300 },
      (_, i) => [i * 7_000, 1_000 + Math.round(40 * Math.sin(i / 9)), 5 + (i % 7)] as const,
    );
    const follow = acting((desk, nth, { open, close }) => desk.aim(0, close > open ? 0.8 : 0.1, `n${nth}`));
    const whole = run(tape(prints), follow);
    expect(run(tape(prints), follow).turns).toEqual(whole.turns);
    const cut = run(tape(prints.slice(0, 150)), follow);
    expect(cut.turns.length).toBeGreaterThan(20);
    expect(whole.turns.slice(0, cut.turns.length)).toEqual(cut.turns);
  });

  it.each([
    ["a strategy that hears candles", false, 1],
    ["a strategy that hears each print", true, 1],
    ["two that hear each print", true, 2],
  ])("prints told as columns give the turns of prints told one by one: %s", (_what, trades, count) => {
    const print = fc.tuple(
      fc.constantFrom(0, 0, 1, 700, 20_000, 90_000),
      fc.integer({ min: -12, max: 12 }),
      fc.integer({ min: 1, max: 60 }),
    );
    fc.assert(
      fc.property(fc.array(print, { minLength: 5, maxLength: 120 }), (steps) => {
        let [at, ticks] = [10, 1_000];
        const prints = steps.map(([wait, move, lots]): [number, number, number] => {
          at += wait;
          ticks = Math.max(900, ticks + move);
          return [at, ticks, lots];
        });
        const single = run(tape(prints), restless(trades), "x:A/B", count);
        const inRows = run(inColumns(prints), restless(trades), "x:A/B", count);
        expect(inRows.turns).toEqual(single.turns);
        expect(inRows).toMatchObject({ trades: single.trades, candles: single.candles });
        expect(inRows.venue.depth("AB", 1)).toEqual(single.venue.depth("AB", 1));
      }),
      { numRuns: 40 },
    );
  });

  it.each([1, 2])(
    "%i that hear each print know their worth, and have their order before the next",
    (count) => {
      const [worth, known]: [number[], number[]] = [[], []];
      const hearing: Strategy = {
        ...silent,
        needs: () => ({ timeframes: ["1m"], warmupCandles: 0, trades: true }),
        start(...given) {
          let nth = 0;
          const onTrade: Trader["onTrade"] = ({ price }, i, desk) => {
            const held = desk.position(i) * price;
            worth.push(desk.cash(i) + held, held / (desk.cash(i) + held));
            known.push(desk.equity, desk.exposure(i));
            nth += 1;
            if (nth % 7 === 0) desk.aim(0, nth % 2 === 0 ? 0 : 0.5, "some");
          };
          return { ...silent.start(...given), onTrade };
        },
      };
      // The last two are a buy, and a sell far below it.
      const prints = Array.from({ length: 173 }, (_, k) => [k * 9_000, 1_000 + ((k * 7) % 40), 400] as const);
      const inRows = run(inColumns(prints), hearing, "x:A/B", count);
      expect(known).toEqual(worth);
      expect(new Set(known).size).toBeGreaterThan(100);
      const single = run(tape(prints), hearing, "x:A/B", count);
      expect(inRows.turns).toEqual(single.turns);
      expect(inRows.venue.depth("AB", 1)).toEqual(single.venue.depth("AB", 1));
    },
  );

  it("refuses an instrument that the prints are not of", () => {
    expect(refused(() => run(tape([[1, 1_000, 1]]), silent, "x:C/B"))).toBe("s.instruments");
  });
});
