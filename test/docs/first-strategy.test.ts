/** docs/guides/first-strategy.md, done as it says: the files written, the types checked, the command run. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Strategy } from "../../domain/strategy/strategy.ts";
import { aims, startTrader } from "../strategies/trading.ts";
import { blockOf, commands, root } from "./blocks.ts";

const guide = join("docs", "guides", "first-strategy.md");
const strategyFile = join("my-strategies", "breakout.ts");
const configuration = "my-strategies.yaml";

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
    writeFileSync(join(checkout, configuration), blockOf(guide, configuration).text);
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

  it("runs on the sandbox exchange by the command of the guide", async () => {
    const line = commands.find(
      (one) => one.document === guide && one.line.startsWith("npx shoal start"),
    )?.line;
    expect(line).toContain(`--config ${configuration}`);
    const args = line!.replace("npx shoal ", "").replace("--for 30s", "--for 8s").split(" ");
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(root, "cli", "shoal.ts"), ...args, "--json"],
      { cwd: checkout },
    );
    const told = JSON.parse(stdout) as Record<string, number | boolean>;
    expect(told["reconciled"]).toBe(true);
    // Eighty minutes of two markets: closes above the last ten are no accident.
    expect(told["candles"]).toBeGreaterThan(20);
    expect(told["orders"]).toBeGreaterThan(0);
    expect(told["fills"]).toBeGreaterThan(0);
  });
});
