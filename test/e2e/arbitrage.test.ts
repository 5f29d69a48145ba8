/**
 * Cross-venue arbitrage and market making through two sandbox exchanges over the wire, whose markets lie far apart: answers to orders are
 * lost and come late, orders fill in parts, and one venue fails once the other has taken its leg. In the end both ledgers equal their venues, what was unhedged is bounded and told, and so is
 * what the maker holds.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TradeRow } from "../../contracts/portfolio.ts";
import type { StrategyView } from "../../contracts/strategy.ts";
import type { Summary } from "../../nodes/summary.ts";
import { sandboxThread, type SandboxThread } from "../../nodes/sandbox-thread.ts";
import { eventually } from "../servers.ts";
import { engineProcess, temporaryFolder, type EngineProcess } from "./processes.ts";
import { halted } from "./settings.ts";

const HEDGE_MS = 700;
const MARKET_MS = 1_500;
/** Longer than a book is believed. */
const QUIET_MS = 2_000;

/** Orders are accepted, and the answer lost or late: nobody knows at first which leg stands. */
const late = { loseRatio: 0.5, match: "POST /api/v3/order", latencyMs: [5, 60], userDelayMs: [0, 300] };

interface Kept {
  readonly rounds: number;
  readonly risk: Readonly<Record<"hedged" | "marketed" | "unwound" | "late", number>>;
  readonly exposure: Readonly<
    Record<"base" | "episodes" | "longestMs" | "peakNotional" | "unhedgedMs", number>
  >;
}

interface Making {
  readonly inventory: readonly Readonly<Record<"peak" | "refused" | "withdrawn", number>>[];
}

describe("two sandbox exchanges", () => {
  const venues: SandboxThread[] = [];
  let engine: EngineProcess;
  const faults = (k: 0 | 1, plan: object): Promise<Response> =>
    fetch(`${venues[k]!.url}/admin/faults`, { method: "POST", body: JSON.stringify(plan) });
  const kept = async (): Promise<Kept> => {
    const { state } = await engine.ask<StrategyView>("strategy", "gap", "inspect");
    return (state as unknown as { readonly lanes: readonly [Kept] }).lanes[0];
  };

  /** The maker's inventories, as parts of what it may hold at a venue, and what it holds. */
  const made = async () => {
    const { state, positions } = await engine.ask<StrategyView>("strategy", "maker", "inspect");
    return { ...(state as unknown as Making), positions };
  };

  beforeAll(async () => {
    const account = {
      name: "main",
      apiKey: "sandbox-key",
      secret: "sandbox-secret",
      balances: { USDT: "100000" },
    };
    for (const seed of [1, 2])
      venues.push(
        await sandboxThread({
          ...{ seed, speed: 1, accounts: [account] },
          market: { kind: "synthetic", symbols: ["BTC/USDT", "ETH/USDT"], stepMs: 25 },
        }),
      );
    for (const k of [0, 1] as const) expect((await faults(k, late)).status).toBe(200);
    const key = { apiKey: "sandbox-key", secret: "sandbox-secret" };
    engine = await engineProcess({
      log: { level: "warn" },
      accounts: { a: { venue: "one", ...key }, b: { venue: "two", ...key } },
      portfolios: { main: { accounts: ["a", "b"], quote: "USDT" } },
      strategies: [
        {
          ...{ id: "gap", strategy: "cross-venue-arbitrage", accounts: ["a", "b"], capital: "10000" },
          instruments: ["one:BTC/USDT", "two:BTC/USDT"],
          params: {
            edgeBps: 1,
            rebalanceBps: 0,
            size: 0.04,
            hedgeMs: HEDGE_MS,
            marketMs: MARKET_MS,
            pauseMs: 500,
          },
        },
        {
          ...{ id: "maker", strategy: "market-maker", accounts: ["a", "b"], capital: "10000" },
          instruments: ["one:ETH/USDT", "two:ETH/USDT"],
          params: { spreadBps: 2, skew: 3, size: 0.1, toleranceBps: 10, staleMs: 5_000 },
        },
      ],
      dataDir: temporaryFolder(),
      node: "one",
      venues: {
        one: { url: venues[0]!.url, sandbox: {}, quotes: true },
        two: { url: venues[1]!.url, sandbox: {}, quotes: true },
      },
    });
  }, 60_000);
  afterAll(async () => {
    await engine.kill();
    for (const venue of venues) await venue.stop();
  });

  it("earns the gap and makes markets under lost answers; a venue that fails leaves no leg for longer than the terms allow", async () => {
    await eventually("a round", async () => (await kept()).rounds > 0, 40_000);
    // The second leg's venue takes no order: the first one stands alone until it is sold where it was bought.
    await faults(1, { errorRatio: 1, match: "POST /api/v3/order", latencyMs: [5, 60] });
    await eventually("a leg is unwound", async () => (await kept()).risk.unwound > 0, 40_000);
    await faults(1, late);
    await eventually(
      "the maker has bought at both",
      async () => (await made()).inventory.every(({ peak }) => peak > 0),
      40_000,
    );
    // Until one venue has no coins left to sell, and the other no money to buy with.
    let [last, since] = [0, performance.now()];
    await eventually(
      "all that could be traded is traded",
      async () => {
        const { rounds, exposure } = await kept();
        if (rounds !== last || exposure.base !== 0) [last, since] = [rounds, performance.now()];
        return rounds > 1 && performance.now() - since > QUIET_MS;
      },
      90_000,
    );
    for (const k of [0, 1] as const) await faults(k, {});
    await halted(engine);
    const at = await engine.call<number>("marketNow");
    await engine.ask("portfolio", "main", "cancelOrders", { stops: true, by: "test", at }, "command");
    for (const account of ["a", "b"])
      await eventually(
        `${account}: no order is open`,
        async () =>
          (await engine.ask<readonly unknown[]>("portfolio", "main", "liveOrders", { account })).length === 0,
        30_000,
      );
    const summary = await engine.call<Summary>("summary");
    expect(summary).toMatchObject({ reconciled: true, mismatches: [], lost: 0, duplicates: 0 });
    const { exposure, risk, rounds } = await kept();
    console.info(JSON.stringify({ rounds, risk, exposure }));
    const { inventory, positions } = await made();
    console.info(JSON.stringify({ inventory, positions }));
    expect(exposure.base).toBe(0);
    expect(exposure.longestMs).toBeLessThan(HEDGE_MS + 3 * MARKET_MS + 10_000);
    // A twenty-fifth of 20,000 a round.
    expect(exposure.peakNotional).toBeGreaterThan(0);
    expect(exposure.peakNotional).toBeLessThan(1_000);
    const trades = await engine.ask<readonly TradeRow[]>("portfolio", "main", "trades", { limit: 1_000 });
    expect(new Set(trades.map(({ order }) => order)).size).toBeLessThan(trades.length);
    const { unhedged } = await engine.ask<StrategyView>("strategy", "gap", "inspect");
    expect(unhedged).toMatchObject({ base: 0, notional: 0, peakNotional: exposure.peakNotional });
    expect(unhedged!.seconds).toBeCloseTo(exposure.unhedgedMs / 1_000, 6);
    // Within what it may hold at each venue, whatever was lost; what it holds is what both ledgers have for it (reconciled above).
    for (const { peak } of inventory) expect(peak).toBeLessThan(1.05);
    for (const position of positions) expect(position).toBeGreaterThanOrEqual(0);
  }, 150_000);
});
