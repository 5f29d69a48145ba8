/**
 * Whether a replay through the actors decided what the backtester decides over the same prints: the portfolio's journal
 * beside the turns of `simulation/ticks`, command by command and event by event. When a thing arrived is no part of it;
 * all that was decided, asked, filled and booked is.
 */
import type { Journal } from "../adapters/journal/journal.ts";
import type { PortfolioCommand } from "../domain/portfolio/commands.ts";
import { portfolioSchema } from "../domain/portfolio/upcast.ts";
import { parseParams } from "../domain/strategy/params.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { toJson } from "../domain/values/json.ts";
import { upcast } from "../domain/values/upcast.ts";
import { money, type InstrumentId, type PortfolioId, type StrategyId } from "../domain/values/values.ts";
import { openMarket } from "../sandbox/market/open.ts";
import { settle } from "../sandbox/options.ts";
import { tickBacktest } from "../simulation/ticks/tick-backtest.ts";
import { replayMarketOf } from "./replay-market.ts";
import type { Settings } from "./settings.ts";
import { strategyFinder } from "./strategy-files.ts";

export interface Parity {
  readonly trades: number;
  readonly candles: number;
  /** Commands that decided something, and their events. */
  readonly commands: number;
  readonly events: number;
  readonly fills: number;
  /** The first turn that differs, as both have it; null: none does. */
  readonly difference: {
    readonly turn: number;
    readonly actors: string | null;
    readonly backtest: string | null;
  } | null;
  readonly backtestMs: number;
}

type Turn = { readonly command: PortfolioCommand; readonly events: readonly unknown[] };

/** `settings`: those of the run. Throws `Invalid` where the journal is of no replay, or of other settings. */
export const parityOf = async (journal: Journal, settings: Settings, portfolio: string): Promise<Parity> => {
  const live: Turn[] = [];
  for await (const entry of journal.read(`portfolio.${portfolio}`, 0))
    for (const turn of upcast(portfolioSchema, entry)) live.push(turn as Turn);
  const rules = commandIn(live, "SetRules", portfolio);
  const opened = commandIn(live, "OpenAccount", portfolio);
  const sandbox = settings.venues[opened.venue]?.sandbox;
  const market = sandbox && replayMarketOf(sandbox);
  if (market === undefined) throw new Invalid("replay", "what the run replayed", undefined);
  const source = await openMarket(settle({ market, speed: "max" }), 0);
  const find = strategyFinder(settings.strategiesDir);
  const strategies = [];
  for (const { id, strategy: name, params, instruments, capital } of settings.strategies.filter(
    (one) => one.enabled && one.portfolio === portfolio,
  )) {
    const strategy = await find(name);
    strategies.push({
      id: id as StrategyId,
      strategy,
      params: parseParams(strategy, params),
      instruments: instruments as InstrumentId[],
      capital: money(capital),
    });
  }
  const { limits, balanceSettleMs, degradation } = rules;
  const began = performance.now();
  const { turns, trades, candles } = tickBacktest({
    source,
    venue: opened.venue,
    account: opened.account,
    balances: opened.balances,
    nonce: opened.nonce,
    portfolio: { id: portfolio as PortfolioId, limits, balanceSettleMs, degradation },
    strategies,
  });
  const backtestMs = performance.now() - began;
  const events = turns.reduce((sum, turn) => sum + turn.events.length, 0);
  const fills = turns.filter(({ command }) => command.type === "RecordFill").length;
  const difference = firstDifference(live, turns);
  return { trades, candles, commands: turns.length, events, fills, difference, backtestMs };
};

const commandIn = <T extends PortfolioCommand["type"]>(
  turns: readonly Turn[],
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

const firstDifference = (live: readonly Turn[], ours: readonly Turn[]): Parity["difference"] => {
  for (let turn = 0; turn < Math.max(live.length, ours.length); turn += 1) {
    const [actors, backtest] = [textOf(live[turn]), textOf(ours[turn])];
    if (actors !== backtest) return { turn: turn + 1, actors, backtest };
  }
  return null;
};

const textOf = (turn: Turn | undefined): string | null =>
  turn === undefined ? null : toJson(sorted({ command: turn.command, events: turn.events }));

/** With the names of each object in order: who wrote them first does not matter. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, held]) => held !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, held]) => [name, sorted(held)]),
  );
};
