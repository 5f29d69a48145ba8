/**
 * A paper run and the backtest of the same hour: what differs, and why. The run's own commands are decided again, what it sent
 * is put before the venue again, and the rest is laid beside the backtest (simulation/explain).
 */
import type { Journal } from "../adapters/journal/journal.ts";
import { timeframes } from "../domain/market/candle.ts";
import { portfolioDecider } from "../domain/portfolio/portfolio.ts";
import type { PortfolioState } from "../domain/portfolio/state.ts";
import { replay } from "../mixins/replay.ts";
import { arrivalsOf, type Riddle } from "../simulation/explain/against-venue.ts";
import { explain, type Explanation } from "../simulation/explain/explain.ts";
import { ordersOf, timed, type TimedTurn } from "../simulation/explain/order-path.ts";
import { venueAgain } from "../simulation/explain/venue-again.ts";
import type { TickSettings } from "../simulation/ticks/settings.ts";
import { tickBacktest } from "../simulation/ticks/tick-backtest.ts";
import { recordedRun } from "./recorded-run.ts";
import type { Settings } from "./settings.ts";

export interface Explained extends Explanation {
  readonly prints: number;
  readonly candles: number;
}

/** `settings`: those of the run. Throws `Invalid` where the journal is of no replay, or of other settings. */
export const explained = async (
  journal: Journal,
  settings: Settings,
  portfolio: string,
): Promise<Explained> => {
  const { turns: run, backtest } = await recordedRun(journal, settings, portfolio);
  const prepared = await backtest();
  const { turns, trades: prints, candles, state } = tickBacktest(prepared);
  const { source } = await backtest();
  const { venue, account, balances } = prepared;
  const again = venueAgain({
    source,
    venue,
    account,
    balances,
    arrivals: arrivalsOf(ordersOf(run).values()),
  });
  const decider = portfolioDecider(prepared.portfolio);
  const { difference } = await replay(journal, `portfolio.${portfolio}`, decider);
  const riddles: Riddle[] =
    difference === undefined
      ? []
      : [{ what: `entry ${difference.sequence} is decided otherwise now`, at: difference.sequence }];
  const states = [folded(prepared, run), state] as const;
  const [endedAt] = [...again.printed.values()].map(({ at }) => at.at(-1) ?? 0).sort((a, b) => b - a);
  const shortest = new Map<string, number>();
  const warmUps = new Map<string, number>();
  const begun = settings.venues[venue]?.sandbox?.from !== undefined;
  const startedAt = Math.min(...[...again.printed.values()].map(({ at }) => at[0] ?? Infinity));
  for (const { id, strategy, params } of prepared.strategies) {
    const needs = strategy.needs(params);
    const spans = needs.timeframes.map((frame) => timeframes[frame]);
    shortest.set(id, Math.min(...spans));
    warmUps.set(id, (needs.warmupCandles + 1) * Math.max(...spans));
  }
  return {
    prints,
    candles,
    ...explain({
      run,
      backtest: timed(turns),
      again,
      endedAt: endedAt ?? 0,
      warmUntil: (id) => (begun ? startedAt + (warmUps.get(id) ?? 0) : -Infinity),
      candleMs: (id) => shortest.get(id) ?? Infinity,
      held: (asset) => {
        const [ours, theirs] = states.map((one) => one.accounts.get(account)?.balances.get(asset) ?? 0n);
        return [ours!, theirs!];
      },
      riddles,
    }),
  };
};

const folded = ({ portfolio }: TickSettings, turns: readonly TimedTurn[]): PortfolioState => {
  const decider = portfolioDecider(portfolio);
  const state = decider.initial();
  for (const { events } of turns) for (const event of events) decider.evolve(state, event);
  return state;
};
