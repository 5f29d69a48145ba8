/** Of any portfolio of several strategies: at every close each one's equity is its cash and marked positions, reckoned anew from its fills, and they sum to the whole. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import "../../../seed.ts";
import { backtestPortfolio } from "../../../../simulation/backtest/portfolio/portfolio-backtest.ts";
import { aiming, walk } from "../contracts/walks.ts";
import { candlesOf, instrument, MINUTE, scripted, START } from "../scripted.ts";

const PAIRS = ["A/USDT", "B/USDT", "C/USDT"];

it("equity is cash and marked positions, strategy by strategy", () => {
  let crossed = 0;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      const rows = PAIRS.map((_, i) => walk(seed + i, 60));
      const owned = [[0, 1, 2], [1], [2, 0], [0, 1]];
      const ran = backtestPortfolio({
        ...{
          convention: "next-open",
          makerBps: 5,
          takerBps: 10,
          slippage: { model: "bps", bps: 2 },
          seed: 1,
        },
        markets: PAIRS.map((symbol, i) => ({
          instrument: instrument(symbol),
          timeframe: "1m",
          candles: candlesOf(rows[i]!),
        })),
        seats: owned.map((markets, k) => {
          const { strategy } = scripted(aiming(seed + 100 * k, 0, 0.9));
          return { id: `s${k}`, strategy, params: {}, markets, capital: 1_000 * (k + 1) };
        }),
      });
      crossed += ran.crossed;
      const sums = Array.from(ran.equity.at, () => 0);
      for (const [k, { orders, equity }] of ran.seats.entries()) {
        const filled = orders
          .filter(({ status }) => status === "filled")
          .sort((a, b) => a.closedAt - b.closedAt);
        expect(filled.length).toBeGreaterThan(3);
        const held = PAIRS.map(() => 0);
        let cash = 1_000 * (k + 1);
        let next = 0;
        for (const [row, at] of equity.at.entries()) {
          // What meets inside does so at the last price, and changes nobody's equity; the venue's part comes at the open after the close.
          for (; next < filled.length && filled[next]!.closedAt < at; next += 1) {
            const { pair, side, filled: size, averagePrice, fees } = filled[next]!;
            const change = side === "buy" ? size : -size;
            held[PAIRS.indexOf(pair)]! += change;
            cash -= change * averagePrice + fees;
          }
          const minute = (at - START) / MINUTE - 1;
          const worth = held.reduce((sum, each, i) => sum + each * rows[i]![minute]![3], cash);
          expect(equity.value[row]).toBeCloseTo(worth, 6);
          sums[row]! += worth;
        }
      }
      for (const [row, sum] of sums.entries()) expect(ran.equity.value[row]).toBeCloseTo(sum, 6);
    }),
    { numRuns: 6 },
  );
  expect(crossed).toBeGreaterThan(0);
});
