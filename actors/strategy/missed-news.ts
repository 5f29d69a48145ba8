/**
 * Whether a strategy has missed news of its orders: another copy of it ran elsewhere and heard them (its host was cut off), or they were
 * given up. Each standing tells all orders that are open, and each change of them has an update: what does not add up was missed.
 */
import type { Standing } from "../../contracts/strategy.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { OrderUpdate, Trader } from "../../domain/strategy/strategy.ts";
import type { StrategySettings } from "./settings.ts";

const under: ReadonlySet<OrderUpdate["status"]> = new Set<OrderUpdate["status"]>([
  "approved",
  "open",
  "partial",
]);

/** `before`: the orders that were open by the standing heard last; `proposed`: the last proposal of this copy. */
export const missedNews = (before: Standing["orders"], told: Standing, proposed: number): boolean => {
  if (told.sequence > proposed) return true;
  if (before.length === 0 && told.orders.length === 0) return false;
  const open = new Set(told.orders.map(({ tag }) => tag));
  const ended = new Set<string>();
  const heard = new Set<string>();
  for (const { tag, status } of told.updates) {
    heard.add(tag);
    if (!under.has(status)) ended.add(tag);
  }
  const known = new Set<string>();
  for (const { tag } of before) {
    if (!open.has(tag) && !ended.has(tag)) return true;
    known.add(tag);
  }
  for (const tag of open) if (!known.has(tag) && !heard.has(tag)) return true;
  return false;
};

/** As after a restart, with what it has in memory: it compares its orders and its holdings with what is told of them. */
export const afresh = (
  { strategy, params }: Pick<StrategySettings, "strategy" | "params">,
  market: readonly Instrument[],
  trader: Trader,
): Trader => {
  const again = strategy.start(params, market);
  again.load(structuredClone(trader.save()));
  return again;
};
