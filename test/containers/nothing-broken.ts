/** What must hold at the end of every run: candles, orders, fills, ledger and journal, compared with the venue's own word. */
import { expect } from "vitest";
import type { AtVenue } from "../e2e/order-fates.ts";
import { agreeing, halted, nothingOpen } from "../e2e/settings.ts";
import type { Fleet } from "./fleet.ts";

export const nothingBroken = async (
  fleet: Fleet,
  { strategies, symbols }: { readonly strategies: number; readonly symbols: readonly string[] },
): Promise<void> => {
  const ids = Array.from({ length: strategies }, (_, k) => `restless-${String(k).padStart(4, "0")}`);
  expect(await fleet.candleProblems(ids, symbols)).toEqual([]);
  await halted(fleet.asker);
  await nothingOpen(fleet.asker);
  const summary = await agreeing(fleet.asker);
  const venue = (await (await fetch(`${fleet.sandboxUrl}/admin/orders`)).json()) as AtVenue;
  expect(await fleet.asker.call<readonly string[]>("ordersBroken", venue)).toEqual([]);
  console.info(`${venue.orders.length} orders, ${venue.fills.length} fills at the venue: as journaled`);
  expect(summary.fills).toBeGreaterThan(100);
};
