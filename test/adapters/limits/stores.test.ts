/** The one suite over all stores, on real servers. */
import { connect, type NatsConnection } from "nats";
import { afterAll, beforeAll, describe } from "vitest";
import { MemoryStore } from "../../../adapters/limits/memory.ts";
import { natsStore } from "../../../adapters/limits/nats.ts";
import { redisStore } from "../../../adapters/limits/redis.ts";
import { eventually, findServer, startNats, startRedis, type Server } from "../../servers.ts";
import { limitsConformance } from "./conformance.ts";

const memory = new MemoryStore();
limitsConformance("memory", () => ({ door: () => Promise.resolve(memory) }));

describe.skipIf(findServer("redis-server") === undefined)("on redis-server", () => {
  let server: Server;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  limitsConformance("redis", () => ({
    door: async () => {
      const store = redisStore({ url: server.url });
      const ping = { key: "ping", limit: 1, windowMs: 1_000, amount: 0, ceiling: undefined, urgent: true };
      await eventually("connected", () =>
        store.take([ping], 0).then(
          () => true,
          () => false,
        ),
      );
      return store;
    },
  }));
});

describe.skipIf(findServer("nats-server") === undefined)("on nats-server", () => {
  let server: Server;
  const connections: NatsConnection[] = [];
  beforeAll(async () => {
    server = await startNats();
  });
  afterAll(async () => {
    for (const connection of connections) await connection.close();
    await server.stop();
  });

  limitsConformance("nats", () => ({
    door: async () => {
      const connection = await connect({ port: server.port, noAsyncTraces: true });
      connections.push(connection);
      return natsStore({ connection });
    },
  }));
});
