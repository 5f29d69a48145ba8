/** docs/guides/from-freqtrade.md, done as it says: each of its commands in turn, in one folder; the venue is a sandbox. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startSandbox } from "../../sandbox/sandbox.ts";
import { commands, root } from "./blocks.ts";

const guide = join("docs", "guides", "from-freqtrade.md");
const HOUR = 3_600_000;
const BEGIN = Date.UTC(2021, 0, 1);

/** freqtrade's layout: [ms, open, high, low, close, volume]. */
const candles = (first: number): readonly (readonly number[])[] =>
  Array.from({ length: 24 * 45 }, (_, i) => {
    const [open, close] = [i, i + 1].map(
      (at) => Math.round(first * (1 + 0.1 * Math.sin(at / 11)) * 100) / 100,
    ) as [number, number];
    return [
      BEGIN + i * HOUR,
      open,
      Math.max(open, close) + 1,
      Math.min(open, close) - 1,
      close,
      10 + (i % 5),
    ];
  });

const bash = async (line: string, cwd: string): Promise<string> => {
  const child = spawn("bash", ["-c", line], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  const keep = (data: Buffer): void => void (out += data.toString());
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const [code] = (await once(child, "close")) as [number | null];
  expect(code, `${line}\n${out}`).toBe(0);
  return out;
};

it("every command of the guide for freqtrade's users runs, in its order", async () => {
  const folder = mkdtempSync(join(tmpdir(), "shoal-freqtrade-"));
  const sandbox = await startSandbox({ market: { kind: "synthetic", symbols: ["SOL/USDT"] }, speed: 60 });
  try {
    const theirs = join(folder, "user_data", "data", "binance");
    mkdirSync(theirs, { recursive: true });
    writeFileSync(join(theirs, "BTC_USDT-1h.json"), JSON.stringify(candles(30_000)));
    writeFileSync(join(theirs, "ETH_USDT-1h.json"), JSON.stringify(candles(700)));
    const signals = [30, 130].map((i) => ({ at: BEGIN + i * HOUR, enterLong: true }));
    writeFileSync(
      join(folder, "signals.json"),
      JSON.stringify({
        timeframe: "1h",
        candles: candles(700),
        signals,
        settings: { stoploss: -0.05, roi: { "0": 0.03 } },
      }),
    );
    const lines = commands.filter(({ document }) => document === guide).map(({ line }) => line);
    expect(lines.length).toBeGreaterThan(10);
    const said = new Map<string, string>();
    for (const line of lines) {
      const real = line
        .replaceAll("npx shoal", `"${process.execPath}" "${join(root, "cli", "shoal.mjs")}"`)
        .replace("download-data", `download-data --url ${sandbox.url}`);
      said.set(line, await bash(real, folder));
    }
    const of = (word: string): string => [...said].find(([line]) => line.includes(word))![1];
    expect(of("list-data")).toMatch(/BTC\/USDT[\s\S]*ETH\/USDT[\s\S]*SOL\/USDT/);
    expect(of("--convention freqtrade")).toContain("roi");
    expect(of("--timerange")).toMatch(/2 markets|ETH\/USDT/);
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}, 240_000);
