/** A short grid and a neutral one of contracts in an engine of a test: what they have out and have done, and how one loses its memory. */
import { join } from "node:path";
import { expect } from "vitest";
import { lmdbJournal } from "../../adapters/journal/lmdb.ts";
import type { TradeRow } from "../../contracts/portfolio.ts";
import type { StrategyView } from "../../contracts/strategy.ts";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import { toFloat } from "../../domain/values/values.ts";
import { eventually } from "../servers.ts";
import type { EngineProcess } from "./processes.ts";

const modes = ["short", "neutral"] as const;
const ids = modes.map((mode) => `grid-${mode}`);

/** One on each instrument, of orders that are larger than what trades at once: they fill in parts. */
export const gridsOn = (instruments: readonly [string, string]) =>
  modes.map((mode, k) => ({
    ...{ id: `grid-${mode}`, strategy: "grid", instruments: [instruments[k]!], capital: "20000" },
    params: { mode, spacing: "arithmetic", cells: 20, below: 1, above: 1, minProfitBps: 0 },
  }));

interface Levels {
  readonly lower: number;
  readonly step: number;
  /** Base units that each cell buys and sells. */
  readonly sizes: readonly number[];
}

/** `engine` is asked for at each use: it may be another one after a restart. */
export const gridWatch = (engine: () => EngineProcess) => {
  const levels = async (id: string): Promise<Levels> => {
    const { state } = await engine().ask<StrategyView>("strategy", id, "inspect");
    return (state as unknown as { lanes: [{ cells: Levels }] }).lanes[0].cells;
  };
  /** `buy 3` and what is left of it, of all that one has out. */
  const out = async (id: string) =>
    (await engine().ask<PortfolioView>("portfolio", "main", "view")).orders
      .filter(({ strategy }) => strategy === id)
      .map(({ tag, quantity, filled }) => ({
        purpose: tag.split("#")[0]!.trim(),
        rest: toFloat(quantity - filled),
      }));
  const trades = async (): Promise<readonly TradeRow[]> =>
    (await engine().ask<readonly TradeRow[]>("portfolio", "main", "trades", { limit: 1_000 })).filter(
      ({ strategy }) => ids.includes(strategy),
    );
  const parts = (rows: readonly TradeRow[]): number =>
    rows.length - new Set(rows.map(({ order }) => order)).size;
  return {
    async look(): Promise<ReadonlyMap<string, Levels>> {
      await eventually(
        "both grids have bought and sold, in parts too, and have orders out",
        async () => {
          const rows = (await trades()).filter(({ tag }) => !tag.startsWith("open "));
          const sides = new Set(rows.map(({ strategy, side }) => `${strategy} ${side}`));
          for (const id of ids) if ((await out(id)).length < 4) return false;
          return sides.size === 4 && parts(rows) > 0;
        },
        60_000,
      );
      return new Map(await Promise.all(ids.map(async (id) => [id, await levels(id)] as const)));
    },
    /** Of a short grid, while no engine runs: its orders are all that is left. */
    async forget(dataDir: string): Promise<void> {
      const journal = lmdbJournal({ path: join(dataDir, "journal") });
      try {
        await journal.saveSnapshot("strategy.grid-short", { sequence: 1, schema: 0, state: {} });
      } finally {
        await journal.close();
      }
    },
    /** They stand on the same levels, trade on, and have nothing out twice. */
    async goOn(before: ReadonlyMap<string, Levels>): Promise<void> {
      const since = await engine().call<number>("marketNow");
      for (const [id, { lower, step }] of before) {
        await eventually(`levels of ${id}`, async () => (await levels(id)).step > 0, 30_000);
        const now = await levels(id);
        // A grid is whole ticks off where it reads its levels out of prices that were rounded to them.
        expect(now.lower, id).toBeCloseTo(lower, 1);
        expect(now.step, id).toBeCloseTo(step, 1);
      }
      await eventually("trades", async () => (await trades()).some(({ at }) => at > since), 60_000);
      for (const [id, { sizes }] of before) {
        const most = Math.max(...sizes) * 1.01;
        const byCell = Map.groupBy(await out(id), ({ purpose }) => purpose);
        for (const [purpose, orders] of byCell)
          expect(
            orders.reduce((sum, { rest }) => sum + rest, 0),
            `${id} ${purpose}`,
          ).toBeLessThan(most);
      }
    },
  };
};
