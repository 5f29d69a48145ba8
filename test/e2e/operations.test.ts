/**
 * What goes wrong in operation ends in a clear state: bad ticks and messages, a halt and a crash, orders by hand,
 * deposits and withdrawals, filters that change, a market that pauses or is delisted.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { ExchangeContract } from "../../contracts/exchange.ts";
import { ExecutionContract } from "../../contracts/execution.ts";
import { HostContract } from "../../contracts/host.ts";
import { PortfolioContract } from "../../contracts/portfolio.ts";
import { RecorderContract } from "../../contracts/recorder.ts";
import { StrategyContract } from "../../contracts/strategy.ts";
import { SymbolContract, type SymbolView } from "../../contracts/symbol.ts";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import { fromFloat } from "../../domain/values/values.ts";
import type { Summary } from "../../nodes/summary.ts";
import { startSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import { eventually } from "../servers.ts";
import { engineProcess, temporaryFolder, type EngineProcess } from "./processes.ts";
import { halted, nothingOpen, restless } from "./settings.ts";

const symbols = ["BTC/USDT", "ETH/USDT"];
const dataDir = temporaryFolder();
let sandbox: Sandbox;
let engine: EngineProcess;

const start = (): Promise<EngineProcess> =>
  engineProcess({
    ...restless({ strategies: 4, symbols }),
    dataDir,
    node: "one",
    venues: { sandbox: { url: sandbox.url, sandbox: {} } },
  });
beforeAll(async () => {
  sandbox = await startSandbox({
    speed: 40,
    market: { kind: "synthetic", symbols, stepMs: 400 },
    accounts: [
      { name: "main", apiKey: "sandbox-key", secret: "sandbox-secret", balances: { USDT: "50000" } },
    ],
  });
  engine = await start();
}, 60_000);
afterAll(async () => {
  await engine.kill();
  await sandbox.stop();
});

const view = (): Promise<PortfolioView> => engine.ask("portfolio", "main", "view");
const admin = async (path: string, body: object): Promise<void> => {
  const answer = await fetch(`${sandbox.adminUrl}/${path}`, { method: "POST", body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
};
const marketNow = (): Promise<number> => engine.call("marketNow");
const minutes = async (count: number): Promise<void> => {
  const until = (await marketNow()) + count * 60_000;
  await eventually(`${count} minutes of the market`, async () => (await marketNow()) > until, 30_000);
};
const fillsGoOn = async (): Promise<void> => {
  const { fills } = (await view()).counters;
  await eventually("fills go on", async () => (await view()).counters.fills > fills + 2, 30_000);
};
/** Cash of the sub-ledger that nobody trades. */
const unallocated = async (asset: string): Promise<bigint> => {
  const rest = (await view()).strategies.find(({ strategy }) => strategy === "unallocated");
  return rest?.cash[asset] ?? 0n;
};
/** Orders that the venue has ever had of a pair: a loop would show here. */
const ordersAt = async (symbol: string): Promise<number> => {
  const { orders } = (await (await fetch(`${sandbox.adminUrl}/orders`)).json()) as {
    orders: { symbol: string }[];
  };
  return orders.filter((order) => order.symbol === symbol).length;
};

it("bad ticks are refused by the field, counted, and cost no good one", async () => {
  await fillsGoOn();
  const id = "sandbox:BTC/USDT";
  const inspect = (): Promise<SymbolView> => engine.ask("symbol", id, "inspect");
  const before = await inspect();
  const { at, price, quantity } = before.last!;
  const good = { at, price, quantity, side: "buy", id: 1 };
  const trades = [
    { ...good, price: -1 },
    { ...good, price: price + 0.001 },
    { ...good, quantity: 0 },
    { ...good, side: "up" },
    { ...good, at: -5 },
    { ...good, id: 0.5 },
  ];
  const quote = { at, bid: price, bidQuantity: 1, ask: price, askQuantity: 1 };
  await engine.call("publishRaw", { instrument: id, batch: { trades, quote, at } });
  await eventually("7 refusals", async () => (await inspect()).refused === before.refused + 7);
  for (const field of ["trade.price", "trade.quantity", "trade.side", "trade.at", "trade.id", "quote.ask"])
    expect(engine.output()).toContain(`${field}: expected`);
  await minutes(1);
  const after = await inspect();
  expect(after.trades).toBeGreaterThan(before.trades);
  expect(after.candles).toBeGreaterThan(before.candles);
  expect(after.refused).toBe(before.refused + 7);
}, 60_000);

it("a bad message to each answer of each contract is refused with 422 and the field", async () => {
  const ids = [
    [HostContract, "one"],
    [ExchangeContract, "sandbox"],
    [RecorderContract, "main"],
    [SymbolContract, "sandbox:BTC/USDT"],
    [PortfolioContract, "main"],
    [ExecutionContract, "main"],
    [StrategyContract, "restless-0000"],
  ] as const;
  let asked = 0;
  for (const [{ kind, answers }, id] of ids)
    for (const message of [...Object.keys(answers), "no-such-message"]) {
      asked += 1;
      const refused = engine.ask(kind, id, message, { nonsense: true }).then(
        () => `${kind}.${message} was taken`,
        (error: unknown) => {
          const { code, field } = error as { code?: number; field?: string };
          return code === 422 && field !== undefined ? "" : `${kind}.${message}: ${code} ${field}`;
        },
      );
      expect(await refused).toBe("");
    }
  expect(asked).toBeGreaterThan(30);
  await fillsGoOn();
}, 60_000);

it("an order by hand and a deposit end in `unallocated`, a withdrawal too", async () => {
  const [btc, usdt] = [await unallocated("BTC"), await unallocated("USDT")];
  await admin("foreign-order", { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.01" });
  // 0.01 less the fee of 10 basis points, which a buyer pays of what it gets.
  await eventually(
    "the coin",
    async () => (await unallocated("BTC")) === btc + 9_990_000_000_000_000n,
    30_000,
  );
  expect(await unallocated("USDT")).toBeLessThan(usdt);
  const spent = await unallocated("USDT");
  await admin("deposit", { asset: "USDT", amount: "1234.5" });
  await eventually(
    "the deposit",
    async () => (await unallocated("USDT")) === spent + 1_234_500_000_000_000_000_000n,
    30_000,
  );
  await admin("withdraw", { asset: "USDT", amount: "1000" });
  await eventually(
    "the withdrawal",
    async () => (await unallocated("USDT")) === spent + 234_500_000_000_000_000_000n,
    30_000,
  );
}, 90_000);

it("other filters: trading goes on at the new grid", async () => {
  await admin("listing", { symbol: "ETHUSDT", tickSize: "0.1", lotSize: "0.01" });
  const before = await ordersAt("ETHUSDT");
  await eventually(
    "orders of ETH on the new grid",
    async () => (await ordersAt("ETHUSDT")) > before + 2,
    30_000,
  );
  const { instrument } = await engine.ask<SymbolView>("symbol", "sandbox:ETH/USDT", "inspect");
  expect(instrument).toMatchObject({ tickSize: 100_000_000_000_000_000n, lotSize: 10_000_000_000_000_000n });
  expect((await engine.ask<SymbolView>("symbol", "sandbox:ETH/USDT", "inspect")).candles).toBeGreaterThan(0);
}, 60_000);

const statusOf = async (symbol: string): Promise<string> =>
  (await engine.ask<SymbolView>("symbol", `sandbox:${symbol}`, "inspect")).instrument.status;
let sequence = 0;
/** What a strategy that does not look at candles would do: it buys at once. Returns the rules that refused it. */
const buyNow = async (instrument: string): Promise<readonly string[]> => {
  const before = (await view()).counters.refusals;
  const { last } = await engine.ask<SymbolView>("symbol", instrument, "inspect");
  const price = fromFloat(last!.price, "price");
  sequence += 1;
  const proposal = {
    strategy: "hasty",
    account: "main",
    sequence,
    at: await marketNow(),
    marks: { [instrument]: { bid: price, ask: price, last: price } },
    asks: [{ type: "place", instrument, side: "buy", orderType: "market", quantity: 1, tag: "now" }],
  };
  await engine.ask("portfolio", "main", "propose", proposal, "command");
  const after = (await view()).counters.refusals;
  return Object.keys(after).filter((rule) => after[rule] !== before[rule]);
};

it("a paused market: known, orders are refused by a rule and not sent, and go on after it", async () => {
  await admin("listing", { symbol: "BTCUSDT", status: "paused" });
  await engine.ask("exchange", "sandbox", "refresh", undefined, "command");
  await eventually("paused", async () => (await statusOf("BTC/USDT")) === "paused");
  const sent = await ordersAt("BTCUSDT");
  expect(await buyNow("sandbox:BTC/USDT")).toContain("instrument-not-trading");
  await minutes(3);
  expect(await ordersAt("BTCUSDT")).toBe(sent);
  expect((await view()).orders.filter(({ instrument }) => instrument === "sandbox:BTC/USDT")).toEqual([]);
  await admin("listing", { symbol: "BTCUSDT", status: "trading" });
  // Nobody tells the engine: it looks again by itself.
  await eventually("orders of BTC", async () => (await ordersAt("BTCUSDT")) > sent, 30_000);
  expect(await statusOf("BTC/USDT")).toBe("trading");
}, 120_000);

it("a delisted market, found out by an order: left alone", async () => {
  await admin("listing", { symbol: "ETHUSDT", status: "delisted" });
  const sent = await ordersAt("ETHUSDT");
  // Whatever is under way, or this one, is refused by the venue, and then by the rule.
  await buyNow("sandbox:ETH/USDT");
  await eventually("delisted or paused", async () => (await statusOf("ETH/USDT")) !== "trading");
  expect(await buyNow("sandbox:ETH/USDT")).toContain("instrument-not-trading");
  await minutes(3);
  expect(await ordersAt("ETHUSDT")).toBe(sent);
  expect((await view()).orders.filter(({ instrument }) => instrument === "sandbox:ETH/USDT")).toEqual([]);
  await fillsGoOn();
}, 90_000);

it("money that is not there: orders are refused, nothing loops, and the ledger follows the venue", async () => {
  const { accounts } = await view();
  const { balances } = accounts[0]!;
  expect(balances["USDT"]).toBeGreaterThan(0n);
  const state = (await (await fetch(`${sandbox.adminUrl}/state`)).json()) as {
    accounts: { main: { USDT: { free: string } } };
  };
  await admin("withdraw", { asset: "USDT", amount: state.accounts.main.USDT.free });
  const sent = await ordersAt("BTCUSDT");
  await minutes(3);
  // Two strategies, one order a minute each at most, and another for what was cut short.
  expect(await ordersAt("BTCUSDT")).toBeLessThan(sent + 20);
  expect((await view()).accounts[0]!.unaccounted).toEqual({});
}, 90_000);

it("a halt survives a kill right after it was acknowledged", async () => {
  await halted(engine);
  await engine.kill();
  engine = await start();
  const { halted: found, counters } = await view();
  expect(found).toMatchObject({ level: "all", by: "test", reason: "the end" });
  await minutes(2);
  expect((await view()).counters.orders).toBe(counters.orders);

  await nothingOpen(engine);
  const summary = await engine.call<Summary>("summary");
  expect(summary.mismatches).toEqual([]);
  expect(summary).toMatchObject({ reconciled: true, lost: 0, duplicates: 0 });
  expect(await engine.end()).toBe(0);
}, 90_000);
