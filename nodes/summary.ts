/**
 * What a run amounted to, and whether the ledger agrees with the venue: balances to the unit, open orders, and every
 * fill the venue tells of booked exactly once. `lost`: fills of the venue that the journal lacks. `duplicates`: fills
 * booked twice, or booked and unknown to the venue, and order ids that the venue got twice.
 */
import { ref } from "../contracts/contract.ts";
import { ExecutionContract, type VenueTruth } from "../contracts/execution.ts";
import { PortfolioContract } from "../contracts/portfolio.ts";
import { SymbolContract } from "../contracts/symbol.ts";
import type { PortfolioEvent } from "../domain/portfolio/events.ts";
import type { PortfolioView } from "../domain/portfolio/view.ts";
import { upcast } from "../domain/values/upcast.ts";
import { format, type AccountId, type Timestamp } from "../domain/values/values.ts";
import type { Engine } from "./engine.ts";

export interface PositionSummary {
  readonly portfolio: string;
  readonly strategy: string;
  readonly instrument: string;
  readonly quantity: bigint;
  readonly averagePrice: bigint;
  readonly unrealised: bigint;
}

export interface Summary {
  readonly marketTime: number;
  readonly ticks: number;
  readonly candles: number;
  readonly orders: number;
  readonly fills: number;
  readonly crosses: number;
  readonly refusals: Readonly<Record<string, number>>;
  /** By quote asset, all portfolios. */
  readonly equity: Readonly<Record<string, bigint>>;
  readonly positions: readonly PositionSummary[];
  readonly reconciled: boolean;
  readonly duplicates: number;
  readonly lost: number;
  /** What did not agree, in words; empty when reconciled. */
  readonly mismatches: readonly string[];
  readonly journals: Readonly<Record<string, { readonly sequence: number; readonly hash: string }>>;
}

export const summarise = async (engine: Engine): Promise<Summary> => {
  const { wire, settings } = engine;
  const symbols = await Promise.all(engine.instruments.map((id) => ref(wire, SymbolContract, id).inspect()));
  const views: Record<string, PortfolioView> = {};
  const journals: Record<string, { sequence: number; hash: string }> = {};
  const totals = { orders: 0, fills: 0, crosses: 0, duplicates: 0, lost: 0 };
  const refusals: Record<string, number> = {};
  const equity: Record<string, bigint> = {};
  const mismatches: string[] = [];
  for (const [id, { accounts }] of Object.entries(settings.portfolios)) {
    const portfolio = ref(wire, PortfolioContract, id);
    for (const account of accounts) {
      await ref(wire, ExecutionContract, account, { timeoutMs: 60_000 }).reconcile();
      const since = (await portfolio.view()).accounts.find((one) => one.account === account)?.openedAt;
      const truth = await ref(wire, ExecutionContract, account, { timeoutMs: 60_000 }).audit({
        since: since ?? (0 as Timestamp),
      });
      const booked = await bookedFills(engine, id, account);
      const view = await portfolio.view();
      const live = await portfolio.liveOrders({ account: account as AccountId });
      const found = compare(
        account,
        truth,
        booked,
        view,
        live.map(({ order }) => order.id),
      );
      totals.duplicates += found.duplicates;
      totals.lost += found.lost;
      mismatches.push(...found.mismatches);
    }
    const view = (views[id] = await portfolio.view());
    totals.orders += view.counters.orders;
    totals.fills += view.counters.fills;
    totals.crosses += view.counters.crosses;
    for (const [rule, count] of Object.entries(view.counters.refusals))
      refusals[rule] = (refusals[rule] ?? 0) + count;
    for (const [asset, amount] of Object.entries(view.equity)) equity[asset] = (equity[asset] ?? 0n) + amount;
    journals[id] = await tailOf(engine, `portfolio.${id}`);
  }
  return {
    marketTime: engine.marketNow(),
    ticks: symbols.reduce((sum, { trades }) => sum + trades, 0),
    candles: symbols.reduce((sum, { candles }) => sum + candles, 0),
    ...totals,
    refusals,
    equity,
    positions: Object.entries(views).flatMap(([portfolio, view]) => positionsOf(portfolio, view)),
    reconciled: mismatches.length === 0 && totals.duplicates === 0 && totals.lost === 0,
    mismatches,
    journals,
  };
};

const positionsOf = (portfolio: string, view: PortfolioView): readonly PositionSummary[] =>
  view.strategies.flatMap(({ strategy, positions }) =>
    positions
      .filter(({ quantity }) => quantity !== 0n)
      .map(({ instrument, quantity, averagePrice, unrealised }) => ({
        portfolio,
        strategy,
        instrument,
        quantity,
        averagePrice,
        unrealised,
      })),
  );

interface Booked {
  readonly tradeId: string;
  readonly instrument: string;
}

/** Every fill in the journal, ours and foreign: as often as it was booked. */
const bookedFills = async (
  engine: Engine,
  portfolio: string,
  account: string,
): Promise<readonly Booked[]> => {
  const booked: Booked[] = [];
  for await (const entry of engine.journal.read(`portfolio.${portfolio}`))
    for (const { events } of upcast(engine.portfolio.schema, entry))
      for (const event of events as readonly PortfolioEvent[])
        if ("fill" in event && event.fill.account === account) booked.push(event.fill);
  return booked;
};

const compare = (
  account: string,
  truth: VenueTruth,
  booked: readonly Booked[],
  view: PortfolioView,
  live: readonly string[],
) => {
  const mismatches: string[] = [];
  const key = ({ instrument, tradeId }: Booked): string => `${instrument} ${tradeId}`;
  const atVenue = new Set(truth.fills.map(key));
  const asked = booked.filter(({ instrument }) => truth.instruments.includes(instrument));
  const inJournal = new Set(asked.map(key));
  const lost = [...atVenue].filter((one) => !inJournal.has(one));
  const invented = [...inJournal].filter((one) => !atVenue.has(one));
  for (const one of lost) mismatches.push(`${account}: fill ${one} is at the venue and not in the journal`);
  for (const one of invented)
    mismatches.push(`${account}: fill ${one} is in the journal and not at the venue`);
  const ledger = view.accounts.find((one) => one.account === account)?.balances ?? {};
  for (const asset of new Set([...Object.keys(ledger), ...Object.keys(truth.balances)])) {
    const ours = ledger[asset] ?? 0n;
    const theirs = truth.balances[asset] ?? 0n;
    if (ours !== theirs)
      mismatches.push(
        `${account}: ${asset} is ${format(ours)} in the ledger and ${format(theirs)} at the venue`,
      );
  }
  for (const [asset, gap] of Object.entries(
    view.accounts.find((one) => one.account === account)?.unaccounted ?? {},
  ))
    mismatches.push(`${account}: sub-ledgers differ from the account by ${format(gap)} ${asset}`);
  const open = new Set(truth.openOrders);
  for (const id of live)
    if (!open.has(id)) mismatches.push(`${account}: order ${id} is open in the ledger and not at the venue`);
  const repeated = truth.openOrders.length - open.size;
  return {
    lost: lost.length,
    duplicates: asked.length - inJournal.size + invented.length + repeated,
    mismatches,
  };
};

const tailOf = async (engine: Engine, stream: string): Promise<{ sequence: number; hash: string }> => {
  const last = await engine.journal.lastSequence(stream);
  for await (const { sequence, hash } of engine.journal.read(stream, last - 1)) return { sequence, hash };
  return { sequence: last, hash: "" };
};
