/**
 * A run over a recording, read from its journal: what the portfolio decided, and the backtest of the same prints that stands
 * beside it, with the run's rules, balances, strategies and ids.
 */
import { systemClock } from "../adapters/clock/clock.ts";
import type { Journal } from "../adapters/journal/journal.ts";
import type { PortfolioCommand } from "../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../domain/portfolio/events.ts";
import { portfolioSchema } from "../domain/portfolio/upcast.ts";
import { parseParams } from "../domain/strategy/params.ts";
import { Invalid } from "../domain/values/invalid.ts";
import type { Decided } from "../domain/values/turn.ts";
import { upcast } from "../domain/values/upcast.ts";
import { money, type InstrumentId, type PortfolioId, type StrategyId } from "../domain/values/values.ts";
import { openMarket } from "../sandbox/market/open.ts";
import { settle } from "../sandbox/options.ts";
import type { TickSettings } from "../simulation/ticks/settings.ts";
import { replayMarketOf } from "./replay-market.ts";
import { aroundLive } from "./live-around.ts";
import type { Settings } from "./settings.ts";
import { strategyFinder } from "./strategy-files.ts";

export interface RecordedTurn extends Decided<PortfolioCommand, PortfolioEvent> {
  /** Market time at which it was taken up. */
  readonly takenAt: number;
}

export interface RecordedRun {
  readonly turns: readonly RecordedTurn[];
  /** Each call opens the recording anew: a source is read once. */
  backtest(): Promise<TickSettings>;
}

/** `settings`: those of the run. Throws `Invalid` where the journal is of no replay, or of other settings. */
export const recordedRun = async (
  journal: Journal,
  settings: Settings,
  portfolio: string,
): Promise<RecordedRun> => {
  const turns: RecordedTurn[] = [];
  for await (const entry of journal.read(`portfolio.${portfolio}`, 0))
    for (const turn of upcast(portfolioSchema, entry))
      turns.push({ ...(turn as Decided<PortfolioCommand, PortfolioEvent>), takenAt: entry.at });
  const { limits, balanceSettleMs, degradation, risk } = commandIn(turns, "SetRules", portfolio);
  const opened = commandIn(turns, "OpenAccount", portfolio);
  const sandbox = settings.venues[opened.venue]?.sandbox;
  const market = sandbox && replayMarketOf(sandbox);
  if (market === undefined) throw new Invalid("replay", "what the run replayed", undefined);
  const strategies = await strategiesOf(settings, portfolio);
  return {
    turns,
    backtest: async () => ({
      source: await openMarket(settle({ market, speed: "max" }), 0),
      venue: opened.venue,
      account: opened.account,
      balances: opened.balances,
      nonce: opened.nonce,
      portfolio: { id: portfolio as PortfolioId, limits, balanceSettleMs, degradation, risk },
      strategies,
    }),
  };
};

const strategiesOf = async (settings: Settings, portfolio: string): Promise<TickSettings["strategies"]> => {
  const find = strategyFinder(settings.strategiesDir);
  const strategies = [];
  for (const [i, one] of settings.strategies.entries()) {
    if (!one.enabled || one.portfolio !== portfolio) continue;
    const { id, strategy: name, params, instruments, capital } = one;
    const found = await find(name);
    const strategy = aroundLive(found, one, `strategies.${i}`, { clock: systemClock, tell: () => undefined });
    strategies.push({
      id: id as StrategyId,
      strategy,
      params: parseParams(strategy, params),
      instruments: instruments as InstrumentId[],
      capital: money(capital),
    });
  }
  return strategies;
};

const commandIn = <T extends PortfolioCommand["type"]>(
  turns: readonly RecordedTurn[],
  type: T,
  portfolio: string,
) => {
  const found = turns.filter(({ command }) => command.type === type).map(({ command }) => command);
  if (found.length !== 1)
    throw new Invalid(
      `portfolio.${portfolio}`,
      `a journal with one ${type}, as a replay leaves`,
      found.length,
    );
  return found[0] as Extract<PortfolioCommand, { readonly type: T }>;
};
