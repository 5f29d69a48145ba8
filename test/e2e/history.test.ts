/**
 * An account has a life beside one engine: somebody trades by hand while the engine is down, and another engine may have
 * traded on it before. Each ledger books what happened in its own time, and agrees with the venue.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import type { Summary } from "../../nodes/summary.ts";
import { startSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import { eventually, freePort } from "../servers.ts";
import { engineProcess, temporaryFolder, type EngineProcess } from "./processes.ts";
import { halted, restless } from "./settings.ts";

const symbols = ["BTC/USDT", "ETH/USDT"];
let sandbox: Sandbox;
const engines: EngineProcess[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ speed: 60, market: { kind: "synthetic", symbols } });
});
afterAll(async () => {
  for (const one of engines) await one.kill();
  await sandbox.stop();
});

const start = async (dataDir: string, url = sandbox.url): Promise<EngineProcess> => {
  const started = await engineProcess({
    ...restless({ strategies: 4, symbols }),
    dataDir,
    venues: { sandbox: { url, sandbox: {} } },
  });
  engines.push(started);
  return started;
};
const view = (engine: EngineProcess): Promise<PortfolioView> => engine.ask("portfolio", "main", "view");
const byHand = async (symbol: string, side: string, quantity: string): Promise<number> => {
  const body = JSON.stringify({ symbol, side, type: "MARKET", quantity });
  const answer = await fetch(`${sandbox.adminUrl}/foreign-order`, { method: "POST", body });
  expect(answer.status).toBe(200);
  const truth = (await (await fetch(`${sandbox.adminUrl}/orders`)).json()) as {
    readonly fills: readonly { readonly clientOrderId: string }[];
  };
  return truth.fills.filter(({ clientOrderId }) => clientOrderId.startsWith("foreign-")).length;
};
const reconciled = async (engine: EngineProcess): Promise<void> => {
  let summary!: Summary;
  await eventually(
    "ledger and venue agree",
    async () => {
      summary = await engine.call<Summary>("summary");
      return summary.reconciled;
    },
    5_000,
  ).catch(() => undefined);
  expect(summary).toMatchObject({ lost: 0, duplicates: 0, mismatches: [] });
};

it("books what was traded by hand while it was down, and nothing of the time before it", async () => {
  const dataDir = temporaryFolder();
  const first = await start(dataDir);
  await eventually("a first fill", async () => (await view(first)).counters.fills > 0);
  await halted(first);
  await first.kill();
  await byHand("BTCUSDT", "BUY", "0.05");
  const foreign = await byHand("ETHUSDT", "BUY", "0.5");
  const again = await start(dataDir);
  await reconciled(again);
  expect((await view(again)).counters.foreignFills).toBe(foreign);

  const other = await start(temporaryFolder());
  await halted(other);
  await reconciled(other);
  await reconciled(again);
});

it("does not begin where no exchange answers, and names the field", async () => {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  await expect(start(temporaryFolder(), nobody)).rejects.toThrow(
    /venues\.sandbox\.url: expected a sandbox exchange that answers there/,
  );
});
