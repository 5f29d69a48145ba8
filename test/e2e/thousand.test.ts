/**
 * 1,000 strategies on one account in one process: all of them act at one candle's close, and after a long random run
 * their sub-ledgers add up to the venue's account to the last unit.
 */
import { expect, it } from "vitest";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import type { Summary } from "../../nodes/summary.ts";
import { eventually } from "../servers.ts";
import type { Close } from "./close-watch.ts";
import { engineProcess, temporaryFolder } from "./processes.ts";
import { halted, nothingOpen, restless, twelve } from "./settings.ts";

const ORDERS = 4_000;

it("1,000 strategies act at one close, and their sub-ledgers add up to the venue's account", async () => {
  const began = performance.now();
  const engine = await engineProcess({
    ...restless({ strategies: 1_000, capital: "1000" }),
    dataDir: temporaryFolder(),
    venues: { sandbox: { sandbox: { speed: 10, symbols: twelve, balances: { USDT: "1500000" } } } },
  });
  const startedMs = performance.now() - began;
  const view = (): Promise<PortfolioView> => engine.ask("portfolio", "main", "view");
  // A long run: thousands of orders, buys and sells, many of which meet inside.
  await eventually(
    `${ORDERS} orders`,
    async () => (await engine.call<number>("ordersApproved")) >= ORDERS,
    100_000,
  );
  await halted(engine);
  await nothingOpen(engine);

  const { accounts, strategies, counters } = await view();
  expect(accounts.map(({ unaccounted }) => unaccounted)).toEqual([{}]);
  expect(counters.fills).toBeGreaterThan(1_000);
  expect(counters.crosses).toBeGreaterThan(100);
  const sums: Record<string, bigint> = {};
  for (const { cash } of strategies)
    for (const [asset, amount] of Object.entries(cash)) sums[asset] = (sums[asset] ?? 0n) + amount;
  const [{ balances }] = accounts as [(typeof accounts)[0]];
  for (const [asset, amount] of Object.entries(balances)) expect(sums[asset] ?? 0n).toBe(amount);

  const summary = await engine.call<Summary>("summary");
  expect(summary.mismatches).toEqual([]);
  expect(summary).toMatchObject({ reconciled: true, lost: 0, duplicates: 0 });

  // The first close finds nobody with a position, so all orders go out; later ones meet mostly inside.
  const closes = (await engine.call<Close[]>("closes")).filter(({ proposals }) => proposals === 1_000);
  expect(closes.length).toBeGreaterThan(1);
  for (const { orders, answered } of closes) expect(answered).toBe(orders);
  console.info(`1,000 strategies started in ${Math.round(startedMs)} ms. Closes at which all acted:`);
  for (const { orders, journaledMs, journaledCpuMs, answeredMs, answeredCpuMs } of closes)
    console.info(
      `${orders} orders left; journaled in ${Math.round(journaledMs)} ms (${Math.round(journaledCpuMs)} of work), answered in ${Math.round(answeredMs)} ms (${Math.round(answeredCpuMs)})`,
    );
  expect(await engine.end()).toBe(0);
}, 180_000);
