/** Hosts join, leave and die over a real nats-server; a journaled ledger and its neighbours move, and lose nothing. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hostActor, type HostHandle } from "../../actors/host.actor.ts";
import { systemClock } from "../../adapters/clock/clock.ts";
import type { Journal } from "../../adapters/journal/journal.ts";
import { memoryJournal } from "../../adapters/journal/memory.ts";
import { ref } from "../../contracts/contract.ts";
import { HostContract } from "../../contracts/host.ts";
import { placement } from "../../mixins/placement.ts";
import { counter, ledger, LedgerContract } from "../mixins/ledger.ts";
import { startNode, type Node } from "../mixins/node.ts";
import { eventually, findServer, startNats, type Server } from "../servers.ts";

interface Member extends Node {
  readonly host: HostHandle;
}
const desired = [
  { kind: "ledger", id: "main" },
  ...Array.from({ length: 60 }, (_, i) => ({ kind: "counter", id: `s${i}` })),
];

/** How many instances of each actor run now, over all processes; more than one at a time is remembered. */
class Census {
  readonly #now = new Map<string, number>();
  readonly doubled: string[] = [];
  change(key: string, by: number): void {
    const count = (this.#now.get(key) ?? 0) + by;
    this.#now.set(key, count);
    if (count > 1) this.doubled.push(key);
  }
}

describe.skipIf(findServer("nats-server") === undefined)("hosts over nats-server", () => {
  let nats: Server;
  const members: Member[] = [];
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());
  afterEach(async () => {
    for (const { broker } of members.splice(0)) await broker.stop();
  });

  const join = async (
    hostId: string,
    namespace: string,
    journal: Journal,
    census: Census,
  ): Promise<Member> => {
    const node = await startNode({ hostId, natsUrl: nats.url, namespace });
    const host = hostActor({
      wire: node.wire,
      clock: systemClock,
      locate: placement(),
      kinds: ["ledger", "counter"],
      desired,
      make: ({ kind, id }) => {
        const actor = kind === "ledger" ? ledger(id, journal, hostId) : counter(id);
        const { start, stop } = { start: actor.start.bind(actor), stop: actor.stop.bind(actor) };
        return Object.assign(actor, {
          start: async (wire: Parameters<typeof start>[0]) => {
            census.change(`${kind}.${id}`, 1);
            await start(wire);
          },
          stop: async () => {
            await stop();
            census.change(`${kind}.${id}`, -1);
          },
        });
      },
      onBusUp: (told) => node.broker.localBus.on("$bus.up", told),
    });
    const member = { ...node, host };
    members.push(member);
    await host.start();
    return member;
  };
  const spread = (): number[] => members.map(({ host }) => host.actors().length);
  const settled = (): Promise<void> =>
    eventually("every actor to run once", () => spread().reduce((a, b) => a + b, 0) === desired.length);

  it("shares actors out, hands over, and a ledger under fire by joins and leaves ends exact", async () => {
    const journal = memoryJournal();
    const census = new Census();
    const first = await join("host-a", "share", journal, census);
    expect(first.host.actors()).toHaveLength(desired.length);
    const client = await startNode({ hostId: "client", roles: [], natsUrl: nats.url, namespace: "share" });
    await eventually("the client to see a host", () => client.wire.hosts().length === 2);

    const book = ref(client.wire, LedgerContract, "main", { timeoutMs: 10_000 });
    let sent = 0;
    const refusals: unknown[] = [];
    const worker = async (): Promise<void> => {
      while (sent < 10_000) {
        const id = (sent += 1);
        try {
          await book.add({ id, n: 1 });
        } catch (error) {
          refusals.push(error);
        }
        await new Promise((resolve) => setTimeout(resolve, 5)); // Slow enough that every move happens under fire.
      }
    };
    const done = Promise.all(Array.from({ length: 20 }, worker));
    const until = (count: number): Promise<void> => eventually(`${count} sent`, () => sent >= count, 25_000);

    await until(500);
    await join("host-b", "share", journal, census);
    await until(2_000);
    await join("host-c", "share", journal, census);
    await settled();
    expect(Math.min(...spread())).toBeGreaterThan(5);
    const owner = members.findIndex(({ host }) => host.actors().some(({ kind }) => kind === "ledger"));
    await until(4_000);
    const [leaving] = members.splice(owner, 1);
    await leaving!.host.leave();
    await leaving!.broker.stop();
    await until(6_000);
    await settled();
    expect(sent).toBeLessThan(10_000);
    await join("host-d", "share", journal, census);
    await done;

    expect(refusals).toEqual([]);
    expect(await book.sum()).toEqual({ sum: 10_000, count: 10_000 });
    expect(census.doubled).toEqual([]);
    await settled();
    await client.broker.stop();
  }, 60_000);

  it("takes up the actors of a host that died, within seconds, with all it had acknowledged", async () => {
    const journal = memoryJournal();
    const census = new Census();
    const a = await join("host-a", "death", journal, census);
    await join("host-b", "death", journal, census);
    await settled();
    const owner = members.find(({ host }) => host.actors().some(({ kind }) => kind === "ledger"))!;
    const other = members.find((member) => member !== owner)!;
    await ref(a.wire, LedgerContract, "main").add({ id: 1, n: 5 });
    const client = (owner.broker as unknown as { transit: { tx: { client: { close(): Promise<void> } } } })
      .transit.tx.client;
    await client.close(); // Without a word to anybody, as a killed process.
    await eventually("the other to have all", () => other.host.actors().length === desired.length);
    expect(await ref(other.wire, LedgerContract, "main").sum()).toEqual({ sum: 5, count: 1 });
  });

  it("starts and stops actors on a wish, told to any host, known to one that joins later", async () => {
    const journal = memoryJournal();
    const census = new Census();
    const a = await join("host-a", "wish", journal, census);
    await ref(a.wire, HostContract, "host-a").wish({ kind: "counter", id: "extra", wanted: true });
    await ref(a.wire, HostContract, "host-a").wish({ kind: "counter", id: "s0", wanted: false });
    const running = (): string[] => members.flatMap(({ host }) => host.actors().map(({ id }) => id));
    expect(running()).toContain("extra");
    expect(running()).not.toContain("s0");
    const b = await join("host-b", "wish", journal, census);
    await eventually("no actor too few or twice", () => running().length === desired.length);
    expect(running()).not.toContain("s0");
    await ref(b.wire, HostContract, "host-b").wish({ kind: "counter", id: "extra", wanted: false });
    await eventually("both to know", () => !running().includes("extra"));
    await expect(a.wire.ask("counter", "s0", "total", undefined, "query")).rejects.toMatchObject({
      code: 404,
    });
  });
});
