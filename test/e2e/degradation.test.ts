/**
 * The market's sockets fall silent while everything else works: entries are refused, then resting ones cancelled, exits go
 * on; when the market speaks again, so does the portfolio. Seen over HTTP, on the command line, in metrics, in the journal.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { ref } from "../../contracts/contract.ts";
import { PortfolioContract } from "../../contracts/portfolio.ts";
import type { Ask } from "../../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import { BALANCE_SETTLE_MS, portfolioDecider } from "../../domain/portfolio/portfolio.ts";
import type { BookView, PortfolioView } from "../../domain/portfolio/view.ts";
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
import { shoal } from "../cli/command.ts";
import { startDemo, type RunningEngine } from "../nodes/running.ts";
import { eventually } from "../servers.ts";

const BTC = "sandbox:BTC/USDT" as InstrumentId;
const main = "main" as AccountId;
const hand = "hand" as StrategyId;
let sandbox: Sandbox;
let running: RunningEngine;
let sequence = 0;

const portfolio = () => ref(running.engine.wire, PortfolioContract, "main");
const view = (): Promise<PortfolioView> => portfolio().view();
const last = async (): Promise<number> => {
  const answer = await fetch(`${sandbox.url}/api/v3/ticker/price?symbol=BTCUSDT`);
  return Number(((await answer.json()) as { price: string }).price);
};
const propose = async (...asks: readonly Ask[]): Promise<void> => {
  sequence += 1;
  const mark = price(String(await last()));
  const marks = { [BTC]: { bid: mark, ask: mark, last: mark } };
  await portfolio().propose({
    ...{ strategy: hand, account: main, sequence, marks, asks },
    at: running.engine.marketNow(),
  });
};
const aim = (exposure: number): Ask => ({ type: "aim", instrument: BTC, exposure, reason: "t", numbers: [] });
const book = async (): Promise<BookView> =>
  (await view()).strategies.find(({ strategy }) => strategy === hand)!;
const held = async (): Promise<bigint> =>
  (await book()).positions.find(({ instrument }) => instrument === BTC)?.quantity ?? 0n;
const levelIs = (level: string): Promise<void> =>
  eventually(`level ${level}`, async () => (await view()).accounts[0]!.level === level, 20_000);
const trouble = async (plan: object): Promise<void> => {
  const answer = await fetch(`${sandbox.adminUrl}/faults`, { method: "POST", body: JSON.stringify(plan) });
  expect(answer.status).toBe(200);
};
const scraped = async (): Promise<string> => (await fetch(running.engine.metrics!.urls.trading)).text();

beforeAll(async () => {
  sandbox = await startSandbox({
    speed: 10,
    market: { kind: "synthetic", symbols: ["BTC/USDT"], stepMs: 200 },
    // Without a fee in coins an exit leaves no dust.
    ...{ makerBps: 0, takerBps: 0 },
    accounts: [
      { name: "main", apiKey: "sandbox-key", secret: "sandbox-secret", balances: { USDT: "50000" } },
    ],
  });
  const degradation = { market: { reducingMs: 2_000, exitsOnlyMs: 4_000 }, recoverMs: 1_000 };
  // It listens to the market and does not trade within the test's few minutes.
  const watcher = { id: "watcher", strategy: "moving-average-cross", params: { timeframe: "1h" } };
  running = await startDemo(
    {},
    {
      venues: { sandbox: { url: sandbox.url, sandbox: {} } },
      accounts: { main: { venue: "sandbox", apiKey: "sandbox-key", secret: "sandbox-secret" } },
      portfolios: { main: { accounts: ["main"], quote: "USDT", degradation } },
      strategies: [{ ...watcher, instruments: [BTC], capital: "100" }],
    },
  );
  const amount = money("10000");
  const at = running.engine.marketNow();
  await portfolio().allot({ strategy: hand, account: main, asset: "USDT" as Asset, amount, at });
}, 60_000);
afterAll(async () => {
  await running.stop();
  await sandbox.stop();
});

it("full: entries are filled, and rest", async () => {
  await levelIs("full");
  await propose(aim(0.3));
  await eventually("bought", async () => (await held()) > 0n && (await view()).orders.length === 0);
  const far = (await last()) * 0.8;
  await propose({
    ...{ type: "place", instrument: BTC, side: "buy", orderType: "limit", tag: "bid" },
    ...{ quantity: 0.01, price: far },
  });
  await eventually("the bid rests", async () => (await view()).orders[0]?.phase === "open");
});

it("silence: first no entry is taken, then the resting one is cancelled; the exit goes on", async () => {
  await trouble({ mute: "market" });
  await levelIs("reducing");
  await propose(aim(0.9));
  expect((await view()).counters.refusals["degraded"]).toBe(1);
  expect((await view()).orders.map(({ tag }) => tag)).toEqual(["bid"]);
  await levelIs("exits-only");
  await eventually("the bid is cancelled", async () => (await view()).orders.length === 0);
  await propose(aim(0));
  await eventually("sold", async () => (await held()) === 0n, 20_000);
});

it("is told over HTTP, on the command line and in metrics", async () => {
  const degraded = { reason: "market", limitMs: 4_000 };
  const { json } = await running.ask.get("/status");
  expect(json["portfolios"]).toMatchObject([
    { portfolio: "main", accounts: [{ account: "main", level: "exits-only", degraded }] },
  ]);
  const told = await shoal(["status", "--data-dir", running.ask.dataDir]);
  expect(told.out).toMatch(/DEGRADED: main, account main: exits-only \(market \d+ ms, limit 4000 ms\)/);
  await eventually("the gauge", async () =>
    (await scraped()).includes('shoal_degradation_level{portfolio="main",account="main"} 2'),
  );
  expect(await scraped()).toContain('shoal_degradation_changes_total{portfolio="main",level="exits-only"} 1');
});

it("the market speaks again: full after a while, and entries are taken", async () => {
  await trouble({});
  await levelIs("full");
  await propose(aim(0.3));
  await eventually("bought", async () => (await held()) > 0n);
});

it("each change is in the journal with its reason, and decided again it comes out the same", async () => {
  const { journal } = running.engine;
  const changes: string[] = [];
  for await (const { turns } of journal.read("portfolio.main"))
    for (const event of turns.flatMap(({ events }) => events as PortfolioEvent[]))
      if (event.type === "DegradationChanged") changes.push(`${event.from} ${event.level} ${event.reason}`);
  expect(changes).toEqual([
    "full reducing market",
    "reducing exits-only market",
    "exits-only full recovered",
  ]);
  const decider = portfolioDecider({
    id: "main" as PortfolioId,
    limits: parseLimits({}),
    balanceSettleMs: BALANCE_SETTLE_MS,
  });
  const again = await replay(journal, "portfolio.main", decider);
  expect(again.difference).toBeUndefined();
});
