/**
 * What must hold whatever was done to the processes: looked up at the venue, in the journal and in the ledger, once trading
 * has been halted. Every broken one is a line; an empty list is a clean run.
 */
import { verify } from "../../adapters/journal/verify.ts";
import type { StrategyView } from "../../contracts/strategy.ts";
import type { Summary } from "../../nodes/summary.ts";
import { fates, ordersBroken, type AtVenue } from "../e2e/order-fates.ts";
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
  const fate = await fates(cluster.journal);
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
