/** JetStream on a server of its own; each journal over a connection of its own. */
import { connect, type NatsConnection } from "nats";
import { jetstreamJournal } from "../../../adapters/journal/jetstream.ts";
import type { Journal } from "../../../adapters/journal/journal.ts";
import { startNats } from "../../servers.ts";

export const startJetstream = async (): Promise<{
  open: () => Promise<Journal>;
  end: () => Promise<void>;
}> => {
  const server = await startNats();
  const connections: NatsConnection[] = [];
  return {
    async open() {
      const connection = await connect({ servers: server.url });
      connections.push(connection);
      return jetstreamJournal({ connection });
    },
    async end() {
      await Promise.all(connections.map((one) => one.close()));
      await server.stop();
    },
  };
};
