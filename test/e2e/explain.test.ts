/** A paper run of recorded trades by the clock, over the sandbox's wire: each difference to the backtest has its cause. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lmdbJournal } from "../../adapters/journal/lmdb.ts";
import { replay } from "../../nodes/demo.ts";
import { explained } from "../../nodes/explain.ts";
import { parseSettings } from "../../nodes/settings.ts";
import { shoal } from "../cli/command.ts";
import { describeRecorded, recordedPath } from "../recorded.ts";
import { engineProcess, temporaryFolder } from "./processes.ts";

const SPEED = 600;
const xrpeth = "trades-binance-xrpeth-2019-10";

const ended = async (url: string): Promise<boolean> =>
  ((await (await fetch(`${url}/admin/state`)).json()) as { readonly ended: boolean }).ended;

describeRecorded(xrpeth, () => {
  it("all is explained, and the parts sum to the difference; other parameters than the run's are found", async () => {
    const range = { to: "2019-10-11T02:00:00Z" };
    const settings = replay(recordedPath(xrpeth), range) as {
      venues: { sandbox: { sandbox: { speed: number } } };
      strategies: { strategy: string; params: Record<string, unknown> }[];
    };
    settings.venues.sandbox.sandbox.speed = SPEED;
    // A candle takes half a second: a strategy that knew it only a candle later would be mute.
    const quick = {
      "moving-average-cross": { fast: 2, slow: 5 },
      "mean-reversion": { memory: 6, entry: 1, exit: 0.2 },
    };
    for (const one of settings.strategies)
      one.params = { ...quick[one.strategy as keyof typeof quick], timeframe: "5m" };
    // They place orders themselves, and go on from what became of them.
    const own = { instruments: ["sandbox:XRP/ETH"], capital: "5" };
    settings.strategies.push(
      ...([
        { id: "grid", strategy: "grid", params: { timeframe: "5m", below: 2, above: 2 }, ...own },
        { id: "maker", strategy: "market-maker", params: { timeframe: "5m" }, ...own },
      ] as never[]),
    );
    const dataDir = temporaryFolder();
    const engine = await engineProcess({ ...settings, dataDir, log: { level: "error" } });
    const [url] = await engine.call<[string]>("sandboxes");
    await engine.call("begin");
    await expect.poll(() => ended(url), { timeout: 60_000 }).toBe(true);
    await engine.call("idle");
    expect(await engine.end()).toBe(0);

    const journal = lmdbJournal({ path: join(dataDir, "journal") });
    const found = await explained(journal, parseSettings(settings), "main");
    await journal.close();
    expect(found.unexplained).toEqual([]);
    expect(found.orders.paired).toBeGreaterThan(0);
    // At 600 times the clock any latency is seconds of market time: orders reach later prints.
    expect(found.delayMs.median).toBeGreaterThan(1_000);
    expect(found.causes.map(({ cause }) => cause)).toContain("later-print");
    // Each cause is cut to 1e-18.
    const sum = found.causes.reduce((total, { amount }) => total + amount, 0n);
    expect(Math.abs(Number(sum - found.difference))).toBeLessThan(found.causes.length + 1);

    for (const { params } of settings.strategies) if (params["fast"] === 2) params["fast"] = 3;
    const config = join(dataDir, "other.json");
    writeFileSync(config, JSON.stringify(settings));
    const planted = await shoal([
      ...["journal", "explain", "portfolio.main", "--config", config, "--data-dir", dataDir, "--json"],
    ]);
    expect(planted.code).toBe(1);
    expect((planted.json as { unexplained: object[] }).unexplained.length).toBeGreaterThan(0);
  }, 120_000);
});
