/**
 * P2: a backtest over a million prints with the matching venue and the live portfolio: the shipped SMA 10/50 cross on candles of a
 * minute, and a strategy that is called back for each print and follows it with an average. Beside them a bare loop that calls back for
 * each print over typed arrays, reckons the same and books with two numbers. CPU time: machines are shared.
 */
import { parseLimits } from "../domain/risk/limits.ts";
import type { Trade } from "../domain/market/tick.ts";
import type { Desk, Strategy, Trader } from "../domain/strategy/strategy.ts";
import { parseParams } from "../domain/strategy/params.ts";
import {
  decimal,
  money,
  ZERO,
  type AccountId,
  type InstrumentId,
  type PortfolioId,
  type StrategyId,
  type VenueId,
} from "../domain/values/values.ts";
import type { TickSettings, TickSource } from "../simulation/ticks/settings.ts";
import { tickBacktest } from "../simulation/ticks/tick-backtest.ts";
import type { Listing } from "../simulation/venue/venue.ts";
import { movingAverageCross } from "../strategies/moving-average-cross.ts";
import { bareCross, bareLeaning, Prints, PRINTS, STRAY } from "./bare-prints.ts";
import { inTurn, type Figure, type Result } from "./figure.ts";

const WARM_UP = 4;

const listing: Listing = {
  symbol: "BTCUSDT",
  base: "BTC",
  quote: "USDT",
  tick: decimal("0.01"),
  lot: decimal("0.00001"),
  lotsMin: 1,
  lotsMax: 2 ** 50,
  notionalMin: ZERO,
  makerBps: 10,
  takerBps: 10,
  feeStep: decimal("0.00000001"),
  status: "trading",
  market: "tape",
  queueAheadLots: 0,
};

const sourceOf = (columns: Prints): TickSource => {
  const { at, ticks, lots, ids, buys } = columns;
  let next = 0;
  return {
    ahead: () => ({ symbol: "BTCUSDT", columns, from: next, to: PRINTS, before: Infinity }),
    taken: (index) => void (next = index),
    listings: [listing],
    nextAt: () => (next < PRINTS ? at[next] : undefined),
    apply(stage) {
      const moment = at[next]!;
      for (; next < PRINTS && at[next] === moment; next += 1)
        stage.print(
          "BTCUSDT",
          ids[next]!,
          ticks[next]!,
          lots[next]!,
          buys[next] === 1 ? "buy" : "sell",
          moment,
        );
    },
  };
};

/** Follows the price with an average over some 1,000 prints, and leans against it where it strays. */
class Leaning implements Trader {
  private mean = NaN;
  private side = 0;

  onCandle(): void {}

  onTrade({ price }: Trade, i: number, desk: Desk): void {
    this.mean = Number.isNaN(this.mean) ? price : this.mean + (price - this.mean) * 0.002;
    const side = price > this.mean * (1 + STRAY) ? -1 : price < this.mean * (1 - STRAY) ? 1 : 0;
    if (side === 0 || side === this.side) return;
    this.side = side;
    desk.aim(i, side > 0 ? 0.95 : 0, "strayed");
  }

  save = () => ({});
  load = () => undefined;
}

const leaning: Strategy = {
  name: "leaning",
  about: "",
  genes: {},
  needs: () => ({ timeframes: [], warmupCandles: 0, trades: true }),
  start: () => new Leaning(),
};

const settingsOf = (prints: Prints, strategy: Strategy): TickSettings => ({
  source: sourceOf(prints),
  venue: "bench" as VenueId,
  account: "main" as AccountId,
  balances: { USDT: money("10000") },
  nonce: "1",
  portfolio: { id: "main" as PortfolioId, limits: parseLimits({}, "limits"), balanceSettleMs: 10_000 },
  strategies: [
    {
      id: "one" as StrategyId,
      strategy,
      params: parseParams(strategy, {}),
      instruments: ["bench:BTC/USDT" as InstrumentId],
      capital: money("10000"),
    },
  ],
});

/** Million prints a second of CPU. */
const rate = (run: () => number): number => {
  const before = process.cpuUsage();
  if (run() < 1) throw new Error("nothing was traded");
  const { user, system } = process.cpuUsage(before);
  return PRINTS / (user + system);
};

const fills = (prints: Prints, strategy: Strategy): number => {
  const { venue } = tickBacktest(settingsOf(prints, strategy));
  return venue.fills("main", "BTCUSDT").length;
};

export const figure: Figure = {
  name: "tick-backtest",
  async run() {
    const results: Result[] = [];
    for (const [perMinute, strategy, bare, what] of [
      [600, movingAverageCross, bareCross, "averages of candles, 600 prints a minute"],
      [60, movingAverageCross, bareCross, "averages of candles, 60 prints a minute"],
      [600, leaning, bareLeaning, "a strategy that hears each print"],
    ] as const) {
      const prints = new Prints(perMinute);
      for (let k = 0; k < WARM_UP; k += 1) {
        fills(prints, strategy);
        bare(prints);
      }
      const { ours, reference, ratio } = await inTurn(
        () => rate(() => fills(prints, strategy)),
        () => rate(() => bare(prints)),
      );
      results.push({
        figure: "P2",
        what: `backtest over prints, ${what}`,
        ours,
        reference,
        unit: "M prints/s of CPU",
        referenceName: "a callback a print that reckons the same",
        ratio,
        target: ">= 0.167 (R at most 6)",
        met: ratio >= 1 / 6,
        note: `R ${(1 / ratio).toFixed(1)}; ${fills(prints, strategy)} fills`,
      });
    }
    return results;
  },
};
