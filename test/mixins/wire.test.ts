/** The same suite over one process, one process with every message through JSON, and two nodes on a real nats-server. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { contract, hear, ref, tell } from "../../contracts/contract.ts";
import { defineActor } from "../../mixins/actor.ts";
import type { Actor } from "../../mixins/actor.ts";
import { decimal } from "../../domain/values/values.ts";
import { eventually, findServer, startNats, type Server } from "../servers.ts";
import { counter, CounterContract } from "./ledger.ts";
import { startNode, type Node } from "./node.ts";

/** Where callers and actors are; the actors are always on `home`. */
interface World {
  readonly caller: Node;
  readonly home: Node;
}

const suite = (name: string, make: () => Promise<World>, remote: boolean): void => {
  describe(name, () => {
    let world: World;
    beforeAll(async () => {
      world = await make();
    });
    afterAll(async () => {
      for (const { broker } of new Set([world.caller, world.home])) await broker.stop();
    });
    const open = async (actor: Actor): Promise<void> => world.home.wire.open(actor);
    const opened: string[] = [];
    let unique = 0;
    const fresh = async (calls?: string[]): Promise<string> => {
      const id = `c${(unique += 1)}:BTC/USDT.x`;
      opened.push(id);
      await open(counter(id, calls));
      return id;
    };
    afterEach(async () => {
      for (const id of opened.splice(0)) await world.home.wire.close("counter", id);
    });

    it("asks by typed reference; exact money survives", async () => {
      const counting = ref(world.caller.wire, CounterContract, await fresh());
      expect(await counting.add(decimal("0.000000000000000001"))).toBe(1n);
      expect(await counting.add(decimal("123456789012345678901234567890"))).toBe(
        123456789012345678901234567890n * 10n ** 18n + 1n,
      );
      expect(await counting.total()).toBe(123456789012345678901234567890n * 10n ** 18n + 1n);
    });

    it("refuses a bad message with a field and 422, before any handler, and counts it", async () => {
      const calls: string[] = [];
      const id = await fresh(calls);
      const counting = ref(world.caller.wire, CounterContract, id);
      await expect(counting.add("5" as never)).rejects.toMatchObject({
        name: "Invalid",
        code: 422,
        field: "amount",
        retryable: false,
      });
      await expect(world.caller.wire.ask("counter", id, "explode", 1, "command")).rejects.toMatchObject({
        field: "message",
      });
      expect(calls).toEqual([]);
      expect([...world.home.wire.actors()].find((actor) => actor.id === id)?.invalid).toBe(2);
    });

    it("keeps code, type, field and message of the receiver's error", async () => {
      const counting = ref(world.caller.wire, CounterContract, await fresh());
      await expect(counting.fail("x")).rejects.toMatchObject({
        name: "Invalid",
        code: 422,
        type: "INVALID",
        field: "why",
        message: 'why: expected something else, found "x"',
      });
    });

    it("takes 200 messages of many callers one at a time", async () => {
      const counting = ref(world.caller.wire, CounterContract, await fresh());
      const answers = await Promise.all(Array.from({ length: 200 }, () => counting.add(1n)));
      expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => BigInt(i + 1)));
    });

    it("tells news to listeners on every node, to each once, by id and by `*`", async () => {
      const id = await fresh();
      const heard: string[] = [];
      const listener = contract({ kind: "counter", answers: {}, tells: {} });
      await world.caller.wire.open(
        defineActor(listener, "listener", {
          handlers: {},
          hears: [
            hear(CounterContract, id, "changed", ({ total }) => void heard.push(`own ${total}`)),
            hear(
              CounterContract,
              "*",
              "changed",
              ({ total }, from) => void heard.push(`all ${from} ${total}`),
            ),
          ],
        }),
      );
      await world.caller.broker.Promise.resolve();
      const counting = ref(world.caller.wire, CounterContract, id);
      if (remote)
        // The subscription reaches the server on the caller's own connection, before the ask.
        await counting.total();
      await counting.add(1n);
      await counting.add(2n);
      await eventually("four pieces of news", () => heard.length === 4);
      expect([...heard].sort()).toEqual([`all ${id} 1`, `all ${id} 3`, "own 1", "own 3"]);
      await world.caller.wire.close("counter", "listener");
      tell(world.home.wire, CounterContract, id, "changed", { total: 9n });
      await counting.total();
      expect(heard).toHaveLength(4);
    });

    it("one listener that throws harms nobody else", async () => {
      const heard: bigint[] = [];
      const id = await fresh();
      const ends = [
        world.home.wire.subscribe("counter", id, "changed", () => {
          throw new Error("bad listener");
        }),
        world.home.wire.subscribe("counter", id, "changed", (news) =>
          heard.push((news as { total: bigint }).total),
        ),
      ];
      await ref(world.caller.wire, CounterContract, id).add(4n);
      expect(heard).toEqual([4n]);
      for (const end of ends) end();
    });

    it("waits for an actor in transit, and asks it once", async () => {
      const calls: string[] = [];
      const asked = ref(world.caller.wire, CounterContract, "late").add(1n);
      opened.push("late");
      setTimeout(() => void open(counter("late", calls)), 60);
      expect(await asked).toBe(1n);
      expect(calls).toEqual(["add"]);
    });

    it("says NotHere (503, retryable) when nobody has it in time, 404 when nobody is meant to", async () => {
      await expect(
        ref(world.caller.wire, CounterContract, "none", { timeoutMs: 80 }).add(1n),
      ).rejects.toMatchObject({ code: 503, type: "NOT_HERE", retryable: true });
      world.caller.wire.expect(() => false);
      await expect(ref(world.caller.wire, CounterContract, "none").total()).rejects.toMatchObject({
        code: 404,
      });
      world.caller.wire.expect(() => true);
    });

    it("keeps actors out of the registry", async () => {
      await fresh();
      const listed = world.home.broker.registry
        .getServiceList({ onlyLocal: true })
        .map(({ name }) => name)
        .filter((name) => !name.startsWith("$"));
      expect([...listed].sort()).toEqual(["counter", "host", "ledger"]);
      expect(world.home.broker.services.some(({ name }) => name.startsWith("counter.c"))).toBe(true);
    });

    if (remote)
      it("a command that timed out is an unknown outcome, and ran once", async () => {
        const calls: string[] = [];
        const id = await fresh(calls);
        const slow = ref(world.caller.wire, CounterContract, id, { timeoutMs: 100 });
        await expect(slow.slow(300)).rejects.toMatchObject({
          code: 504,
          type: "UNKNOWN_OUTCOME",
          retryable: false,
        });
        await new Promise((resolve) => setTimeout(resolve, 350));
        expect(calls).toEqual(["slow"]);
      });
  });
};

suite(
  "alone in a process",
  async () => {
    const node = await startNode({ hostId: "alone" });
    return { caller: node, home: node };
  },
  false,
);

suite(
  "alone, every message through JSON",
  async () => {
    const node = await startNode({ hostId: "alone" }, { boundary: true });
    return { caller: node, home: node };
  },
  false,
);

describe.skipIf(findServer("nats-server") === undefined)("nats-server", () => {
  let nats: Server;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());
  suite(
    "two nodes over NATS",
    async () => {
      const locate = (kind: string, id: string): string => (kind === "host" ? id : "home");
      const home = await startNode({ hostId: "home", natsUrl: nats.url }, { locate });
      const caller = await startNode({ hostId: "caller", natsUrl: nats.url }, { locate });
      await eventually("both to see each other", () =>
        [home, caller].every(({ wire }) => wire.hosts().length === 2),
      );
      return { caller, home };
    },
    true,
  );
});
