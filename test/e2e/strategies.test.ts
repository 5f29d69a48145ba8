/**
 * The strategies that come with Shoal, by name, on recorded prints through the sandbox's wire and real ccxt: all of them at once on one
 * account, the ledger equal to the venue's, and every decision the backtester's too.
 */
import { join } from "node:path";
import { expect, it } from "vitest";
import { lmdbJournal } from "../../adapters/journal/lmdb.ts";
import { replay } from "../../nodes/demo.ts";
import { parityOf } from "../../nodes/parity.ts";
import { parseSettings } from "../../nodes/settings.ts";
import type { Summary } from "../../nodes/summary.ts";
import { strategies } from "../../strategies/index.ts";
import { describeRecorded, recordedPath } from "../recorded.ts";
import { engineProcess, temporaryFolder } from "./processes.ts";

/** Short memories and near levels: half an hour of a quiet market shall be enough. */
const params: Readonly<Record<string, object>> = {
  "moving-average-cross": { fast: 2, slow: 4 },
  "mean-reversion": { memory: 6, entry: 0.7, exit: 0.2 },
  momentum: { lookback: 3, memory: 5, entry: 0.3 },
  "channel-breakout": { entry: 2, exit: 1 },
  "bollinger-reversion": { length: 6, width: 1 },
  "trend-pullback": { fast: 2, slow: 4, rsi: 3, ceiling: 95, atr: 3 },
  "dca-timetable": { every: 5, times: 10 },
  "dca-ladder": { deviation: 0.1, safetyOrders: 3, takeProfit: 0.1 },
  grid: { below: 1, above: 1, cells: 20, minProfitBps: 0 },
  composite: { enter: "close > ema(5)", exit: "5m: close < ema(3)" },
  "market-maker": { spreadBps: 10, toleranceBps: 1 },
  "avellaneda-stoikov": { memory: 5, horizon: 5, minSpreadBps: 1 },
};
/** Need further instruments or venues, which this recording has not. */
const elsewhere: ReadonlySet<string> = new Set(["pairs", "cross-venue-arbitrage", "triangular-arbitrage"]);

const xrpeth = "trades-binance-xrpeth-2019-10";
describeRecorded(xrpeth, () => {
  it("all trade, the books agree, and a backtest over the same prints decides the same", async () => {
    const names = [...strategies.keys()].filter((name) => !elsewhere.has(name));
    expect(names.sort()).toEqual(Object.keys(params).sort());
    const base = replay(recordedPath(xrpeth), { to: "2019-10-11T00:30:00Z" }) as {
      venues: { sandbox: { sandbox: { speed: unknown } } };
    };
    base.venues.sandbox.sandbox.speed = "max";
    const settings = {
      ...base,
      strategies: names.map((name) => ({
        id: name,
        strategy: name,
        params: params[name],
        instruments: ["sandbox:XRP/ETH"],
        capital: "10",
      })),
    };
    const dataDir = temporaryFolder();
    const engine = await engineProcess({ ...settings, dataDir, log: { level: "error" } });
    await engine.call("replay");
    const summary = await engine.call<Summary>("summary");
    expect(engine.output()).toBe("");
    expect(await engine.end()).toBe(0);
    expect(summary).toMatchObject({ reconciled: true, lost: 0, duplicates: 0, mismatches: [] });
    const journal = lmdbJournal({ path: join(dataDir, "journal") });
    try {
      const parity = await parityOf(journal, parseSettings(settings), "main");
      expect(parity).toMatchObject({ difference: null, fills: summary.fills });
      const acted = new Set<string>();
      for await (const { turns } of journal.read("portfolio.main", 1))
        for (const { events } of turns)
          for (const event of events as readonly { type: string; order?: { strategy?: string } }[])
            if (event.type === "OrderApproved") acted.add(event.order!.strategy!);
      expect([...acted].sort()).toEqual(names);
    } finally {
      await journal.close();
    }
  }, 100_000);
});
