/** The main job on recorded markets: through the sandbox's wire and real ccxt, twice, with equal journals. */
import { expect, it } from "vitest";
import { replay } from "../../nodes/demo.ts";
import type { CandleCheck } from "../../nodes/candle-check.ts";
import type { Replayed } from "../../mixins/replay.ts";
import type { Summary } from "../../nodes/summary.ts";
import { describeRecorded, recordedPath } from "../recorded.ts";
import { engineProcess, temporaryFolder } from "./processes.ts";

const run = async (
  path: string,
  range: { readonly from?: string; readonly to?: string },
): Promise<{ readonly summary: Summary; readonly candles: CandleCheck; readonly verdict: object }> => {
  const settings = replay(path, range) as { venues: { sandbox: { sandbox: { speed: unknown } } } };
  settings.venues.sandbox.sandbox.speed = "max";
  const engine = await engineProcess({ ...settings, dataDir: temporaryFolder(), log: { level: "error" } });
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

const fiveMinutes = "candles-binance-5m-2020-12_2021-05";
describeRecorded(fiveMinutes, () => {
  it("trades 12 instruments at once for 8 hours, the same twice, and its candles are the recorded ones", async () => {
    const { candles, summary } = await twice(recordedPath(fiveMinutes), {
      from: "2021-05-19T08:00:00Z",
      to: "2021-05-19T16:00:00Z",
    });
    // 12 candles an hour of 12 instruments, four prints each; the last of each has not ended at its last print.
    expect(summary.ticks).toBe(12 * 8 * 12 * 4);
    expect(candles).toMatchObject({ compared: 12 * 8 * 12 - 12, unfinished: 12 });
  }, 120_000);
});
