/**
 * Five processes behind one address, at a venue whose weight limit is real and low: they trade, and ask for more data than the
 * venue allows. It never has to say 429, because they spend from one budget; and cancels do not wait for it.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LimitStats } from "../../adapters/limits/limits.ts";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import { sandboxThread, type SandboxThread } from "../../nodes/sandbox-thread.ts";
import { findServer, startNats, type Server } from "../servers.ts";
import { engineProcess, temporaryFolder, type EngineProcess } from "./processes.ts";
import { restless } from "./settings.ts";
import type { Load, Loaded } from "./venue-load.ts";

const NODES = 5;
const WEIGHT = 2_400;
const symbols = ["BTC/USDT", "ETH/USDT"];
const names = Array.from({ length: NODES }, (_, k) => `n${k}`);

let nats: Server;
let sandbox: SandboxThread;
let nodes: readonly EngineProcess[] = [];

const quantile = (all: readonly number[], q: number): number =>
  [...all].sort((a, b) => a - b)[Math.min(all.length - 1, Math.ceil(q * all.length) - 1)]!;

const answers = async (): Promise<{ readonly answers429: number; readonly answers418: number }> => {
  const answer = await fetch(`${sandbox.url}/admin/state`);
  return ((await answer.json()) as { counts: { answers429: number; answers418: number } }).counts;
};

const door = (k: number) => ({ url: sandbox.url, account: names[k]!, weightPerMinute: WEIGHT });
const ids = (of: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, k) => `${of}-${k}`);
const placed = (all: readonly string[]): Promise<unknown> =>
  Promise.all(nodes.map((node, k) => node.call("place", { ...door(k), ids: all })));
const loaded = (load: Omit<Load, "url" | "account" | "weightPerMinute">): Promise<readonly Loaded[]> =>
  Promise.all(nodes.map((node, k) => node.call<Loaded>("load", { ...load, ...door(k) })));

describe.skipIf(findServer("nats-server") === undefined)("five processes on one address", () => {
  beforeAll(async () => {
    nats = await startNats();
    sandbox = await sandboxThread({
      speed: 60,
      market: { kind: "synthetic", symbols, stepMs: 600 },
      limits: { weightPerMinute: WEIGHT, ordersPer10s: 100, ordersPerDay: 200_000 },
      accounts: ["sandbox", ...names].map((name) => ({
        name: name === "sandbox" ? "main" : name,
        apiKey: `${name}-key`,
        secret: `${name}-secret`,
        balances: { USDT: "1000000" },
      })),
    });
    const settings = {
      ...restless({ strategies: 4, symbols }),
      nats: { url: nats.url },
      dataDir: temporaryFolder(),
      venues: { sandbox: { url: sandbox.url, sandbox: {}, weightPerMinute: WEIGHT } },
    };
    nodes = await Promise.all(names.map((node) => engineProcess({ ...settings, node })));
  }, 60_000);
  afterAll(async () => {
    for (const node of nodes) await node.kill();
    await sandbox.stop();
    await nats.stop();
  });

  it("the venue never answers 429, data waits, and cancels are as fast as without load", async () => {
    const [few, many] = [ids("few", 20), ids("many", 40)];
    await placed([...few, ...many]);
    const quiet = await loaded({ cancel: few, pauseMs: 50, askers: 0 });
    const busy = await loaded({ cancel: many, pauseMs: 100, askers: 8 });
    const before = quiet.flatMap(({ cancelsMs }) => cancelsMs);
    const under = busy.flatMap(({ cancelsMs }) => cancelsMs);
    const stats = await Promise.all(nodes.map((node) => node.call<LimitStats>("limits")));
    const used = Math.max(...busy.map(({ weightUsed }) => weightUsed));
    const fallbacks = stats.reduce((sum, one) => sum + one.fallbacks, 0);
    const [p50, p99] = [quantile(before, 0.5), quantile(before, 0.99)];
    const [u50, u99] = [quantile(under, 0.5), quantile(under, 0.99)];
    console.log(
      `cancels: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; under load p50 ${u50.toFixed(1)} ms, p99 ${u99.toFixed(1)} ms: ` +
        `ratio of p99 ${(u99 / p99).toFixed(1)}; the venue counts ${used} of ${WEIGHT}; ` +
        `shared store given up for a while ${fallbacks} times; ` +
        `data: ${busy.map(({ answered, refused }) => `${answered} answered, ${refused} refused`).join("; ")}`,
    );
    expect(await answers()).toMatchObject({ answers429: 0, answers418: 0 });
    // The load was more than the venue allows, in every process, and what was allowed was used.
    for (const { refused, waited } of stats) expect(refused.data + waited.data).toBeGreaterThan(0);
    // A process that gave up the shared store for a while, on a slow machine, spent no more than its own share meanwhile.
    expect(used).toBeGreaterThan(fallbacks === 0 ? WEIGHT / 2 : WEIGHT / 2 / NODES);
    // Who waits for the budget waits for seconds.
    expect(u99).toBeLessThan(1_000);
    const { counters } = await nodes[0]!.ask<PortfolioView>("portfolio", "main", "view");
    expect(counters.fills).toBeGreaterThan(0);
  }, 90_000);

  it("the venue means its limit: who does not count is answered 429", async () => {
    const query = "symbol=BTCUSDT&interval=1m&limit=1";
    const ask = async (): Promise<number> => {
      const answer = await fetch(`${sandbox.url}/api/v3/klines?${query}`);
      await answer.arrayBuffer();
      return answer.status;
    };
    let seen: readonly number[] = [];
    for (let k = 0; k < WEIGHT && !seen.includes(429); k += 50)
      seen = await Promise.all(Array.from({ length: 50 }, ask));
    expect(seen).toContain(429);
  }, 30_000);
});
