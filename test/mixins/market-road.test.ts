import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Trade } from "../../domain/market/tick.ts";
import type { Batch } from "../../mixins/market-codec.ts";
import { eventually, findServer, startNats, type Server } from "../servers.ts";
import { startNode, type Node } from "./node.ts";

const trade = (id: number): Trade => ({
  at: (1e12 + id) as never,
  price: 0.1 + id,
  quantity: 1 / (id + 3),
  side: id % 2 === 0 ? "buy" : "sell",
  id,
});
const batch = (from: number, to: number, more: Partial<Batch> = {}): Batch => ({
  trades: Array.from({ length: to - from }, (_, i) => trade(from + i)),
  at: (1e12 + to) as never,
  ...more,
});

describe("the market road in one process", () => {
  it("hands batches over at once, by reference, in order, to each subscriber", async () => {
    const node = await startNode({ hostId: "alone" });
    const seen: unknown[] = [];
    const end = node.road.subscribe("market.x", (got) => seen.push(got));
    node.road.subscribe("market.x", () => {
      throw new Error("bad trader");
    });
    node.road.subscribe("market.x", (got, subject) => seen.push(subject, got));
    const sent = batch(0, 2);
    node.road.publish("market.x", sent);
    node.road.publish("market.y", sent);
    expect(seen).toEqual([sent, "market.x", sent]);
    expect(seen[0]).toBe(sent);
    end();
    node.road.publish("market.x", sent);
    expect(seen).toHaveLength(5);
    await node.broker.stop();
  });
});

describe.skipIf(findServer("nats-server") === undefined)("the market road over nats-server", () => {
  let nats: Server;
  let from: Node;
  let to: Node;
  beforeAll(async () => {
    nats = await startNats();
    from = await startNode({ hostId: "from", natsUrl: nats.url });
    to = await startNode({ hostId: "to", natsUrl: nats.url });
    await eventually("the publisher to see a listener", () => from.wire.hosts().length === 2);
  });
  afterAll(async () => {
    for (const { broker } of [from, to]) await broker.stop();
    await nats.stop();
  });
  const natsOf = ({ broker }: Node) =>
    (
      broker as unknown as {
        transit: {
          tx: { client: { flush(): Promise<void>; publish(subject: string, data: Uint8Array): void } };
        };
      }
    ).transit.tx.client;

  it("keeps trades, candles and quotes in order, without gap or repeat", async () => {
    const trades: number[] = [];
    const order: string[] = [];
    const end = to.road.subscribe("market.v:A/B", (got) => {
      for (const { id } of got.trades) trades.push(id);
      if (got.trades.length > 0) order.push(`to ${got.trades.at(-1)!.id}`);
      for (const candle of got.candles ?? []) order.push(`candle ${(candle as { n: number }).n}`);
      if (got.quote !== undefined) order.push(`bid ${got.quote.bid}`);
    });
    await natsOf(to).flush();
    from.road.publish("market.v:A/B", batch(0, 2));
    from.road.publish("market.v:A/B", batch(2, 3, { candles: [{ n: 1 }] }));
    from.road.publish("market.v:A/B", batch(3, 4));
    from.road.publish("market.v:A/B", {
      ...batch(4, 5),
      quote: { at: 1, bid: 7, bidQuantity: 1, ask: 8, askQuantity: 1 } as never,
    });
    from.road.publish("market.other", batch(0, 9));
    await eventually("five trades", () => trades.length === 5);
    expect(trades).toEqual([0, 1, 2, 3, 4]);
    expect(order).toEqual(["to 2", "candle 1", "to 4", "bid 7"]); // merged where the order allows it
    end();
  });

  it("carries 200,000 trades of 20 instruments, and a batch beyond one message", async () => {
    const seen = new Map<string, number>();
    const wrong: number[] = [];
    const ends = Array.from({ length: 20 }, (_, i) =>
      to.road.subscribe(`market.i${i}`, (got, subject) => {
        for (const { id } of got.trades) {
          if (id !== (seen.get(subject) ?? 0)) wrong.push(id);
          seen.set(subject, id + 1);
        }
      }),
    );
    await natsOf(to).flush();
    for (let i = 0; i < 20; i += 1) from.road.publish(`market.i${i}`, batch(0, i === 0 ? 20_000 : 100));
    for (let n = 100; n < 10_000; n += 100)
      for (let i = 1; i < 20; i += 1) from.road.publish(`market.i${i}`, batch(n, n + 100));
    await eventually(
      "all of them",
      () => [...seen.values()].reduce((a, b) => a + b, 0) === 20_000 + 19 * 10_000,
    );
    expect(wrong).toEqual([]);
    expect(to.road).toMatchObject({ missed: 0, repeated: 0 });
    for (const end of ends) end();
  });

  it("sees a gap and a repeat by number, counts and tells them", async () => {
    const gaps: [string, number][] = [];
    const ids: number[] = [];
    const ends = [
      to.road.onGap((subject, missed) => gaps.push([subject, missed])),
      to.road.subscribe("market.g", (got) => ids.push(...got.trades.map(({ id }) => id))),
    ];
    await natsOf(to).flush();
    const client = natsOf(from);
    let lane = "";
    const spied = client.publish.bind(client);
    const kept: Uint8Array[] = [];
    client.publish = (subject, data) => {
      if (subject.includes(".road.")) {
        lane = subject;
        kept.push(data);
      } else spied(subject, data);
    };
    for (let n = 0; n < 5; n += 1) {
      from.road.publish("market.g", batch(n, n + 1));
      from.road.flush();
    }
    client.publish = spied;
    for (const n of [0, 1, 1, 4]) client.publish(lane, kept[n]!);
    await eventually("three of them", () => ids.length === 3);
    expect(ids).toEqual([0, 1, 4]);
    expect(gaps).toEqual([["market.g", 2]]);
    expect(to.road).toMatchObject({ missed: 2, repeated: 1 });
    for (const end of ends) end();
  });

  it("tells a gap where another publisher goes on with a subject: what the first still had to say is unknown", async () => {
    const told: unknown[] = [];
    const ends = [
      to.road.onGap((subject, missed) => told.push([subject, missed])),
      to.road.subscribe("market.h", (got) => told.push(got.trades[0]!.id)),
    ];
    await natsOf(to).flush();
    to.road.publish("market.h", batch(0, 1));
    from.road.publish("market.h", batch(1, 2));
    from.road.publish("market.h", batch(2, 3));
    from.road.flush();
    await eventually("the other's", () => told.includes(1));
    to.road.publish("market.h", batch(3, 4));
    expect(told).toEqual([0, ["market.h", 0], 1, ["market.h", 0], 3]);
    for (const end of ends) end();
  });

  it("tells a gap to one that was taken for gone and was not: nothing was sent to it meanwhile", async () => {
    const told: unknown[] = [];
    const ends = [
      to.road.onGap((subject, missed) => told.push([subject, missed])),
      to.road.subscribe("market.i", (got) => told.push(got.trades[0]!.id)),
    ];
    await natsOf(to).flush();
    from.road.publish("market.i", batch(0, 1));
    from.road.flush();
    await eventually("the first", () => told.includes(0));
    const hosts = from.wire.hosts.bind(from.wire);
    from.wire.hosts = () => hosts().filter(({ id }) => id === "from");
    from.road.publish("market.i", batch(1, 2));
    from.road.flush();
    from.wire.hosts = hosts;
    from.road.publish("market.i", batch(2, 3));
    from.road.flush();
    await eventually("the third", () => told.includes(2));
    expect(told).toEqual([0, ["market.i", 1], 2]);
    for (const end of ends) end();
  });

  it("gives the connection so much and no more, counts the rest, and goes on; of quotes the latest wins", async () => {
    const seen: number[] = [];
    const end = to.road.subscribe("market.burst", ({ trades }) => seen.push(trades.length));
    for (const node of [to, from]) await natsOf(node).flush();
    const slice = batch(0, 8_192); // 270 kB on the wire, 124 of them are 32 MiB.
    for (let n = 0; n < 200; n += 1) from.road.publish("market.burst", slice);
    from.road.flush();
    const { unsent } = from.road;
    expect(unsent).toBeGreaterThan(60 * 8_192);
    expect(unsent).toBeLessThan(90 * 8_192);
    await eventually("what was sent", () => seen.reduce((a, b) => a + b, 0) === 200 * 8_192 - unsent);
    await natsOf(from).flush();
    const { coalesced } = from.road;
    for (let n = 0; n < 3; n += 1)
      from.road.publish("market.burst", batch(0, 0, { quote: { bid: n } as never }));
    expect(from.road.coalesced - coalesced).toBe(2);
    from.road.publish("market.burst", slice);
    await eventually("the next", () => seen.reduce((a, b) => a + b, 0) === 201 * 8_192 - unsent);
    expect(from.road.unsent).toBe(unsent);
    const { unreadable } = to.road;
    natsOf(from).publish("shoal.road.0.foreign", new Uint8Array(9));
    for (let n = 1; n < 4; n += 1) natsOf(from).publish(`shoal.road.${n}.foreign`, new Uint8Array(9));
    await eventually("nonsense to be counted", () => to.road.unreadable > unreadable);
    end();
  });

  it("keeps nothing for later while NATS is down, and goes on after it", async () => {
    const ids: number[] = [];
    to.road.subscribe("market.d", (got) => ids.push(...got.trades.map(({ id }) => id)));
    await natsOf(to).flush();
    from.road.publish("market.d", batch(0, 1));
    await eventually("the first", () => ids.length === 1);
    const missed = to.road.missed;
    let down = 0;
    let up = 0;
    for (const { broker } of [from, to]) {
      broker.localBus.on("$bus.down", () => (down += 1));
      broker.localBus.on("$bus.up", () => (up += 1));
    }
    await nats.kill();
    await eventually("both to notice", () => down === 2);
    from.road.publish("market.d", batch(1, 2));
    from.road.flush();
    await nats.restart();
    await eventually("both to be back", () => up === 2);
    await natsOf(to).flush();
    from.road.publish("market.d", batch(2, 3));
    await eventually("the next", () => ids.length === 2);
    expect(ids).toEqual([0, 2]);
    expect(to.road.missed).toBe(missed + 1);
  });
});
