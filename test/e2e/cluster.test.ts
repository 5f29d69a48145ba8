/**
 * Processes on a real nats-server share 60 strategies on 12 instruments and one account: placement, a joiner, one that
 * hands over, one that is killed; and what must hold throughout: dense journal, no candle missed or told twice, ledger
 * equal to the venue.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { placement } from "../../mixins/placement.ts";
import type { StrategyView } from "../../contracts/strategy.ts";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import { startSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import { eventually, findServer, startNats, type Server } from "../servers.ts";
import { candleProblems } from "./candle-witness.ts";
import { engineProcess, temporaryFolder, type EngineProcess } from "./processes.ts";
import { agreeing, halted, nothingOpen, restless, twelve } from "./settings.ts";

const locate = placement();
const MINUTE = 60_000;

describe.skipIf(findServer("nats-server") === undefined)("processes on nats-server", () => {
  let nats: Server;
  let sandbox: Sandbox;
  const dataDir = temporaryFolder();
  const nodes = new Map<string, EngineProcess>();
  /** Whose actors are where, `strategy.restless-0001` to `one`. */
  let where = new Map<string, string>();

  beforeAll(async () => {
    nats = await startNats();
    sandbox = await startSandbox({
      speed: 30,
      market: { kind: "synthetic", symbols: twelve, stepMs: 500 },
      accounts: [
        { name: "main", apiKey: "sandbox-key", secret: "sandbox-secret", balances: { USDT: "1000000" } },
      ],
    });
  });
  afterAll(async () => {
    for (const node of nodes.values()) await node.kill();
    await sandbox.stop();
    await nats.stop();
  });

  const settings = (node: string): object => ({
    ...restless({ strategies: 60, params: { keeps: true } }),
    dataDir,
    node,
    nats: { url: nats.url },
    venues: { sandbox: { url: sandbox.url, sandbox: {} } },
  });
  const join = async (...names: readonly string[]): Promise<void> => {
    const started = await Promise.all(names.map((name) => engineProcess(settings(name))));
    for (const one of started) nodes.set(one.node, one);
  };
  const anyone = (): EngineProcess => [...nodes.values()][0]!;
  const view = (): Promise<PortfolioView> => anyone().ask("portfolio", "main", "view");

  /** Every actor runs on exactly one node, the one that placement names. */
  const settled = async (): Promise<void> => {
    const hosts = [...nodes.keys()].sort().map((id) => ({ id, roles: ["*"], leaving: false }));
    let found: string[] = [];
    await eventually(
      `76 actors where they belong among ${[...nodes.keys()].join(", ")}`,
      async () => {
        const lists = await Promise.all(
          [...nodes.values()].map(async (one) =>
            (await one.call<{ kind: string; id: string }[]>("actors")).map(({ kind, id }) => ({
              kind,
              id,
              node: one.node,
            })),
          ),
        );
        const all = lists.flat();
        where = new Map(all.map(({ kind, id, node }) => [`${kind}.${id}`, node]));
        found = all.filter(({ kind, id, node }) => locate(kind, id, hosts) !== node).map(({ id }) => id);
        return all.length === 76 && where.size === 76 && found.length === 0;
      },
      20_000,
    );
    for (const { id } of hosts) {
      const share = [...where.values()].filter((node) => node === id).length;
      // 76/n expected, three standard deviations of a fair draw around it.
      const mean = 76 / hosts.length;
      const spread = 3 * Math.sqrt(mean * (1 - 1 / hosts.length));
      expect(share).toBeGreaterThan(mean - spread);
      expect(share).toBeLessThan(mean + spread);
    }
  };
  /** Two more minutes of the market, and orders in them. */
  const goesOn = async (): Promise<void> => {
    const { counters } = await view();
    const until = (await anyone().call<number>("marketNow")) + 2 * MINUTE;
    await eventually(
      "the market goes on",
      async () => (await anyone().call<number>("marketNow")) > until,
      20_000,
    );
    await eventually("orders go on", async () => (await view()).counters.fills > counters.fills + 20, 20_000);
  };
  const leave = async (node: string, how: "end" | "kill"): Promise<void> => {
    const leaver = nodes.get(node)!;
    nodes.delete(node);
    if (how === "kill") await leaver.kill();
    else expect(await leaver.end()).toBe(0);
  };

  it("three share the actors as placement says, about a third each", async () => {
    await join("one", "two", "three");
    await settled();
    // Strategies that are there before the account is open wait for it: no start of theirs fails.
    for (const { output } of nodes.values()) expect(output()).not.toContain("expected an account");
    await goesOn();
  }, 60_000);

  it("a fourth takes its share, and nothing else moves", async () => {
    const before = where;
    await join("four");
    await settled();
    for (const [actor, node] of where)
      if (node !== "four") expect(`${actor} ${node}`).toBe(`${actor} ${before.get(actor)!}`);
    await goesOn();
  }, 60_000);

  it("one that is told to end hands over: the one that has the portfolio", async () => {
    await leave(where.get("portfolio.main")!, "end");
    await settled();
    await goesOn();
  }, 60_000);

  it("one that is killed is replaced: the one that has the portfolio now", async () => {
    await leave(where.get("portfolio.main")!, "kill");
    await settled();
    await goesOn();
  }, 60_000);

  it("no candle was missed or told twice to any of the 60 strategies, and all are the venue's", async () => {
    const views: (StrategyView & { readonly id: string })[] = [];
    for (let k = 0; k < 60; k += 1) {
      const id = `restless-${String(k).padStart(4, "0")}`;
      views.push({ id, ...(await anyone().ask<StrategyView>("strategy", id, "inspect")) });
    }
    const problems = await candleProblems(views, { url: sandbox.url, symbols: twelve, least: 8 });
    expect(problems).toEqual([]);
  });

  it("the portfolio's journal is dense and chained, and the ledger is the venue's", async () => {
    await halted(anyone());
    await nothingOpen(anyone());
    const summary = await agreeing(anyone());
    expect(summary.fills).toBeGreaterThan(100);
  }, 60_000);
});
