/**
 * A risk plan in use, through the actors and the sandbox exchange: what it refuses, what always passes, and that each refusal is in
 * the journal with its reason, holds over a restart, and comes out the same when it is decided again.
 */
import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ref } from "../../contracts/contract.ts";
import { PortfolioContract } from "../../contracts/portfolio.ts";
import type { Ask } from "../../domain/portfolio/commands.ts";
import type { PortfolioEvent, PortfolioEventOf } from "../../domain/portfolio/events.ts";
import { BALANCE_SETTLE_MS, portfolioDecider } from "../../domain/portfolio/portfolio.ts";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import { parseLimits } from "../../domain/risk/limits.ts";
import {
  money,
  price,
  type AccountId,
  type Asset,
  type InstrumentId,
  type PortfolioId,
  type StrategyId,
} from "../../domain/values/values.ts";
import { replay } from "../../mixins/replay.ts";
import { startSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import { folder, startDemo, type RunningEngine } from "../nodes/running.ts";
import { eventually } from "../servers.ts";

const BTC = "sandbox:BTC/USDT" as InstrumentId;
const ETH = "sandbox:ETH/USDT" as InstrumentId;
const DOGE = "sandbox:DOGE/USDT" as InstrumentId;
const main = "main" as AccountId;
const hand = "hand" as StrategyId;
const model = "model" as StrategyId;
const CAPITAL = 10_000;
const dataDir = folder();
let sandbox: Sandbox;
let running: RunningEngine;
const sequences = new Map<string, number>();

/** Of the equity of 20,000 that both strategies have together: 4,000 of one asset, 8,000 in all. */
const risk = {
  exposure: { gross: 0.4, asset: 0.2 },
  protections: [{ method: "CooldownPeriod", stop_duration: 600 }],
  stopsNeverLoosen: true,
  controls: { restricted: ["DOGE"], models: { strategies: ["model"], exposure: 0.5, ordersPerHour: 1 } },
};

const portfolio = () => ref(running.engine.wire, PortfolioContract, "main");
const view = (): Promise<PortfolioView> => portfolio().view();
const last = async (id: InstrumentId): Promise<number> => {
  const symbol = id.slice("sandbox:".length).replace("/", "");
  const answer = await fetch(`${sandbox.url}/api/v3/ticker/price?symbol=${symbol}`);
  return Number(((await answer.json()) as { price: string }).price);
};
const propose = async (strategy: StrategyId, ...asks: readonly Ask[]): Promise<void> => {
  const sequence = (sequences.get(strategy) ?? 0) + 1;
  sequences.set(strategy, sequence);
  const marks: Record<string, { bid: never; ask: never; last: never }> = {};
  for (const id of [BTC, ETH, DOGE]) {
    const mark = price(String(await last(id))) as never;
    marks[id] = { bid: mark, ask: mark, last: mark };
  }
  const at = running.engine.marketNow();
  await portfolio().propose({ strategy, account: main, sequence, marks, asks, at });
};
const buy = async (instrument: InstrumentId, worth: number, tag: string): Promise<Ask> => ({
  ...{ type: "place", instrument, side: "buy", orderType: "market", tag },
  quantity: worth / (await last(instrument)),
});
const heldOf = async (strategy: StrategyId, id: InstrumentId): Promise<bigint> =>
  (await view()).strategies
    .find((one) => one.strategy === strategy)!
    .positions.find(({ instrument }) => instrument === id)?.quantity ?? 0n;
const events = async (): Promise<readonly PortfolioEvent[]> => {
  const found: PortfolioEvent[] = [];
  for await (const { turns } of running.engine.journal.read("portfolio.main"))
    for (const turn of turns) found.push(...(turn.events as readonly PortfolioEvent[]));
  return found;
};
const refused = async (): Promise<readonly PortfolioEventOf<"OrderRefused">[]> =>
  (await events()).filter((event) => event.type === "OrderRefused");

const start = async (): Promise<void> => {
  running = await startDemo(
    { dataDir },
    {
      venues: { sandbox: { url: sandbox.url, sandbox: {} } },
      accounts: { main: { venue: "sandbox", apiKey: "sandbox-key", secret: "sandbox-secret" } },
      portfolios: { main: { accounts: ["main"], quote: "USDT", risk } },
      // It brings the instruments to the portfolio and does not trade within the test's minutes.
      strategies: [
        {
          ...{ id: "watcher", strategy: "moving-average-cross", params: { timeframe: "1d" } },
          ...{ instruments: [BTC, ETH, DOGE], capital: "0.01" },
        },
        // Named by the plan; the test proposes in its stead.
        {
          ...{ id: "model", strategy: "moving-average-cross", enabled: false },
          ...{ instruments: [BTC], capital: "0.01" },
        },
      ],
    },
  );
};

beforeAll(async () => {
  sandbox = await startSandbox({
    speed: 10,
    market: { kind: "synthetic", symbols: ["BTC/USDT", "ETH/USDT", "DOGE/USDT"], stepMs: 200 },
    // Without a fee in coins an exit leaves no dust.
    ...{ makerBps: 0, takerBps: 0 },
    accounts: [
      { name: "main", apiKey: "sandbox-key", secret: "sandbox-secret", balances: { USDT: "50000" } },
    ],
  });
  await start();
  const amount = money(String(CAPITAL));
  for (const strategy of [hand, model])
    await portfolio().allot({
      ...{ strategy, account: main, asset: "USDT" as Asset, amount },
      at: running.engine.marketNow(),
    });
}, 60_000);
afterAll(async () => {
  await running.stop();
  await sandbox.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

it("refuses entries by the plan's rules, and lets one pass that is within them", async () => {
  await propose(hand, await buy(DOGE, 100, "barred"));
  await propose(hand, await buy(BTC, 3_000, "first"));
  await eventually("bought", async () => (await heldOf(hand, BTC)) > 0n);
  // 3,000 and 2,000 of one asset, of 4,000; the other strategy's money counts, and its orders do too.
  await propose(model, await buy(BTC, 2_000, "second"));
  await propose(model, await buy(ETH, 1_000, "third"));
  await propose(model, await buy(ETH, 1_000, "fourth"));
  await eventually("the model bought", async () => (await heldOf(model, ETH)) > 0n);
  const told = (await refused()).map(({ strategy, tag, rule }) => [strategy, tag, rule]);
  expect(told).toEqual([
    ["hand", "barred", "restricted"],
    ["model", "second", "asset-exposure"],
    ["model", "fourth", "model-rate"],
  ]);
  const [, exposure, rate] = await refused();
  expect(Number(exposure!.asked) / 1e18).toBeGreaterThan(4_500);
  expect(Number(exposure!.max) / 1e18).toBeGreaterThan(3_900);
  expect(Number(exposure!.max) / 1e18).toBeLessThan(4_100);
  expect([rate!.asked, rate!.max]).toEqual([2n * 10n ** 18n, 10n ** 18n]);
}, 60_000);

it("keeps a stop from being loosened, lets the exit pass, and locks the pair behind it", async () => {
  const protect = async (part: number): Promise<Ask> => ({
    ...{ type: "protect", instrument: BTC, reason: "t" },
    stopPrice: (await last(BTC)) * part,
  });
  await propose(hand, await protect(0.8));
  await propose(hand, await protect(0.7));
  expect((await refused()).at(-1)).toMatchObject({ strategy: "hand", rule: "stop-loosened", protects: true });
  await propose(hand, { type: "aim", instrument: BTC, exposure: 0, reason: "t", numbers: [] });
  await eventually("sold", async () => (await heldOf(hand, BTC)) === 0n, 20_000);
  const locks = (await events()).filter((event) => event.type === "EntriesLocked");
  expect(locks).toMatchObject([{ rule: "cooldown-period", instrument: BTC }]);
  await propose(hand, await buy(BTC, 100, "early"));
  expect((await refused()).at(-1)).toMatchObject({ tag: "early", rule: "cooldown-period" });
  await propose(hand, await buy(ETH, 100, "elsewhere"));
  await eventually("another pair is free", async () => (await heldOf(hand, ETH)) > 0n, 20_000);
}, 60_000);

it("remembers its locks over a restart", async () => {
  await running.stop();
  await start();
  await propose(hand, await buy(BTC, 100, "after"));
  expect((await refused()).at(-1)).toMatchObject({ tag: "after", rule: "cooldown-period" });
}, 60_000);

it("decided again, the journal comes out the same", async () => {
  const decider = portfolioDecider({
    id: "main" as PortfolioId,
    limits: parseLimits({}),
    balanceSettleMs: BALANCE_SETTLE_MS,
  });
  const again = await replay(running.engine.journal, "portfolio.main", decider);
  expect(again.difference).toBeUndefined();
});
