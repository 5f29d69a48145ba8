/** `shoal start` with a configuration of one's own: a dry run of a real venue's, a strategy that fails. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { startSandbox } from "../../sandbox/sandbox.ts";
import { scratch, shoal } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

describe("start", () => {
  it("--dry-run: a real venue's configuration on its live prices with play money, its keys never looked up", async () => {
    const venue = await startSandbox({ seed: 5, market: { kind: "synthetic", symbols: ["BTC/USDT"] } });
    const config = join(folder.path, "real.json");
    const real = {
      realMoney: "yes",
      venues: { binance: { url: venue.url } },
      accounts: { main: { venue: "binance", apiKey: "env:SHOAL_NO_KEY", secret: "env:SHOAL_NO_SECRET" } },
      portfolios: { main: { accounts: ["main"] } },
      strategies: [
        { id: "a", strategy: "moving-average-cross", instruments: ["binance:BTC/USDT"], capital: "100" },
      ],
    };
    writeFileSync(config, JSON.stringify(real));
    const dry = ["start", "--dry-run", "--config", config, "--dry-run-wallet", "USDT=777"];
    const run = await shoal([...dry, "--for", "4s", "--json"], { cwd: folder.path });
    await venue.stop();
    expect(run.err).toMatch(/^venue +binance: the sandbox exchange .*; live prices of binance/m);
    expect(run.err).toMatch(/^money +none of it is real/m);
    expect(run.code).toBe(0);
    expect(run.json).toMatchObject({ reconciled: true, equity: { USDT: "777" } });
    expect(run.json["ticks"]).toBeGreaterThan(0);
    expect(existsSync(join(folder.path, ".shoal", "dry-run", "journal"))).toBe(true);
  }, 60_000);

  it("says on the screen that a strategy throws; an account of the sandbox needs no key", async () => {
    const strategiesDir = join(folder.path, "strategies");
    mkdirSync(strategiesDir);
    const throws = "start: () => ({ onCandle() { throw new Error('boom'); }, save: () => ({}), load() {} })";
    const needs = "needs: () => ({ instruments: 'any', timeframes: ['1m'], warmupCandles: 0 })";
    writeFileSync(
      join(strategiesDir, "bad.js"),
      `export const strategy = { name: "bad", version: 1, genes: {}, ${needs}, ${throws} };`,
    );
    const config = join(folder.path, "bad.json");
    const settings = {
      strategiesDir,
      venues: { sandbox: { sandbox: { speed: 600, symbols: ["BTC/USDT"], balances: { USDT: 1000 } } } },
      accounts: { main: { venue: "sandbox" } },
      portfolios: { main: { accounts: ["main"] } },
      strategies: [{ id: "a", strategy: "bad", instruments: ["sandbox:BTC/USDT"], capital: 10 }],
    };
    writeFileSync(config, JSON.stringify(settings));
    const args = [
      "start",
      "--config",
      config,
      "--data-dir",
      join(folder.path, "bad"),
      "--for",
      "3s",
      "--json",
    ];
    const { code, json, err } = await shoal(args, { cwd: folder.path });
    expect(err).toMatch(/error: strategy\.a failed on a message: boom/);
    expect([code, json["reconciled"], json["equity"]]).toEqual([0, true, { USDT: "1000" }]);
  }, 40_000);
});
