/**
 * The main job on recorded markets: through the sandbox's wire and real ccxt, twice, with equal journals; and the backtester
 * decides the same over the same prints, command by command.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lmdbJournal } from "../../adapters/journal/lmdb.ts";
import { replay } from "../../nodes/demo.ts";
import { parityOf, type Parity } from "../../nodes/parity.ts";
import { parseSettings } from "../../nodes/settings.ts";
import type { CandleCheck } from "../../nodes/candle-check.ts";
import type { Replayed } from "../../mixins/replay.ts";
import type { Summary } from "../../nodes/summary.ts";
import { shoal } from "../cli/command.ts";
import { describeRecorded, recordedPath } from "../recorded.ts";
import { engineProcess, temporaryFolder } from "./processes.ts";

const compare = async (dataDir: string, settings: object): Promise<Parity> => {
  const journal = lmdbJournal({ path: join(dataDir, "journal") });
  try {
    return await parityOf(journal, parseSettings(settings), "main");
  } finally {
    await journal.close();
  }
};

/** Of the aims that a strategy has proposed, and tags of its orders. */
const reasonsOf = async (dataDir: string, strategy: string): Promise<readonly string[]> => {
  const journal = lmdbJournal({ path: join(dataDir, "journal") });
  const reasons: string[] = [];
  for await (const { turns } of journal.read("portfolio.main", 0))
    for (const { command } of turns as readonly {
      readonly command: {
        readonly type: string;
        readonly strategy?: string;
        readonly asks?: readonly { readonly reason?: string; readonly tag?: string }[];
      };
    }[])
      if (command.type === "Propose" && command.strategy === strategy)
        reasons.push(...(command.asks ?? []).flatMap(({ reason, tag }) => reason ?? tag ?? []));
  await journal.close();
  return reasons;
};

/** How often a price that the portfolio waited for reached a target. */
const targetsReached = async (dataDir: string): Promise<number> => {
  const journal = lmdbJournal({ path: join(dataDir, "journal") });
  let reached = 0;
  type Told = {
    readonly command: { readonly type: string };
    readonly events: readonly { readonly type: string }[];
  };
  for await (const { turns } of journal.read("portfolio.main", 0))
    for (const { command, events } of turns as readonly Told[])
      if (command.type === "SeePrice")
        reached += events.filter(({ type }) => type === "TargetReached").length;
  await journal.close();
  return reached;
};

const run = async (
  path: string,
  range: { readonly from?: string; readonly to?: string },
): Promise<{ readonly summary: Summary; readonly candles: CandleCheck; readonly verdict: object }> => {
  const settings = replay(path, range) as { venues: { sandbox: { sandbox: { speed: unknown } } } };
  settings.venues.sandbox.sandbox.speed = "max";
  const dataDir = temporaryFolder();
  const engine = await engineProcess({ ...settings, dataDir, log: { level: "error" } });
  await engine.call("replay");
  const at = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));
  const candles = await engine.call<CandleCheck>("checkCandles", {
    path,
    from: at(range.from),
    to: at(range.to),
  });
  const summary = await engine.call<Summary>("summary");
  const verdict = await engine.call<object>("verify", "portfolio.main");
  const again = await engine.call<Replayed>("decideAgain", "portfolio.main");
  expect(again.difference).toBeUndefined();
  expect(new Set(Object.values(again.hashes)).size).toBe(1);
  expect(again.entries).toBe(summary.journals["main"]!.sequence);
  expect(engine.output()).toBe("");
  expect(await engine.end()).toBe(0);
  const parity = await compare(dataDir, settings);
  expect(parity.difference).toBeNull();
  expect(parity).toMatchObject({ trades: summary.ticks, fills: summary.fills });
  return { summary, candles, verdict };
};

const twice = async (path: string, range: { readonly from?: string; readonly to?: string }) => {
  const first = await run(path, range);
  const second = await run(path, range);
  for (const { summary, candles } of [first, second]) {
    expect(summary.mismatches).toEqual([]);
    expect(summary).toMatchObject({ reconciled: true, lost: 0, duplicates: 0 });
    expect(summary.fills).toBeGreaterThan(50);
    expect(candles).toMatchObject({ different: 0, missing: 0 });
  }
  const { sequence, hash } = first.summary.journals["main"]!;
  expect(sequence).toBeGreaterThan(100);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(first.verdict).toEqual({ stream: "portfolio.main", entries: sequence, hash });
  expect(second).toEqual(first);
  return first;
};

const xrpeth = "trades-binance-xrpeth-2019-10";
describeRecorded(xrpeth, () => {
  it("trades its first 8 hours, the same twice, and its 1m candles are the recorded ones", async () => {
    const { candles, summary } = await twice(recordedPath(xrpeth), { to: "2019-10-11T08:00:00Z" });
    // Counted in the files: rows of XRP_ETH-trades before 08:00, and minutes of XRP_ETH-1m with volume; the last
    // minute has not ended when the last print before 08:00 has come.
    expect(summary.ticks).toBe(2646);
    expect(candles).toMatchObject({ compared: 389, unfinished: 1 });
  }, 120_000);
});

/** A model of XRP/ETH that changes its mind every three minutes. */
const model = (): string => {
  const path = join(temporaryFolder(), "predictions.csv");
  const rows = Array.from(
    { length: 40 },
    (_, k) => `${Date.parse("2019-10-11T00:01:00Z") + k * 180_000},XRP/ETH,${Math.sin(k)},0.9`,
  );
  writeFileSync(path, ["ts_ms,symbol,score,confidence", ...rows, ""].join("\n"));
  return path;
};

/** Limit and stop orders, cancels, protection, wakes, answers to fills, crosses between strategies, a model that guides one, an algorithm that works another's aims, a plan that manages positions. */
const everything = (path: string): object => {
  const base = replay(path, { to: "2019-10-11T02:00:00Z" }) as {
    venues: { sandbox: { sandbox: { speed: unknown } } };
  };
  base.venues.sandbox.sandbox.speed = "max";
  const on = { instruments: ["sandbox:XRP/ETH"], capital: "5" };
  return {
    ...base,
    strategiesDir: join(import.meta.dirname, "strategies"),
    strategies: [
      { id: "fidgety", strategy: "fidgety", params: { seed: 3 }, ...on },
      { id: "restless", strategy: "restless", params: { seed: 4 }, ...on },
      { id: "slower", strategy: "restless", params: { seed: 5, timeframe: "5m" }, ...on },
      { id: "eager", strategy: "eager", params: { every: 9 }, ...on },
      {
        ...{ id: "guided", strategy: "restless", params: { seed: 6 }, ...on },
        predictions: model(),
        guide: { staleMs: 240_000, without: "exit" },
      },
      {
        ...{ id: "managed", strategy: "moving-average-cross", params: { fast: 2, slow: 4 }, ...on },
        manage: {
          ...{ stoploss: -0.002, trailingStop: true, timeLimit: 12, breakEven: { after: 1 } },
          takeProfit: [
            { r: 0.5, close: 50 },
            { r: 1, close: 50 },
          ],
          pyramid: { adds: 2, spacing: 0.0003, ratio: 0.5, stop: "keep" },
          scaling: { trades: 2, least: 0.5, most: 1, step: 0.25, by: "r" },
        },
      },
      ...["market", "worked"].map((exits, k) => ({
        ...{ id: `worked-${k}`, strategy: "restless", params: { seed: 7 + k }, ...on },
        execution: { algorithm: k === 0 ? "twap" : "pov", minutes: 3, slices: 6, participation: 60, exits },
      })),
    ],
  };
};

describeRecorded(xrpeth, () => {
  it("strategies that use all that a desk has decide the same in actors and in the backtester", async () => {
    const settings = everything(recordedPath(xrpeth));
    const dataDir = temporaryFolder();
    const engine = await engineProcess({ ...settings, dataDir, log: { level: "error" } });
    await engine.call("replay");
    const { fills, orders } = await engine.call<Summary>("summary");
    expect(await engine.end()).toBe(0);
    const config = join(dataDir, "run.json");
    writeFileSync(config, JSON.stringify(settings));
    // The model's word is in what was asked for, and it was not heard before it was known.
    const entries = await reasonsOf(dataDir, "guided");
    expect(new Set(entries).size).toBeGreaterThan(1);
    expect(entries.every((reason) => /model-agrees|^[^,]*$/.test(reason))).toBe(true);
    expect(entries.some((reason) => reason.includes("model-agrees"))).toBe(true);
    for (const worked of ["worked-0", "worked-1"])
      expect((await reasonsOf(dataDir, worked)).some((tag) => /^worked .*: part #/.test(tag))).toBe(true);
    const managed = (await reasonsOf(dataDir, "managed")).join("; ");
    for (const reason of ["stop_loss", "trailing_stop_loss", "break-even", "scaled 0."])
      expect(managed).toContain(reason);
    expect(await targetsReached(dataDir)).toBeGreaterThan(0);
    const said = await shoal([
      ...["journal", "parity", "portfolio.main", "--config", config, "--data-dir", dataDir, "--json"],
    ]);
    expect(said.json).toMatchObject({ difference: null, fills });
    expect(said.code).toBe(0);
    expect(orders).toBeGreaterThan(100);
    expect(fills).toBeGreaterThan(100);
  }, 120_000);
});

const fiveMinutes = "candles-binance-5m-2020-12_2021-05";
describeRecorded(fiveMinutes, () => {
  it("trades 12 instruments at once for 6 hours of a crash, the same twice, and its candles are the recorded ones", async () => {
    const { candles, summary } = await twice(recordedPath(fiveMinutes), {
      from: "2021-05-19T10:00:00Z",
      to: "2021-05-19T16:00:00Z",
    });
    // 12 candles an hour of 12 instruments, four prints each; the last of each has not ended at its last print.
    expect(summary.ticks).toBe(12 * 6 * 12 * 4);
    expect(candles).toMatchObject({ compared: 12 * 6 * 12 - 12, unfinished: 12 });
  }, 120_000);
});
