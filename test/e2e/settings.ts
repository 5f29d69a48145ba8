/** Settings of the end-to-end tests: one account at a sandbox, and many restless strategies on it. */
import { join } from "node:path";
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

/** Nothing is sent any more and nothing is open: from now on ledger and venue can be compared. */
export const halted = async (engine: EngineProcess): Promise<void> => {
  const at = await engine.call<number>("marketNow");
  const wish = { level: "all", by: "test", reason: "the end", at };
  await engine.ask("portfolio", "main", "halt", wish, "command");
};

export const nothingOpen = (engine: EngineProcess): Promise<void> =>
  eventually(
    "no order is open",
    async () => {
      const live = await engine.ask<readonly unknown[]>("portfolio", "main", "liveOrders", {
        account: "main",
      });
      return live.length === 0;
    },
    30_000,
  );
