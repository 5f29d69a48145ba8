/** Settings of the end-to-end tests: one account at a sandbox, and many restless strategies on it. */
import { join } from "node:path";
import { expect } from "vitest";
import type { Verdict } from "../../adapters/journal/verify.ts";
import type { Summary } from "../../nodes/summary.ts";
import { isFailure } from "../../contracts/failure.ts";
import { eventually } from "../servers.ts";
import type { EngineProcess } from "./processes.ts";

export const twelve = "BTC ETH SOL BNB XRP ADA DOGE LTC LINK DOT UNI AVAX"
  .split(" ")
  .map((base) => `${base}/USDT`);

export interface Wanted {
  readonly strategies: number;
  readonly symbols?: readonly string[];
  readonly capital?: string;
  readonly params?: object;
}

/** Strategy k trades on instrument k modulo their number. */
export const restless = ({ strategies, symbols = twelve, capital = "5000", params = {} }: Wanted) => ({
  log: { level: "warn" },
  strategiesDir: join(import.meta.dirname, "strategies"),
  accounts: { main: { venue: "sandbox", apiKey: "sandbox-key", secret: "sandbox-secret" } },
  portfolios: { main: { accounts: ["main"], quote: "USDT" } },
  strategies: Array.from({ length: strategies }, (_, k) => ({
    id: `restless-${String(k).padStart(4, "0")}`,
    strategy: "restless",
    instruments: [`sandbox:${symbols[k % symbols.length]!}`],
    capital,
    params: { seed: k, ...params },
  })),
});

/** Resolves once it answers: while the portfolio moves to another node it is asked again. */
const here = <T>(ask: () => Promise<T>): Promise<T | undefined> =>
  ask().catch((error: unknown) => {
    if (isFailure(error, "NOT_HERE")) return undefined;
    throw error;
  });

/** Nothing is sent any more and nothing is open: from now on ledger and venue can be compared. */
export const halted = async (engine: EngineProcess): Promise<void> => {
  const at = await engine.call<number>("marketNow");
  const wish = { level: "all", by: "test", reason: "the end", at };
  const halt = () => engine.ask("portfolio", "main", "halt", wish, "command").then(() => true);
  await eventually("the portfolio halts", async () => (await here(halt)) === true, 30_000);
};

export const nothingOpen = (engine: EngineProcess): Promise<void> =>
  eventually(
    "no order is open",
    async () => {
      const live = await here(() =>
        engine.ask<readonly unknown[]>("portfolio", "main", "liveOrders", { account: "main" }),
      );
      return live?.length === 0;
    },
    30_000,
  );

/**
 * Ledger and venue agree, and main's journal is dense and chained up to what the portfolio stands at. Nodes take notes
 * at any time (a reconciliation, a claim), so both are asked again until no entry came in between.
 */
export const agreeing = async (engine: EngineProcess): Promise<Summary> => {
  const stream = "portfolio.main";
  let summary!: Summary;
  let verdict!: Verdict;
  await eventually(
    "nothing is journaled between the summary and the journal's check",
    async () => {
      summary = await engine.call<Summary>("summary");
      verdict = await engine.call<Verdict>("verify", stream);
      return verdict.problem !== undefined || verdict.entries === summary.journals["main"]!.sequence;
    },
    30_000,
  );
  expect(summary.mismatches).toEqual([]);
  expect(summary).toMatchObject({ reconciled: true, lost: 0, duplicates: 0 });
  const { sequence: entries, hash } = summary.journals["main"]!;
  expect(verdict).toEqual({ stream, entries, hash });
  return summary;
};
