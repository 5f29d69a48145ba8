/** Looks at a cluster from the bus alone, without asking any of its engines: who owns what, and when trading goes on. */
import { connect } from "nats";
import { systemClock } from "../../adapters/clock/clock.ts";
import { jetstreamLeases } from "../../adapters/leases/jetstream.ts";
import { watchJournal, type JournalWatch } from "../chaos/journal-watch.ts";

export interface Owners {
  /** The host named as the owner, while its lease stands. */
  of(actor: string): Promise<string | undefined>;
  readonly watch: JournalWatch;
  close(): Promise<void>;
}

export const ownersOf = async (url: string): Promise<Owners> => {
  const connection = await connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 250 });
  // Looked at, never taken.
  const leases = await jetstreamLeases({ connection, host: "onlooker", clock: systemClock });
  const watch = watchJournal(connection);
  return {
    async of(actor) {
      const found = (await leases.owners()).find((one) => one.actor === actor);
      return found?.live === true ? found.host : undefined;
    },
    watch,
    async close() {
      watch.stop();
      await connection.close();
    },
  };
};
