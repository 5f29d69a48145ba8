/** `shoal lookahead-analysis` on files and programs: a planted look-ahead is caught, what is honest is not, mistakes are named. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { examined, featuresOutside, programOutside } from "../../cli/bias/outside.ts";
import { Chance } from "../../domain/values/chance.ts";
import { scratch, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

const file = (name: string, text: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};

const HOUR = 3_600_000;
const BEGIN = Date.parse("2021-01-01");
const COUNT = 800;
const chance = new Chance("lookahead");
const close = new Float64Array(COUNT);
let price = 100;
for (let i = 0; i < COUNT; i += 1) close[i] = price *= Math.exp(0.01 * chance.gaussian());
const openAt = Float64Array.from({ length: COUNT }, (_, i) => BEGIN + i * HOUR);
const open = close.map((_, i) => close[i - 1] ?? 100);
const candles = { openAt, open, high: close, low: open, close, volume: close.map(() => 1) };
const plan = { horizon: 3, shifts: 50, seed: 1, limit: 0.25 };

const rise = (t: number, until: number): boolean => t + 1 < until && close[t + 1]! > close[t]!;

const signals = (until: number, ahead: boolean): string =>
  JSON.stringify({
    timeframe: "1h",
    candles: Array.from({ length: until }, (_, t) => [openAt[t], open[t], close[t], open[t], close[t], 1]),
    signals: Array.from({ length: until }, (_, t) => ({
      at: openAt[t],
      enterLong: t % 5 === 0 && (ahead ? rise(t, until) : close[t]! > open[t]!),
    })),
  });

describe("shoal lookahead-analysis", () => {
  it("catches entries that know the next candle, and where they change on cut data", async () => {
    const full = file("signals.json", signals(COUNT, true));
    // The signal at the cut's last candle cannot know the next one, which rises.
    const at = Array.from({ length: COUNT }, (_, t) => t).find(
      (t) => t > 400 && t % 5 === 0 && rise(t, COUNT),
    )!;
    const cut = file("cut.json", signals(at + 1, true));
    const { code, json } = await shoalHere(["lookahead-analysis", "--signals", full, "--cut", cut, "--json"]);
    expect(code).toBe(0);
    expect(json).toMatchObject({
      hasBias: true,
      biasedEntrySignals: 1,
      biasedExitSignals: 0,
      columns: [
        {
          name: "enterLong",
          verdict: "biased",
          form: "value",
          cuts: [{ cut, differing: 1, reach: 1, first: { at: openAt[at], full: 1, cut: 0 } }],
        },
      ],
    });
    const { out } = await shoalHere([
      "lookahead-analysis",
      "--signals",
      file("honest.json", signals(COUNT, false)),
    ]);
    expect(out).toMatch(/^enterLong +800 +none found /m);
    expect(out).toMatch(/only cut data show every look-ahead/);
  });

  it("names a mistake", async () => {
    const { code, err } = await shoalHere(["lookahead-analysis", "--features", "x.csv"]);
    expect(code).toBe(2);
    expect(err).toMatch(/--candles: expected the candles that it was computed of/);
  });
});

const csv = (of: (t: number) => readonly (string | number)[], header = "ts_ms,a,b,tag"): string =>
  [header, ...Array.from(openAt, (at, t) => [at, ...of(t)].join(","))].join("\n");

describe("features from files and programs", () => {
  it("columns of numbers, true and false; tags are left out", () => {
    const path = file(
      "features.csv",
      csv((t) => [close[t + 1] ?? "", close[t]! > open[t]! ? "True" : "False", "x"]),
    );
    const found = examined(featuresOutside(path, candles, []), plan);
    expect(found.map(({ name, verdict, rows, equals }) => [name, verdict, rows, equals])).toEqual([
      ["a", "biased", COUNT - 1, "close 1 later"],
      ["b", "none found", COUNT, null],
    ]);
    expect(() => featuresOutside(file("bad.csv", "ts_ms,a\n1600000000000,1\n"), candles, [])).toThrow(
      "bad.csv:2: expected the open time of one of the candles",
    );
    expect(() =>
      featuresOutside(
        file(
          "text.csv",
          csv((t) => [t === 3 ? "y" : t, 1, "x"]),
        ),
        candles,
        [],
      ),
    ).toThrow('text.csv:5: expected a number, true, false, or nothing, found "y"');
  });

  it("a program is run on the first parts of the candles", () => {
    // Awk over all lines: the close over the last close of all is look-ahead that no correlation of changes shows.
    const scaled = `awk -F, 'NR>1{t[NR]=$1;c[NR]=$5;last=$5} END{print "ts_ms,scaled,own"; for(i=2;i<=NR;i++) printf "%s,%.12g,%.12g\\n",t[i],c[i]/last,c[i]}'`;
    const found = examined(programOutside(scaled, candles, 2), plan);
    expect(found.map(({ name, verdict }) => [name, verdict])).toEqual([
      ["scaled", "biased"],
      ["own", "none found"],
    ]);
    expect(found[0]!.cuts.map(({ rows, differing, cut }) => [rows, differing, cut])).toEqual([
      [600, 600, "600 of 800 candles"],
      [400, 400, "400 of 800 candles"],
    ]);
    expect(() => programOutside("exit 3", candles, 1)).toThrow(
      "--program: expected a command that ends with 0",
    );
  });
});
