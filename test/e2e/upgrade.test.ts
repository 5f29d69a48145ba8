/**
 * A rolling restart under load: three processes on a real nats-server are replaced one by one by the next version of the
 * program, whose journal has another schema. No candle is missed or told twice, no order lost or doubled, the journal
 * is intact over both schemas, and decided again it gives the same state.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StrategyView } from "../../contracts/strategy.ts";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import { portfolioSchema } from "../../domain/portfolio/upcast.ts";
import type { Replayed } from "../../mixins/replay.ts";
import { startSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import { eventually, findServer, startNats, type Server } from "../servers.ts";
import { engineProcess, temporaryFolder, type EngineProcess } from "./processes.ts";
import { agreeing, halted, nothingOpen, restless, twelve } from "./settings.ts";
import type { Seen } from "./strategies/restless.ts";

const STRATEGIES = 24;
const MINUTE = 60_000;
const symbols = twelve.slice(0, 4);
const names = ["one", "two", "three"];

describe.skipIf(findServer("nats-server") === undefined)("a rolling restart with the next schema", () => {
  let nats: Server;
  let sandbox: Sandbox;
  const dataDir = temporaryFolder();
  const nodes = new Map<string, EngineProcess>();

  const start = async (node: string, version: "today" | "next"): Promise<void> => {
    const settings = {
      ...restless({ strategies: STRATEGIES, symbols, params: { keeps: true } }),
      ...{ dataDir, node, nats: { url: nats.url } },
      venues: { sandbox: { url: sandbox.url, sandbox: {} } },
    };
    nodes.set(
      node,
      await engineProcess(settings, version === "next" ? { SHOAL_TEST_NEXT_VERSION: "1" } : {}),
    );
  };
  const anyone = (): EngineProcess => [...nodes.values()][0]!;
  const view = (): Promise<PortfolioView> => anyone().ask("portfolio", "main", "view");
  const carriers = async (kind: string): Promise<readonly string[]> => {
    const lists = await Promise.all(
      [...nodes].map(async ([node, one]) =>
        (await one.call<{ kind: string }[]>("actors")).filter((actor) => actor.kind === kind).map(() => node),
      ),
    );
    return lists.flat();
  };
  const goesOn = async (): Promise<void> => {
    const { counters } = await view();
    const until = (await anyone().call<number>("marketNow")) + MINUTE;
    await eventually(
      "the market and the orders go on",
      async () =>
        (await anyone().call<number>("marketNow")) > until &&
        (await view()).counters.fills > counters.fills + 10,
      20_000,
    );
  };

  beforeAll(async () => {
    nats = await startNats();
    sandbox = await startSandbox({
      speed: 30,
      market: { kind: "synthetic", symbols, stepMs: 500 },
      accounts: [
        { name: "main", apiKey: "sandbox-key", secret: "sandbox-secret", balances: { USDT: "1000000" } },
      ],
    });
    await Promise.all(names.map((node) => start(node, "today")));
    await eventually(
      "every strategy runs",
      async () => (await carriers("strategy")).length === STRATEGIES,
      20_000,
    );
    await goesOn();
  }, 60_000);
  afterAll(async () => {
    for (const node of nodes.values()) await node.kill();
    await sandbox.stop();
    await nats.stop();
  });

  it("one by one, while it trades: the portfolio moves to the new version at once and never back", async () => {
    for (const [k, node] of names.entries()) {
      const leaver = nodes.get(node)!;
      nodes.delete(node);
      expect(await leaver.end()).toBe(0);
      await start(node, "next");
      const upgraded = names.slice(0, k + 1);
      await eventually(
        `the portfolio on one of ${upgraded.join(", ")}, every strategy once`,
        async () => {
          const [carrier, ...others] = await carriers("portfolio");
          const strategies = await carriers("strategy");
          return upgraded.includes(carrier!) && others.length === 0 && strategies.length === STRATEGIES;
        },
        20_000,
      );
      await goesOn();
    }
  }, 90_000);

  it("no candle was missed or told twice", async () => {
    const problems: string[] = [];
    for (let k = 0; k < STRATEGIES; k += 1) {
      const id = `restless-${String(k).padStart(4, "0")}`;
      const { state } = await anyone().ask<StrategyView>("strategy", id, "inspect");
      const { told, seen } = state as unknown as { told: number; seen: Seen[][] };
      const candles = seen[0]!;
      if (told !== candles.length || told < 4) problems.push(`${id}: ${told} told, ${candles.length} kept`);
      for (const [n, [openAt]] of candles.entries())
        if (n > 0 && openAt !== candles[n - 1]![0] + MINUTE)
          problems.push(`${id}: ${new Date(openAt).toISOString()} does not follow`);
    }
    expect(problems).toEqual([]);
  });

  it("ledger and venue agree; the journal is intact over both schemas and decides the same again", async () => {
    await halted(anyone());
    await nothingOpen(anyone());
    const { sequence } = (await agreeing(anyone())).journals["main"]!;
    const stream = "portfolio.main";
    const { schema } = portfolioSchema;
    expect(await anyone().call<number[]>("schemas", stream)).toEqual([schema, schema + 1]);
    const { difference, entries, hashes } = await anyone().call<Replayed>("decideAgain", stream);
    expect(difference).toBeUndefined();
    expect(entries).toBeGreaterThanOrEqual(sequence);
    expect(new Set(Object.values(hashes)).size).toBe(1);
  }, 60_000);
});
