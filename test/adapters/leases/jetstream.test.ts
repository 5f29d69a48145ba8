import { connect, type NatsConnection } from "nats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../adapters/clock/clock.ts";
import { jetstreamLeases } from "../../../adapters/leases/jetstream.ts";
import { eventually, findServer, startNats, type Server } from "../../servers.ts";
import { leasesConformance } from "./conformance.ts";

describe.skipIf(findServer("nats-server") === undefined)("leases over nats-server", () => {
  let server: Server;
  let connections: NatsConnection[] = [];
  let clusters = 0;
  beforeAll(async () => {
    server = await startNats();
  });
  afterAll(() => server.stop());

  const link = async (): Promise<NatsConnection> => {
    const connection = await connect({
      servers: server.url,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
    });
    connections.push(connection);
    return connection;
  };
  const part = async (): Promise<void> => {
    for (const connection of connections) await connection.close();
    connections = [];
  };

  leasesConformance("JetStream", () => {
    clusters += 1;
    const prefix = `c${clusters}-`;
    return Promise.resolve({
      clock: systemClock,
      open: async (host, clock) => jetstreamLeases({ connection: await link(), host, clock, prefix }),
      until: (what) => eventually("the leases to come there", () => what() === true),
      stop: part,
    });
  });

  it("lapses while the server is gone, and comes back with a higher epoch, the owner first", async () => {
    const open = async (host: string) => {
      const leases = await jetstreamLeases({
        ...{ connection: await link(), host, clock: systemClock },
        prefix: "outage-",
      });
      await leases.open();
      return leases;
    };
    const [one, two] = [await open("one"), await open("two")];
    const { epoch } = one;
    expect(await one.claim("portfolio.main", 0)).toMatchObject({ ok: true });
    await server.kill();
    await eventually("both to lapse", () => !one.holds() && !two.holds(), 3_000);
    await eventually("both to know it", () => one.epoch === 0 && two.epoch === 0, 3_000);
    await server.restart();
    await eventually("both to hold again", () => one.holds() && two.holds(), 10_000);
    expect(one.epoch).toBeGreaterThan(epoch);
    expect(await two.claim("portfolio.main", 0)).toMatchObject({ ok: false, owner: "one" });
    expect(await one.claim("portfolio.main", 0)).toMatchObject({ ok: true });
    await Promise.all([one.close(), two.close()]);
    await part();
  });
});
