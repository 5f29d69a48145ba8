/**
 * Leases in JetStream: two key-value buckets on the bus's own connection, at least nats-server 2.9. The bucket of leases
 * forgets a row that was not renewed (its age limit, kept by the server); nobody is told of that, so it is asked for.
 * Reads go to the leader: a follower may still show a lease that is over, or not yet one that was taken.
 */
import { NatsError, nuid, StorageType, type JetStreamManager, type KV, type NatsConnection } from "nats";
import type { Clock } from "../clock/clock.ts";
import { patiently } from "../nats/patience.ts";
import { LeaseOfHost, TTL_MS } from "./lease-of-host.ts";
import type { Leases } from "./leases.ts";
import type { Row, Table } from "./table.ts";

export interface JetstreamLeasesOptions {
  /** Owned by the caller and not closed here. */
  readonly connection: NatsConnection;
  readonly host: string;
  readonly clock: Clock;
  /** Servers that keep a copy; 1, 3 or 5. */
  readonly replicas?: number;
  /** Before the names of the buckets, `leases` and `owners`. */
  readonly prefix?: string;
}

const wrongLastSequence = 10_071;

class BucketTable implements Table {
  readonly #bucket: KV;
  readonly #name: string;
  readonly #manager: JetStreamManager;

  constructor(bucket: KV, name: string, manager: JetStreamManager) {
    this.#bucket = bucket;
    this.#name = name;
    this.#manager = manager;
  }

  async get(key: string): Promise<Row | undefined> {
    const found = await this.#bucket.get(key);
    return found === null || found.operation !== "PUT"
      ? undefined
      : { text: found.string(), revision: found.revision };
  }

  put(key: string, text: string, revision: number): Promise<number | undefined> {
    const put = revision === 0 ? this.#bucket.create(key, text) : this.#bucket.update(key, text, revision);
    return put.catch(lostRace);
  }

  async remove(key: string, revision: number): Promise<void> {
    await this.#bucket.delete(key, { previousSeq: revision }).catch(lostRace);
  }

  /** Asked of the stream: the client's own list needs a consumer, which a lost server of several may never answer. */
  async keys(): Promise<readonly string[]> {
    const prefix = `$KV.${this.#name}.`;
    const { state } = await this.#manager.streams.info(`KV_${this.#name}`, { subjects_filter: `${prefix}>` });
    return Object.keys(state.subjects ?? {}).map((subject) => subject.slice(prefix.length));
  }
}

const lostRace = (error: unknown): undefined => {
  if (error instanceof NatsError && error.api_error?.err_code === wrongLastSequence) return undefined;
  throw error;
};

/** Makes the buckets when they are not there; throws when JetStream does not answer. */
export const jetstreamLeases = async (options: JetstreamLeasesOptions): Promise<Leases> => {
  const { connection, host, clock, replicas = 1, prefix = "" } = options;
  // A renewal without an answer leaves time for two more.
  const limits = { timeout: TTL_MS / 4 };
  const jetstream = connection.jetstream(limits);
  const manager = await connection.jetstreamManager({ ...limits, checkAPI: false });
  const bucket = async (kind: string, ttl: number): Promise<Table> => {
    const name = `${prefix}${kind}`;
    const settings = { storage: StorageType.File, history: 1, replicas, ttl, allow_direct: false };
    return new BucketTable(
      await patiently(`bucket ${name}`, () => jetstream.views.kv(name, settings)),
      name,
      manager,
    );
  };
  const [leases, owners] = await Promise.all([bucket("leases", TTL_MS), bucket("owners", 0)]);
  return new LeaseOfHost({ leases, owners }, { host, clock, life: nuid.next() });
};
