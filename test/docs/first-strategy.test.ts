/** docs/guides/first-strategy.md, done as it says: the files written, the types checked, the command run. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Strategy } from "../../domain/strategy/strategy.ts";
import { aims, startTrader } from "../strategies/trading.ts";
import { blockOf, commands, root } from "./blocks.ts";

const guide = join("docs", "guides", "first-strategy.md");
const strategyFile = join("my-strategies", "breakout.ts");
const configuration = "my-strategies.yaml";
const replayed = "my-replay.yaml";
/** On a machine with much else to do. */
const LONGEST_MS = 120_000;

describe("the guide to a first strategy", () => {
  let folder: string;
  let checkout: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "shoal-guide-"));
    checkout = join(folder, "shoal");
    mkdirSync(checkout);
    mkdirSync(join(folder, "my-strategies"));
    symlinkSync(join(root, "domain"), join(checkout, "domain"));
    writeFileSync(join(folder, strategyFile), blockOf(guide, strategyFile).text);
    for (const file of [configuration, replayed])
      writeFileSync(join(checkout, file), blockOf(guide, file).text);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("shows a strategy that type-checks beside a checkout", () => {
    const program = ts.createProgram([join(folder, strategyFile)], {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      lib: ["lib.es2024.d.ts"],
      types: [],
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      allowImportingTsExtensions: true,
      noEmit: true,
    });
    const problems = ts.getPreEmitDiagnostics(program);
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
  });

  it("shows a strategy that buys above the highest close and sells below the lowest, and goes on after a move", async () => {
    const { strategy } = (await import(pathToFileURL(join(folder, strategyFile)).href)) as {
      readonly strategy: Strategy;
    };
    const params = { entry: 3, exit: 2, exposure: 0.5 };
    // Highest of 10, 11, 10 is 11: 12 is above. Lowest of 12, 11 is 11: 10 is below.
    const closes = [10, 11, 10, 12, 11, 10];
    const expected = ["3:0.5 breakout", "5:0 breakdown"];
    expect(aims(startTrader(strategy, params), closes)).toEqual(expected);

    const first = startTrader(strategy, params);
    const before = aims(first, closes.slice(0, 4));
    const second = startTrader(strategy, params);
    second.load(JSON.parse(JSON.stringify(first.save())) as Record<string, unknown>);
    expect([...before, ...aims(second, closes.slice(4))]).toEqual(["3:0.5 breakout", "1:0 breakdown"]);
  });

  /** The guide's `npx shoal start` with that configuration, typed in the checkout, stopped once it has said `enough`; its JSON. */
  const started = (file: string, enough?: RegExp): Promise<Readonly<Record<string, unknown>>> => {
    const typed = `npx shoal start --config ${file} `;
    const found = commands.find(({ document, line }) => document === guide && line.startsWith(typed));
    const args = found!.line.replace("npx shoal ", "").split(" ");
    if (!args.includes("--json")) args.push("--json");
    const child = spawn(process.execPath, [join(root, "cli", "shoal.ts"), ...args], {
      cwd: checkout,
      timeout: LONGEST_MS,
      killSignal: "SIGKILL",
    });
    let [said, told] = ["", ""];
    let stopped = false;
    child.stdout.on("data", (text: Buffer) => (told += text.toString()));
    child.stderr.on("data", (text: Buffer) => {
      said += text.toString();
      if (stopped || enough?.test(said) !== true) return;
      stopped = true;
      child.kill("SIGINT");
    });
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        if (code === 0) resolve(JSON.parse(told) as Record<string, unknown>);
        else reject(new Error(`${found!.line} ended with ${code}: ${said}${told}`));
      });
    });
  };

  it("runs on the sandbox exchange by the command of the guide", { timeout: LONGEST_MS }, async () => {
    const told = await started(configuration, /breakout-\w+ bought/);
    expect(told["reconciled"]).toBe(true);
    expect(told["orders"]).toBeGreaterThan(0);
    expect(told["fills"]).toBeGreaterThan(0);
  });

  it("runs on the reader's own recording", { timeout: LONGEST_MS }, async () => {
    mkdirSync(join(folder, "my-data"));
    // 200 minutes: up for forty, down for forty, so that closes leave the range of the last 20.
    const rows = Array.from({ length: 200 }, (_, n) => {
      const drift = Math.floor(n / 40) % 2 === 0 ? n % 40 : 40 - (n % 40);
      const [open, close] = [100 + drift, 101 + drift];
      return `${1_700_000_040_000 + n * 60_000},${open},${close},${open},${close},5000`;
    });
    writeFileSync(
      join(folder, "my-data", "BTC_USDT-1m.csv"),
      `ts_ms,open,high,low,close,volume\n${rows.join("\n")}\n`,
    );
    const told = await started(replayed);
    expect(told["reconciled"]).toBe(true);
    expect(told["orders"]).toBeGreaterThan(0);
    expect(told["candleCheck"]).toMatchObject({ different: 0, missing: 0 });
  });
});
