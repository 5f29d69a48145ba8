/** What a NATS outage, a hanging node and a crowd of actors do to the bus; each trap provoked for real. */
import { connect } from "nats";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ref } from "../../contracts/contract.ts";
import { eventually, findServer, startNats, type Server } from "../servers.ts";
import { counter, CounterContract } from "./ledger.ts";
import { startNode, type Node } from "./node.ts";

const locate = (kind: string, id: string): string => (kind === "host" ? id : "home");

describe.skipIf(findServer("nats-server") === undefined)("the bus over nats-server", () => {
  let nats: Server;
  const nodes: Node[] = [];
  let namespace = 0;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());
  afterEach(async () => {
    for (const { broker } of nodes.splice(0)) await broker.stop();
  });
  const pair = async (): Promise<{ home: Node; caller: Node }> => {
    const shared = { natsUrl: nats.url, namespace: `outage-${(namespace += 1)}` };
    const home = await startNode({ hostId: "home", ...shared }, { locate });
    const caller = await startNode({ hostId: "caller", ...shared }, { locate });
    nodes.push(caller, home);
    await eventually("both to see each other", () => nodes.every(({ wire }) => wire.hosts().length === 2));
    return { home, caller };
  };

  it("fails at once while NATS is down, keeps its hosts, and works again without being told", async () => {
    const { home, caller } = await pair();
    await home.wire.open(counter("one"));
    const one = ref(caller.wire, CounterContract, "one");
    await one.add(1n);
    let noticed = 0;
    caller.broker.localBus.on("$bus.down", () => (noticed = performance.now()));
    const killedAt = performance.now();
    await nats.kill();
    await eventually("the outage to be noticed", () => noticed > 0);
    expect(noticed - killedAt).toBeLessThan(5_000);
    const asked = performance.now();
    await expect(one.add(1n)).rejects.toMatchObject({ code: 503, type: "BUS_DOWN", retryable: true });
    expect(performance.now() - asked).toBeLessThan(500);
    await new Promise((resolve) => setTimeout(resolve, 2_000)); // Longer than it takes to declare a node dead.
    expect(caller.wire.hosts()).toHaveLength(2);
    await home.wire.open(counter("born-in-the-dark"));
    await nats.restart();
    await eventually("calls to work again", () =>
      one.add(1n).then(
        () => true,
        () => false,
      ),
    );
    expect(await ref(caller.wire, CounterContract, "born-in-the-dark").add(5n)).toBe(5n);
  });

  it("a node that stalled itself blames nobody", async () => {
    const { home, caller } = await pair();
    const until = performance.now() + 2_500; // Longer than a silent node is given.
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (const { wire } of [home, caller]) expect(wire.hosts()).toHaveLength(2);
  });

  it("time-outs open the breaker: later commands are refused before they are sent", async () => {
    const { home, caller } = await pair();
    const calls: string[] = [];
    await home.wire.open(counter("hangs", calls));
    const hangs = ref(caller.wire, CounterContract, "hangs", { timeoutMs: 50 });
    const outcomes = await Promise.all(
      Array.from({ length: 25 }, (_, i) =>
        hangs.slow(i === 0 ? 1_000 : 1).catch((error: unknown) => (error as { type: string }).type),
      ),
    );
    expect(outcomes.every((type) => type === "UNKNOWN_OUTCOME")).toBe(true);
    await expect(hangs.slow(1)).rejects.toMatchObject({ type: "NOT_HERE", retryable: true });
    const { transit } = caller.broker as unknown as { transit: { pendingRequests: Map<string, unknown> } };
    expect(transit.pendingRequests.size).toBe(0);
    expect(calls).toEqual(["slow"]); // The others wait in the mailbox behind the first.
  });

  it("carries 5,000 actors without a registry packet over 20 KB", async () => {
    const { home, caller } = await pair();
    const spy = await connect({ servers: nats.url });
    const sizes: number[] = [];
    spy.subscribe(`MOL-outage-${namespace}.INFO`, {
      callback: (_, message) => void sizes.push(message.data.length),
    });
    spy.subscribe(`MOL-outage-${namespace}.INFO.>`, {
      callback: (_, message) => void sizes.push(message.data.length),
    });
    await spy.flush();
    for (let i = 0; i < 5_000; i += 1) await home.wire.open(counter(`c${i}`));
    const sums = await Promise.all(
      Array.from({ length: 5_000 }, (_, i) => ref(caller.wire, CounterContract, `c${i}`).add(BigInt(i))),
    );
    expect(sums).toEqual(Array.from({ length: 5_000 }, (_, i) => BigInt(i)));
    await home.wire.close("counter", "c0");
    await caller.wire.leave(); // Sends a packet for certain.
    await eventually("a packet", () => sizes.length > 0);
    expect(Math.max(...sizes)).toBeLessThan(20_000);
    await spy.close();
  });
});
