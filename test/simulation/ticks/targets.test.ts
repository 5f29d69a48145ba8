/** Take-profit targets over prints: the print that reaches one tells the portfolio, rows of prints stop at it, and candles of the same prints come to the same. */
import fc from "fast-check";
import { expect, it } from "vitest";
import "../../seed.ts";
import type { Strategy } from "../../../domain/strategy/strategy.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import {
  format,
  money,
  type AccountId,
  type InstrumentId,
  type PortfolioId,
  type StrategyId,
  type VenueId,
} from "../../../domain/values/values.ts";
import type { Tape } from "../../../sandbox/market/tape.ts";
import { backtest } from "../../../simulation/backtest/backtest.ts";
import { tickBacktest } from "../../../simulation/ticks/tick-backtest.ts";
import { instrumentOf, type TickSource } from "../../../simulation/ticks/settings.ts";
import { print, tape } from "./two-pairs.ts";

/** Enters at every third candle, with a ladder and a stop around its close. */
const climbing: Strategy = {
  name: "climbing",
  about: "",
  genes: {},
  needs: () => ({ timeframes: ["1m"], warmupCandles: 0 }),
  start: () => {
    let candles = 0;
    return {
      onCandle: ({ close }, i, _, desk) => {
        candles += 1;
        if (candles % 3 !== 1) return;
        desk.aim(i, 0.4, "in");
        desk.protect(i, close - 0.05, "w", [
          { price: close + 0.02, part: 0.5 },
          { price: close + 0.04, part: 0.6 },
        ]);
      },
      save: () => ({}),
      load: () => undefined,
    };
  },
};

const run = (source: TickSource) =>
  tickBacktest({
    source,
    venue: "x" as VenueId,
    account: "main" as AccountId,
    balances: { Q: money("1000") },
    nonce: "1",
    recorded: "1m",
    portfolio: { id: "p" as PortfolioId, limits: parseLimits({}, "limits"), balanceSettleMs: 10_000 },
    strategies: [
      {
        id: "s" as StrategyId,
        strategy: climbing,
        params: {},
        instruments: ["x:A/Q", "x:B/Q"] as InstrumentId[],
        capital: money("500"),
      },
    ],
  });
/** By tag, quantity and price, of what was sold. */
const sold = ({ turns }: ReturnType<typeof run>) =>
  turns.flatMap(({ events }) =>
    events.flatMap((event) =>
      event.type === "OrderFilled" && event.fill.side === "sell"
        ? [`${event.tag} ${format(event.fill.quantity)} at ${format(event.fill.price)}`]
        : [],
    ),
  );
const singly = (source: Tape): TickSource => ({
  listings: source.listings,
  nextAt: () => source.nextAt(),
  apply: (stage) => source.apply(stage),
});

/** Many prints a minute, in long rows of one pair. */
const often = print.map((one) => ({
  ...one,
  wait: one.wait === 90_000 ? 20_000 : one.wait,
  ofA: one.lots > 4,
}));

it("rows of prints stop where a target is reached: the same turns as one by one, and nothing is sold beyond what it was reached for", () => {
  let reached = 0;
  fc.assert(
    fc.property(fc.array(often, { minLength: 60, maxLength: 200 }), (steps) => {
      const rows = run(tape(steps));
      expect(rows.turns).toEqual(run(singly(tape(steps))).turns);
      let owed = 0n;
      for (const { command, events } of rows.turns) {
        for (const event of events)
          if (event.type === "TargetReached") {
            if (command.type === "SeePrice") reached += 1;
            owed += event.quantity;
            // A price that somebody waits for is told alone.
            expect(["SeePrice", "Propose"]).toContain(command.type);
          } else if (event.type === "OrderFilled" && event.tag === "target") owed -= event.fill.quantity;
        expect(owed).toBeGreaterThanOrEqual(0n);
      }
    }),
    { numRuns: 15 },
  );
  expect(reached).toBeGreaterThan(20);
});

it("sells at the prints behind the one that reached it, and candles of the same prints sell as much for the same reason", () => {
  const at = (move: number) => ({ wait: 20_000 as const, ofA: true, move, lots: 1_000 });
  // The venue of prints takes its fee of the coins: 19.96 are held. Flat at 10.00 until it has entered with 20; 10.03 reaches 10.02, 10.05 reaches 10.04, 9.94 the stop at 9.95.
  const steps = [at(0), at(0), at(0), at(0), at(0), at(0), at(3), at(0), at(2), at(0), at(-11), at(0), at(0)];
  const done = run(tape(steps));
  expect(sold(done)).toEqual(["target 9.9 at 10.03", "target 6 at 10.05", "protection 4 at 9.94"]);
  const seen = done.turns.filter(({ command }) => command.type === "SeePrice");
  expect(seen.length).toBe(2);
  const listing = tape(steps).listings[0]!;
  const { orders } = backtest({
    ...{ strategy: climbing, params: {}, convention: "intra-candle", accounting: "exact", seed: 1 },
    ...{ startingBalance: 500, makerBps: 10, takerBps: 20, slippage: { model: "none" } },
    markets: [
      {
        instrument: instrumentOf("x" as VenueId, listing),
        timeframe: "1m",
        candles: done.recorded.get("x:A/Q" as InstrumentId)!,
      },
    ],
  });
  const filled = orders.filter(({ side, status }) => side === "sell" && status === "filled");
  expect(filled.map(({ tag, quantity, averagePrice }) => [tag, quantity, averagePrice])).toEqual([
    ["target", 10, 10.02],
    // That print opens a candle beyond 10.04.
    ["target", 6, 10.05],
    ["protection", 4, 9.95],
  ]);
});
