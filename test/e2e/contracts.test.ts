/**
 * Contracts traded live at the futures sandbox: strategies go long and short through the actors, answers to orders are lost, the
 * venue pays funding, and afterwards ledger and venue agree to the last unit.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import { sandboxThread, type SandboxThread } from "../../nodes/sandbox-thread.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { signed } from "../sandbox/clients.ts";
import { eventually } from "../servers.ts";
import { engineProcess, temporaryFolder, type EngineProcess } from "./processes.ts";
import { agreeing, halted, nothingOpen, restless } from "./settings.ts";

const symbols = ["BTC/USDT", "ETH/USDT"];
const FUNDED_AT = Date.UTC(2026, 0, 1, 8);
const contracts = symbols.map((symbol) => `${symbol}:USDT`);

describe("contracts at the futures sandbox", () => {
  let sandbox: SandboxThread;
  let engine: EngineProcess;

  beforeAll(async () => {
    sandbox = await sandboxThread({
      futures: { fundingRate: "0.001" },
      speed: 60,
      // However long the engine takes to come up: funding is due fifteen minutes of its time later, a quarter of a minute of ours.
      begin: "subscribed",
      market: { kind: "synthetic", symbols, stepMs: 600, startAt: FUNDED_AT - 15 * 60_000 },
      accounts: [
        { name: "main", apiKey: "sandbox-key", secret: "sandbox-secret", balances: { USDT: "100000" } },
      ],
    });
    engine = await engineProcess({
      ...restless({ strategies: 4, symbols: contracts, params: { shorts: true } }),
      dataDir: temporaryFolder(),
      node: "one",
      venues: { sandbox: { exchange: "binanceusdm", url: sandbox.url, sandbox: {} } },
    });
  }, 60_000);
  afterAll(async () => {
    await engine.kill();
    await sandbox.stop();
  });

  const admin = async <T>(path: string, body?: object): Promise<T> => {
    const answer = await fetch(
      `${sandbox.url}/admin/${path}`,
      body === undefined ? {} : { method: "POST", body: JSON.stringify(body) },
    );
    expect(answer.status).toBe(200);
    return (await answer.json()) as T;
  };
  const venue = {
    get url() {
      return sandbox.url;
    },
    accounts: [{ apiKey: "sandbox-key", secret: "sandbox-secret" }],
  } as unknown as Sandbox;
  const view = (): Promise<PortfolioView> => engine.ask<PortfolioView>("portfolio", "main", "view");
  const sides = async (): Promise<ReadonlySet<string>> => {
    const { accounts } = await admin<{
      accounts: Record<string, { positions: { quantity: string }[] }>;
    }>("state");
    return new Set(
      accounts["main"]!.positions.map(({ quantity }) => (quantity.startsWith("-") ? "short" : "long")),
    );
  };

  it("goes long and short, survives lost answers, and agrees with the venue to the last unit", async () => {
    const seen = new Set<string>();
    await eventually(
      "held long and short at the venue",
      async () => {
        for (const side of await sides()) seen.add(side);
        return seen.size === 2;
      },
      60_000,
    );
    await admin("faults", { loseRatio: 0.5, match: "POST /fapi/v1/order" });
    const before = (await view()).counters.fills;
    await eventually(
      "fills of orders whose answers are lost",
      async () => (await view()).counters.fills > before + 8,
      60_000,
    );
    const { counts } = await admin<{ counts: { faults: { lost: number } } }>("state");
    expect(counts.faults.lost).toBeGreaterThan(0);
    await admin("faults", {});
    await eventually(
      "funding",
      async () => (await admin<{ marketTime: number }>("state")).marketTime > FUNDED_AT + 60_000,
      60_000,
    );
    await halted(engine);
    await nothingOpen(engine);
    const summary = await agreeing(engine);
    expect(summary.mismatches).toEqual([]);
    expect(await engine.call("ordersBroken", await admin("orders"))).toEqual([]);
    // Funding was paid for what was held, and is booked as that: nothing is left unexplained.
    const paid = await signed(venue, "GET", "/fapi/v1/income", { incomeType: "FUNDING_FEE" });
    expect(paid.body).not.toEqual([]);
    expect(await engine.call("adjusted")).toEqual({});
  }, 150_000);
});
