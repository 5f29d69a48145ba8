/** What a newcomer meets first: help, versions, mistakes in the command line and in the configuration. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { scratch, shoal, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

const verbs = [
  "start sandbox list-strategies check-config list-data check-data download-data import export convert resample archive restore verify-archive retain status trades balance profit orders actors leases",
  "inspect strategy halt resume dlq chaos journal market kill-switch",
  "backtesting-show",
  "compare recursive-analysis lookahead-analysis walk-forward",
  "monte-carlo metrics overfitting indicators",
  "backtesting",
  "hyperopt hyperopt-list hyperopt-show population",
].flatMap((names) => names.split(" "));

/** Of what takes more than two to show. */
const examples: Readonly<Record<string, number>> = {
  ...{ start: 6, indicators: 4 },
  ...{ sandbox: 3, "download-data": 3, chaos: 3 },
};

describe("help", () => {
  it("lists every verb, and nothing disturbs stderr", async () => {
    const { code, out, err } = await shoal(["--help"]);
    expect(code).toBe(0);
    expect(err).toBe("");
    for (const verb of verbs) expect(out).toMatch(new RegExp(`^ {2}${verb} `, "m"));
  });

  it.each([
    ...verbs
      .filter((verb) => !["strategy", "journal", "dlq", "chaos", "market", "kill-switch"].includes(verb))
      .map((verb) => [[verb]]),
    [["chaos", "run"]],
    ...["start", "stop", "reload"].map((verb) => [["strategy", verb]]),
    ...["on", "off", "status"].map((verb) => [["kill-switch", verb]]),
    ...["movers", "correlations", "depth"].map((verb) => [["market", verb]]),
    ...["list", "show", "replay", "drop"].map((verb) => [["dlq", verb]]),
    ...["streams", "show", "verify", "replay", "state", "migrate"].map((verb) => [["journal", verb]]),
  ])("%j tells purpose, examples and exit codes", async (words) => {
    const { code, out, err } = await shoalHere([...words, "--help"]);
    expect(code).toBe(0);
    expect(err).toBe("");
    expect(out).toMatch(/^Usage: shoal /);
    expect(out).toContain("--json");
    expect(out.match(/^ {2}npx shoal /gm)).toHaveLength(examples[words[0]!] ?? 2);
    expect(out).toMatch(/Exit codes:\n {2}0 {2}ok\n {2}1 {2}failed\n {2}2 {2}/);
  });

  it("prints its version", async () => {
    expect((await shoal(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("mistakes", () => {
  it("suggests the nearest verb", async () => {
    const { code, err } = await shoal(["strat"]);
    expect(code).toBe(2);
    expect(err).toContain("Did you mean start?");
  });

  it.each([
    [["start", "--for", "5x"], "expected a duration such as 500ms"],
    [["start", "--speed", "fast"], 'expected a number above 0, or "max"'],
    [["start", "--port", "70000"], "expected a whole number from 0 to 65535"],
    [["trades", "--limit", "0"], "expected a whole number from 1 to 10000"],
    [["halt", "--level", "some"], "Allowed choices are entries, all"],
    [["start", "--config", "nowhere.yaml"], "config: expected a file that exists"],
    [["start", "--replay", "/nowhere"], "replay: expected a file or folder"],
    [["start", "--replay", "x", "--config", "y"], "--replay: expected no --config beside it"],
    [["start", "--role", "boss"], "roles.0: expected"],
    [["sandbox", "--from", "2021-05-19"], "--from: expected a --replay beside it"],
    [["indicators", "rsy"], "indicator: expected the name of an indicator (such as"],
    [
      ["indicators", "rsi", "timeperiod=1"],
      "rsi.timeperiod: expected a whole number from 2 to 100000 (candles)",
    ],
    [["indicators", "rsi", "--candles", "nowhere.csv"], "candles: expected a file that exists"],
    [["inspect", "portfolio"], "actor: expected <kind>.<id>"],
    [["journal", "migrate", "--from-dir", "a"], "--from-dir: expected"],
    [["journal", "streams"], "--data-dir: expected a data directory with a journal in it"],
  ])("%j is refused with 2 and says %j", async (args, message) => {
    const { code, err, json } = await shoalHere([...args, "--json"], { cwd: folder.path });
    expect(err).toContain(message);
    expect(code).toBe(2);
    expect(json).toMatchObject({ error: { exitCode: 2 } });
  });

  it.each([
    ["venues.sandbox.sandbox.seed", { SHOAL__VENUES__SANDBOX__SANDBOX__SEED: "many" }],
    ["portfolios.main.limits", { SHOAL__PORTFOLIOS__MAIN__LIMITS: "{ orderNotional: much }" }],
    [
      "strategies.0.params.fast",
      {
        SHOAL__STRATEGIES:
          "[{ id: a, strategy: moving-average-cross, instruments: ['sandbox:BTC/USDT'], capital: 1, params: { fast: 0 } }]",
      },
    ],
  ])("check-config names %s", async (field, env) => {
    const { code, err } = await shoalHere(["check-config"], { cwd: folder.path, env });
    expect(err).toContain(field);
    expect(code).toBe(2);
  });
});

describe("check-config", () => {
  it("prints what start would run with, and no secret", async () => {
    const path = join(folder.path, "mine.yaml");
    writeFileSync(
      path,
      `nats: { url: "nats://joe:hunter22@127.0.0.1:4222" }
venues: { sandbox: { sandbox: { seed: 3 } } }
accounts: { main: { venue: sandbox, apiKey: "key-not-to-show", secret: "env:THE_SECRET" } }
portfolios: { main: { accounts: [main] } }
`,
    );
    const { code, json, out } = await shoalHere(["check-config", "-c", path, "--json"], {
      env: { SHOAL__GATEWAY__PORT: "8099" },
    });
    expect(code).toBe(0);
    expect(json).toMatchObject({
      nats: { url: "nats://[redacted]@127.0.0.1:4222" },
      accounts: { main: { apiKey: "[redacted]", secret: "env:THE_SECRET" } },
      gateway: { port: 8099 },
      venues: { sandbox: { sandbox: { seed: 3 } } },
    });
    expect(out).not.toMatch(/hunter22|key-not-to-show/);
  });
});

describe("list-strategies", () => {
  it("tells genes with ranges and defaults, the user's own included", async () => {
    const own = scratch();
    writeFileSync(
      join(own.path, "mine.ts"),
      `export const strategy = { name: "mine", about: "Mine.", genes: { n: { kind: "integer", min: 1, max: 9, unit: "candles", default: 4, about: "A number." } },
        needs: () => ({ timeframes: ["1m"], warmupCandles: 0 }), start: () => ({ onCandle() {}, save: () => ({}), load() {} }) };`,
    );
    const { json } = await shoalHere(["list-strategies", "--strategies-dir", own.path, "--json"]);
    const strategies = json["strategies"] as {
      readonly name: string;
      readonly genes: Record<string, unknown>;
    }[];
    expect(strategies.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["moving-average-cross", "mine"]),
    );
    expect(strategies.find(({ name }) => name === "mine")?.genes["n"]).toMatchObject({
      min: 1,
      max: 9,
      default: 4,
    });
    const text = await shoalHere(["list-strategies", "--strategies-dir", own.path]);
    expect(text.out).toMatch(/n +4 +1 to 9 candles +A number\./);
    own.remove();
  });
});
