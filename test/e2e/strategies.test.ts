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
import { quick } from "../strategies/quick.ts";
import { describeRecorded, recordedPath } from "../recorded.ts";
import { engineProcess, temporaryFolder } from "./processes.ts";

/** Need further instruments or venues, which this recording has not. */
const elsewhere: ReadonlySet<string> = new Set(["pairs", "cross-venue-arbitrage", "triangular-arbitrage"]);

const xrpeth = "trades-binance-xrpeth-2019-10";
describeRecorded(xrpeth, () => {
  it("all trade, the books agree, and a backtest over the same prints decides the same", async () => {
    const names = [...strategies.keys()].filter((name) => !elsewhere.has(name));
    names.sort();
    const base = replay(recordedPath(xrpeth), { to: "2019-10-11T00:30:00Z" }) as {
      venues: { sandbox: { sandbox: { speed: unknown } } };
    };
    base.venues.sandbox.sandbox.speed = "max";
    const settings = {
      ...base,
      strategies: names.map((name) => ({
        id: name,
        strategy: name,
        params: quick[name],
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
