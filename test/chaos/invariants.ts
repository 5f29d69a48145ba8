/**
 * What must hold whatever was done to the processes: looked up at the venue, in the journal and in the ledger, once trading
 * has been halted. Every broken one is a line; an empty list is a clean run.
 */
import { verify } from "../../adapters/journal/verify.ts";
import type { StrategyView } from "../../contracts/strategy.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import type { Summary } from "../../nodes/summary.ts";
import { halted, nothingOpen } from "../e2e/settings.ts";
import type { Seen } from "../e2e/strategies/restless.ts";
import type { Cluster } from "./cluster.ts";

const MINUTE = 60_000;

export interface Findings {
  readonly orders: number;
  readonly fills: number;
  readonly entries: number;
  readonly candles: number;
  readonly broken: readonly string[];
}

interface AtVenue {
  readonly orders: readonly { readonly clientOrderId: string; readonly status: string }[];
  readonly fills: readonly { readonly symbol: string; readonly id: number; readonly clientOrderId: string }[];
}

/** Halts, waits until nothing is open, and compares. */
export const invariants = async (cluster: Cluster): Promise<Findings> => {
  const engine = cluster.anyone();
  await halted(engine);
  await nothingOpen(engine);
  const summary = await engine.call<Summary>("summary");
  const broken: string[] = [...summary.mismatches];
  if (summary.lost + summary.duplicates > 0)
    broken.push(`${summary.lost} fills lost, ${summary.duplicates} doubled`);
  const { entries, problem } = await verify(cluster.journal, "portfolio.main");
  if (problem !== undefined) broken.push(problem);
  const fate = await fates(cluster);
  const venue = (await (await fetch(`${cluster.sandbox.adminUrl}/orders`)).json()) as AtVenue;
  broken.push(...ordersBroken(fate, venue));
  const told = await candles(cluster);
  broken.push(...told.broken);
  return {
    orders: venue.orders.length,
    fills: venue.fills.length,
    entries,
    candles: told.count,
    broken,
  };
};

interface Fate {
  placed: number;
  closed: number;
  status: string;
  fills: Set<string>;
}

/** Of every approved order, by the journal alone. */
const fates = async ({ journal }: Cluster): Promise<ReadonlyMap<string, Fate>> => {
  const all = new Map<string, Fate>();
  const of = (order: string): Fate => {
    const known = all.get(order) ?? { placed: 0, closed: 0, status: "approved", fills: new Set() };
    all.set(order, known);
    return known;
  };
  for await (const { turns } of journal.read("portfolio.main"))
    for (const { events } of turns)
      for (const event of events as readonly PortfolioEvent[])
        if (event.type === "OrderApproved") of(event.order.id);
        else if (event.type === "OrderPlaced") of(event.order).placed += 1;
        else if (event.type === "OrderFilled") of(event.order).fills.add(event.fill.tradeId);
        else if (event.type === "OrderClosed") {
          of(event.order).closed += 1;
          of(event.order).status = event.status;
        }
  return all;
};

const ordersBroken = (fate: ReadonlyMap<string, Fate>, venue: AtVenue): readonly string[] => {
  const broken: string[] = [];
  const ids = venue.orders.map(({ clientOrderId }) => clientOrderId);
  const unique = new Set(ids);
  for (const id of unique) {
    const times = ids.filter((one) => one === id).length;
    if (times > 1) broken.push(`order ${id} is ${times} times at the venue`);
    if ((fate.get(id)?.placed ?? 0) === 0) broken.push(`order ${id} is at the venue and was not journaled`);
  }
  for (const [id, { placed, closed, status, fills }] of fate) {
    if (closed !== 1) broken.push(`order ${id} was approved and closed ${closed} times`);
    if (placed > 1) broken.push(`order ${id} was placed ${placed} times`);
    if (status === "never-arrived" && unique.has(id)) broken.push(`order ${id} never arrived, yet is there`);
    if (placed === 1 && !unique.has(id) && status !== "never-arrived" && status !== "refused")
      broken.push(`order ${id} is ${status} in the journal and not at the venue`);
    const there = venue.fills.filter(({ clientOrderId }) => clientOrderId === id).length;
    if (there !== fills.size)
      broken.push(`order ${id} has ${fills.size} fills in the journal, ${there} at the venue`);
  }
  return broken;
};

/** What each strategy was told: no candle missed, none twice, all of them the venue's. */
const candles = async (
  cluster: Cluster,
): Promise<{ readonly count: number; readonly broken: readonly string[] }> => {
  const broken: string[] = [];
  let count = 0;
  const views = await Promise.all(
    cluster.strategies.map((id) => cluster.anyone().ask<StrategyView>("strategy", id, "inspect")),
  );
  const venue = new Map<string, ReadonlyMap<number, string>>();
  for (const symbol of cluster.symbols) {
    const url = `${cluster.sandbox.url}/api/v3/klines?symbol=${symbol.replace("/", "")}&interval=1m&limit=1000`;
    const rows = (await (await fetch(url)).json()) as (string | number)[][];
    venue.set(
      `sandbox:${symbol}`,
      new Map(rows.map((row) => [Number(row[0]), String(row.slice(0, 6).map(Number))])),
    );
  }
  for (const [k, { instruments, state }] of views.entries()) {
    const { told, seen } = state as unknown as { readonly told: number; readonly seen: Seen[][] };
    const mine = seen[0]!;
    const id = cluster.strategies[k]!;
    count += mine.length;
    if (told !== mine.length) broken.push(`${id}: told ${told}, kept ${mine.length}`);
    const klines = venue.get(instruments[0]!)!;
    for (const [n, candle] of mine.entries()) {
      const at = new Date(candle[0]).toISOString();
      if (n > 0 && candle[0] !== mine[n - 1]![0] + MINUTE) broken.push(`${id}: ${at} does not follow`);
      if (klines.get(candle[0]) !== String(candle))
        broken.push(`${id}: ${at} ${String(candle)} is ${klines.get(candle[0])} at the venue`);
    }
  }
  return { count, broken };
};
