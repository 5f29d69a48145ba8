/**
 * The kill switch on five processes with a portfolio each or so, one of them cut off from nats-server: those that can be reached
 * acknowledge at once, the one cut off stops when its lease ends, its portfolios are halted where they are taken over, and no restart lifts it.
 */
import { connect, type NatsConnection } from "nats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jetstreamJournal } from "../../adapters/journal/jetstream.ts";
import type { Journal } from "../../adapters/journal/journal.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import type { Switched } from "../../nodes/kill-switch.ts";
import { startSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import { lossyLink, type LossyLink } from "../adapters/journal/lossy-link.ts";
import { engineProcess, temporaryFolder, type EngineProcess } from "../e2e/processes.ts";
import { restless, twelve } from "../e2e/settings.ts";
import { eventually, findServer, startNats, type Server } from "../servers.ts";

const NODES = ["one", "two", "three", "four", "five"];
const PORTFOLIOS = NODES.map((_, k) => `p${k}`);
const SYMBOLS = twelve.slice(0, 5);
/** Of the issue: those that can be reached. */
const ACKNOWLEDGED_MS = 500;
/** A lease of 2 s, and what noticing it takes on a busy machine. */
const LEASE_ENDS_MS = 10_000;

interface Status {
  readonly on: boolean;
  readonly portfolios: readonly { readonly actor: string; readonly answers: boolean }[];
}

describe.skipIf(findServer("nats-server") === undefined)("the kill switch on five processes", () => {
  let nats: Server;
  let sandbox: Sandbox;
  let connection: NatsConnection;
  let journal: Journal;
  const links = new Map<string, readonly [to: LossyLink, from: LossyLink]>();
  const nodes = new Map<string, EngineProcess>();
  const dataDir = temporaryFolder();

  beforeAll(async () => {
    nats = await startNats();
    sandbox = await startSandbox({
      seed: 5,
      speed: 30,
      market: { kind: "synthetic", symbols: SYMBOLS, stepMs: 500 },
      accounts: PORTFOLIOS.map((id) => ({
        name: id,
        apiKey: `${id}-key`,
        secret: `${id}-secret`,
        balances: { USDT: "1000000" },
      })),
    });
    connection = await connect({ servers: nats.url });
    journal = await jetstreamJournal({ connection, replicas: 1 });
    for (const name of NODES) {
      const to = await lossyLink(Number(new URL(nats.url).port));
      links.set(name, [to, await lossyLink(to.port)]);
    }
    await start();
  }, 120_000);
  afterAll(async () => {
    for (const node of nodes.values()) await node.kill();
    for (const pair of links.values()) for (const link of pair) await link.close();
    await journal.close();
    await connection.close();
    await sandbox.stop();
    await nats.stop();
  });

  const settings = (node: string): object => ({
    ...restless({ strategies: 10, symbols: SYMBOLS }),
    accounts: Object.fromEntries(
      PORTFOLIOS.map((id) => [id, { venue: "sandbox", apiKey: `${id}-key`, secret: `${id}-secret` }]),
    ),
    portfolios: Object.fromEntries(PORTFOLIOS.map((id) => [id, { accounts: [id], quote: "USDT" }])),
    strategies: restless({ strategies: 10, symbols: SYMBOLS }).strategies.map((one, k) => ({
      ...one,
      portfolio: PORTFOLIOS[k % PORTFOLIOS.length],
      account: PORTFOLIOS[k % PORTFOLIOS.length],
    })),
    dataDir,
    node,
    nats: { url: `nats://127.0.0.1:${links.get(node)![1].port}`, replicas: 1 },
    venues: { sandbox: { url: sandbox.url, sandbox: {} } },
  });

  const actorsOf = async (node: EngineProcess): Promise<readonly string[]> =>
    (await node.call<{ kind: string; id: string }[]>("actors")).map(({ kind, id }) => `${kind}.${id}`);
  const money = (actor: string): boolean => /^(portfolio|execution)\./.test(actor);

  const start = async (): Promise<void> => {
    const started = await Promise.all(NODES.map((name) => engineProcess(settings(name))));
    for (const one of started) nodes.set(one.node, one);
    await eventually(
      "each portfolio and account runs once",
      async () => {
        const all = (await Promise.all([...nodes.values()].map(actorsOf))).flat().filter(money);
        return all.length === 2 * PORTFOLIOS.length && new Set(all).size === all.length;
      },
      60_000,
    );
  };

  /** Everything a portfolio has journaled. */
  const events = async (id: string): Promise<readonly PortfolioEvent[]> => {
    const found: PortfolioEvent[] = [];
    for await (const { turns } of journal.read(`portfolio.${id}`))
      for (const turn of turns) found.push(...(turn.events as readonly PortfolioEvent[]));
    return found;
  };
  const orders = (of: readonly PortfolioEvent[]): number =>
    of.filter(({ type }) => type === "OrderPlaced").length;

  it("stops all of them, one cut off included, and stays on when all processes begin anew", async () => {
    for (const id of PORTFOLIOS)
      await eventually(`${id} trades`, async () => orders(await events(id)) > 2, 60_000);
    const owners = new Map<string, string>();
    for (const [name, node] of nodes)
      for (const actor of await actorsOf(node)) if (actor.startsWith("portfolio.")) owners.set(actor, name);
    const cutOff = nodes.get(owners.get("portfolio.p0")!)!;
    const lost = [...owners].filter(([, name]) => name === cutOff.node).map(([actor]) => actor);
    const reachable = [...owners.keys()].filter((actor) => !lost.includes(actor));
    expect(reachable.length).toBeGreaterThan(0);

    const cutAt = performance.now();
    links.get(cutOff.node)![0].lose("to-server");
    links.get(cutOff.node)![1].lose("to-client");
    const ended = eventually(
      "the one cut off runs nothing that trades",
      async () => (await actorsOf(cutOff)).filter(money).length === 0,
      60_000,
    ).then(() => performance.now() - cutAt);
    const turner = [...nodes.values()].find((node) => node !== cutOff)!;
    const { acknowledged, silent } = await turner.call<Switched>("killSwitchOn", "chaos");
    const times = acknowledged.filter(({ actor }) => reachable.includes(actor));
    console.info(
      `acknowledged: ${times.map(({ actor, ms }) => `${actor} ${ms} ms`).join(", ")}; silent: ${silent.map(({ actor }) => actor).join(", ")}`,
    );
    expect(times.map(({ actor }) => actor).sort()).toEqual([...reachable].sort());
    for (const { ms } of times) expect(ms).toBeLessThan(ACKNOWLEDGED_MS);

    const endedMs = await ended;
    console.info(`the one cut off stopped ${Math.round(endedMs)} ms after the cut`);
    expect(endedMs).toBeLessThan(LEASE_ENDS_MS);
    await eventually(
      "those taken over are halted too",
      async () => (await turner.call<Status>("killSwitchStatus")).on,
      60_000,
    );

    for (const node of nodes.values()) await node.kill();
    nodes.clear();
    for (const pair of links.values()) for (const link of pair) link.cut();
    await start();
    const status = await [...nodes.values()][0]!.call<Status>("killSwitchStatus");
    expect(status).toMatchObject({ on: true });
    expect(status.portfolios).toHaveLength(PORTFOLIOS.length);
    for (const id of PORTFOLIOS) {
      const all = await events(id);
      const halt = all.findIndex((event) => event.type === "Halted" && event.level === "all");
      expect(halt).toBeGreaterThan(0);
      expect([id, orders(all.slice(halt)), all.some(({ type }) => type === "Resumed")]).toEqual([
        id,
        0,
        false,
      ]);
    }
  }, 240_000);
});
