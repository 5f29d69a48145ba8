/**
 * What became of every approved order, by the journal alone, and whether that is what the venue itself knows: placed once,
 * closed once, none lost, none there twice.
 */
import type { Journal } from "../../adapters/journal/journal.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";

export interface AtVenue {
  readonly orders: readonly { readonly clientOrderId: string; readonly status: string }[];
  readonly fills: readonly { readonly symbol: string; readonly id: number; readonly clientOrderId: string }[];
}

export interface Fate {
  placed: number;
  closed: number;
  status: string;
  fills: Set<string>;
}

/** Of every approved order, by the journal alone. */
export const fates = async (journal: Journal): Promise<ReadonlyMap<string, Fate>> => {
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

export const ordersBroken = (fate: ReadonlyMap<string, Fate>, venue: AtVenue): readonly string[] => {
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

/** By asset: what was booked because the venue said so and no order explained it. */
export const adjusted = async (journal: Journal): Promise<Readonly<Record<string, bigint>>> => {
  const sums: Record<string, bigint> = {};
  for await (const { turns } of journal.read("portfolio.main"))
    for (const { events } of turns)
      for (const event of events as readonly PortfolioEvent[])
        if (event.type === "Adjusted") sums[event.asset] = (sums[event.asset] ?? 0n) + event.amount;
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0n));
};
