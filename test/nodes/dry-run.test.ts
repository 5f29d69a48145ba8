/** What a dry run makes of a configuration, and what a mirror must be told. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { configure } from "../../nodes/configuration.ts";
import { parseSettings } from "../../nodes/settings.ts";

const trading = {
  venues: { binance: { exchange: "binance" }, sandbox: { sandbox: {} } },
  accounts: { main: { venue: "sandbox" }, other: { venue: "binance", apiKey: "env:NONE" } },
  portfolios: { main: { accounts: ["main", "other"] } },
  strategies: [
    {
      ...{ id: "a", strategy: "moving-average-cross", capital: "100" },
      instruments: ["sandbox:BTC/USDT", "binance:ETH/BTC"],
      accounts: ["main", "other"],
    },
  ],
};
const mirrored = (sandbox: object): unknown => ({
  ...{ venues: { binance: { sandbox: { mirror: true, ...sandbox } } }, accounts: {}, portfolios: {} },
});

describe("a dry run", () => {
  test("a dry run mirrors every venue and forgets the keys", () => {
    const folder = mkdtempSync(join(tmpdir(), "shoal-settings-"));
    const path = join(folder, "config.json");
    writeFileSync(path, JSON.stringify({ ...trading, dataDir: "kept" }));
    const dry = configure({ config: [path], dryRun: true }, {});
    expect(dry.dataDir).toBe(join("kept", "dry-run"));
    expect(dry.venues["binance"]?.sandbox).toMatchObject({
      ...{ mirror: { historyDays: 3 }, speed: 1, symbols: ["ETH/BTC"] },
      balances: { BTC: "10000" },
    });
    expect(dry.venues["sandbox"]?.sandbox).toMatchObject({
      mirror: { historyDays: 3 },
      symbols: ["BTC/USDT"],
    });
    expect(dry.accounts["other"]).toMatchObject({ apiKey: "dry-run-other" });
    const wallet = configure({ config: [path], dryRun: true, dryRunWallet: "usdt=5, BTC=0.25" }, {});
    expect(wallet.venues["sandbox"]?.sandbox?.balances).toEqual({ USDT: "5", BTC: "0.25" });
    expect(() => configure({ config: [path], dryRun: true, dryRunWallet: "5" }, {})).toThrow(
      '--dry-run-wallet: expected amounts such as USDT=1000,BTC=0.1, found "5"',
    );
  });
});

describe("a mirror", () => {
  test("goes by the clock and reads three days", () => {
    const { venues } = parseSettings(mirrored({ symbols: ["BTC/USDT"] }));
    expect(venues["binance"]?.sandbox).toMatchObject({ speed: 1, mirror: { historyDays: 3 } });
  });

  test.each<[string, unknown, RegExp]>([
    ["a mirror of no pair", mirrored({}), /^venues\.binance\.sandbox\.symbols: expected the pairs to mirror/],
    [
      "a mirror in a hurry",
      mirrored({ symbols: ["BTC/USDT"], speed: 60 }),
      /^venues\.binance\.sandbox\.speed: expected 1 beside mirror, found 60/,
    ],
    [
      "a mirror of a recording",
      mirrored({ symbols: ["BTC/USDT"], replay: "x" }),
      /^venues\.binance\.sandbox\.replay: expected none beside mirror, found "x"/,
    ],
  ])("%s is refused", (_name, raw, expected) => {
    expect(() => parseSettings(raw)).toThrow(expected);
  });
});
