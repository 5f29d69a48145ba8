/** Risk plans and market tools on the command line, over two small markets. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readStrategiesFile } from "../../nodes/strategies-file.ts";
import { scratch, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);

/** A wave, so that a moving average crosses every few hours. */
const candles = (phase: number): string =>
  [
    "ts_ms,open,high,low,close,volume",
    ...Array.from({ length: 400 }, (_, k) => {
      const [open, close] = [k, k + 1].map((each) => 100 + 10 * Math.sin((each + phase) / 4));
      return [
        START + k * HOUR,
        open,
        Math.max(open!, close!) + 1,
        Math.min(open!, close!) - 1,
        close,
        10,
      ].join(",");
    }),
  ].join("\n");

beforeAll(() => {
  writeFileSync(join(folder.path, "BTC_USDT-1h.csv"), candles(0));
  writeFileSync(join(folder.path, "ETH_USDT-1h.csv"), candles(0.5));
  writeFileSync(
    join(folder.path, "risk.yaml"),
    `limits: { positionNotionalMax: 6000 }
risk:
  exposure: { gross: 0.8, asset: 0.5 }
  protections: [{ method: CooldownPeriod, stop_duration_candles: 30 }]
  sizing: { method: fixed-fractional, risk: 0.02, stop: 0.04 }
`,
  );
  writeFileSync(
    join(folder.path, "strategies.yaml"),
    `strategies:
  - { id: fast, strategy: moving-average-cross, params: { fast: 3, slow: 8 }, share: 0.6 }
  - { strategy: bollinger-reversion, pairs: [ETH/USDT] }
`,
  );
  writeFileSync(join(folder.path, "bad.yaml"), "risk: { exposure: { gross: 1, net: 2 } }\n");
  writeFileSync(join(folder.path, "book.json"), '{"bids":[["99","1"]],"asks":[["101","2"]]}');
});

const backtesting = (...more: readonly string[]) =>
  shoalHere([
    "backtesting",
    ...["--strategy", "moving-average-cross", "--params", '{"fast":3,"slow":8}'],
    ...["--candles", folder.path, ...more],
  ]);

describe("shoal backtesting --risk", () => {
  it("tells what each rule did, beside the run without the plan", async () => {
    const { code, out } = await backtesting("--risk", join(folder.path, "risk.yaml"), "--json");
    expect(code).toBe(0);
    const told = JSON.parse(out) as {
      readonly refusals: Record<string, number>;
      readonly risk: {
        readonly rules: readonly string[];
        readonly locks: Record<string, number>;
        readonly sized: number;
        readonly meanFactor: number;
      };
      readonly without: { readonly trades: number; readonly refusals: Record<string, number> };
    };
    expect(told.risk.rules).toEqual([
      ...["asset-exposure", "cooldown-period", "gross-exposure", "position", "price-collar"],
    ]);
    // 0.02 / 0.04
    expect(told.risk.meanFactor).toBeCloseTo(0.5, 12);
    expect(told.risk.sized).toBe(2);
    expect(told.risk.locks["cooldown-period"]).toBeGreaterThan(2);
    expect(told.refusals["cooldown-period"]).toBeGreaterThan(0);
    expect(told.without.refusals["cooldown-period"]).toBeUndefined();
    expect(told.without.trades).toBeGreaterThan(0);
  });

  it("shows it as tables", async () => {
    const { out } = await backtesting("--risk", join(folder.path, "risk.yaml"));
    expect(out).toMatch(/cooldown-period +\d+ +\d+ +0/);
    // It was on and never said no.
    expect(out).toMatch(/price-collar +0 +0 +0/);
    expect(out).toMatch(/trades +\d+ +\d+/);
  });

  it("names the field of an impossible plan", async () => {
    const { code, err } = await backtesting("--risk", join(folder.path, "bad.yaml"));
    expect([code, err]).toEqual([
      2,
      expect.stringContaining("risk.exposure.net: expected at most gross (1)"),
    ]);
  });

  it("refuses caps on strategies that do not run", async () => {
    const plan = join(folder.path, "models.yaml");
    const write = (name: string) =>
      writeFileSync(plan, `risk: { controls: { models: { strategies: [${name}], exposure: 0.1 } } }`);
    write("evolved-1");
    const field = "risk.controls.models.strategies.0: expected a strategy of this run";
    expect(await backtesting("--risk", plan)).toMatchObject({
      code: 2,
      err: expect.stringContaining(`${field} (backtest)`) as unknown,
    });
    const listed = ["--strategies", join(folder.path, "strategies.yaml"), "--candles", folder.path];
    expect(await shoalHere(["backtesting", ...listed, "--risk", plan])).toMatchObject({
      code: 2,
      err: expect.stringContaining(`${field} (fast, bollinger-reversion)`) as unknown,
    });
    write("backtest");
    const { code, out } = await backtesting("--risk", plan);
    expect([code, out]).toEqual([0, expect.stringMatching(/model-exposure +[1-9]/)]);
  });

  it("wants exact accounting", async () => {
    const { code, err } = await backtesting(
      "--risk",
      join(folder.path, "risk.yaml"),
      "--accounting",
      "float",
    );
    expect([code, err]).toEqual([2, expect.stringContaining("exact beside a risk plan")]);
  });
});

describe("shoal backtesting --strategies", () => {
  const several = (...more: readonly string[]) =>
    shoalHere([
      "backtesting",
      ...["--strategies", join(folder.path, "strategies.yaml"), "--candles", folder.path],
      ...more,
    ]);

  it("runs them in one portfolio, and tells what each rule did to whom, beside the run without the plan", async () => {
    const { code, out } = await several("--risk", join(folder.path, "risk.yaml"), "--json");
    expect(code).toBe(0);
    const told = JSON.parse(out) as {
      readonly strategies: readonly { id: string; capital: number; pairs: readonly string[] }[];
      readonly refusals: Record<string, number>;
      readonly byStrategy: readonly { refusals: Record<string, number>; trades: number }[];
      readonly trades: number;
      readonly peaks: { readonly gross: number };
      readonly without: {
        readonly refusals: Record<string, number>;
        readonly peaks: { readonly gross: number };
      };
    };
    expect(told.strategies).toMatchObject([
      { id: "fast", capital: 6_000, pairs: ["BTC/USDT", "ETH/USDT"] },
      { id: "bollinger-reversion", capital: 4_000, pairs: ["ETH/USDT"] },
    ]);
    const whom = told.byStrategy.map(({ refusals }) => refusals["cooldown-period"] ?? 0);
    expect(whom[0]! + whom[1]!).toBe(told.refusals["cooldown-period"]);
    expect(whom[0]).toBeGreaterThan(0);
    expect(told.byStrategy[0]!.trades + told.byStrategy[1]!.trades).toBe(told.trades);
    expect(told.without.refusals["cooldown-period"]).toBeUndefined();
    expect(told.without.peaks.gross).toBeGreaterThan(told.peaks.gross);
  });

  it("shows it as tables, with and without a plan", async () => {
    const { out } = await several("--risk", join(folder.path, "risk.yaml"));
    expect(out).toMatch(/cooldown-period +\d+ +\d+ +fast \d+.* 0\n/);
    expect(out).toMatch(/deepest drawdown +[\d.]+ % +[\d.]+ %/);
    expect((await several()).out).toMatch(/deepest drawdown +[\d.]+ %\n/);
  });

  it.each([
    [
      "an option of one strategy",
      ["--stoploss", "-0.1"],
      "--stoploss: expected left out beside --strategies",
    ],
    ["another convention's rules", ["--convention", "freqtrade"], "--convention: expected another one"],
    ["pairs without a strategy's own", ["--pairs", "BTC/USDT"], "strategies.1.pairs.0: expected a pair"],
  ])("refuses %s", async (_, more, text) => {
    const { code, err } = await several(...more);
    expect([code, err]).toEqual([2, expect.stringContaining(text)]);
  });

  it.each([
    ["[{ strategy: momentum, share: 1 }, { strategy: grid }]", "shares below 1 in all"],
    ["[{ strategy: momentum }, { strategy: momentum }]", "strategies.1.id: expected an id used once"],
    ["[{ strategy: momentum, pairs: [BTC] }]", "strategies.0.pairs.0: expected a pair such as BTC/USDT"],
    ["[{ strategy: nothing }]", "strategy: expected one of"],
    ["[]", "1 to 100 strategies"],
  ])("refuses the file %s", async (strategies, text) => {
    const file = join(folder.path, "others.yaml");
    writeFileSync(file, `strategies: ${strategies}\n`);
    await expect(readStrategiesFile(file, "--strategies", undefined)).rejects.toThrow(text);
  });
});

it("is refused beside signals, which have no portfolio", async () => {
  const signals = ["backtesting", "--strategy", "signals", "--signals", "any.json"];
  const { code, err } = await shoalHere([...signals, "--risk", join(folder.path, "risk.yaml")]);
  expect([code, err]).toEqual([2, expect.stringContaining("--risk: expected another strategy than signals")]);
});

describe("shoal market", () => {
  const market = async (...words: readonly string[]): Promise<Record<string, unknown>> => {
    const { code, out } = await shoalHere(["market", ...words, "--json"]);
    expect(code).toBe(0);
    return JSON.parse(out) as Record<string, unknown>;
  };

  it("finds movers: twelve candles, from the close before them", async () => {
    const close = (k: number): number => 100 + 10 * Math.sin((k + 1) / 4);
    expect(await market("movers", "--candles", folder.path, "--last", "12")).toMatchObject({
      breadth: { rising: 0, falling: 2, unchanged: 0 },
      markets: [{ change: expect.closeTo(close(399) / close(387) - 1, 12) as number }, {}],
    });
  });

  it("finds clusters", async () => {
    const { clusters, returns, rolling } = await market(
      "correlations",
      ...["--candles", folder.path, "--window", "100"],
    );
    expect([clusters, returns]).toEqual([[["BTC/USDT", "ETH/USDT"]], 399]);
    expect(rolling).toHaveLength(3);
  });

  it("prices an order", async () =>
    expect(await market("depth", join(folder.path, "book.json"), "--quantity", "2")).toMatchObject({
      middle: 100,
      buy: { filled: 2, averagePrice: 101 },
      sell: { filled: 1 },
    }));

  it("refuses a file without a book", async () => {
    writeFileSync(join(folder.path, "empty.json"), "null");
    const { code, err } = await shoalHere(["market", "depth", join(folder.path, "empty.json")]);
    expect([code, err]).toEqual([2, expect.stringContaining("bids: expected a list of at least one")]);
  });
});
