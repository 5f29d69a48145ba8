/**
 * The journal of a simulated cluster as one machine reaches it: over the network, which may lose question or answer.
 * As with JetStream a request that brings no answer is repeated under the same id, and takes effect at most once; when
 * the store stays away for too long nobody knows what became of an append.
 */
import {
  UnknownOutcome,
  type Entry,
  type Journal,
  type Snapshot,
  type Stored,
} from "../../adapters/journal/journal.ts";
import type { Table, Tables } from "../../adapters/leases/table.ts";
import type { Machine } from "./machine.ts";
import type { Network } from "./network.ts";

export const STORE = "store";
const ATTEMPT_MS = 400;
const GIVE_UP_MS = 6_000;

export interface StoreAccess {
  readonly network: Network;
  readonly journal: Journal;
  /** False while it has no leader: nothing is answered. */
  readonly up: () => boolean;
  /** Told right after an entry was stored and before its writer knows. */
  readonly stored?: (stream: string, entry: Entry) => void;
  /** Planted mistake, for tests of the tests: appends go in whatever the writer believes to be last. */
  readonly skipExpected?: boolean;
}

export class SimulatedStore implements Journal {
  readonly survives = "process-death";
  readonly #access: StoreAccess;
  readonly #machine: Machine;

  constructor(access: StoreAccess, machine: Machine) {
    this.#access = access;
    this.#machine = machine;
  }

  append(stream: string, entry: Entry, expected: number): Promise<number> {
    const { journal, stored, skipExpected } = this.#access;
    return this.request(async () => {
      const after = skipExpected === true ? await journal.lastSequence(stream) : expected;
      const sequence = await journal.append(stream, entry, after);
      stored?.(stream, entry);
      return skipExpected === true ? expected + 1 : sequence;
    }, `append to ${stream}`);
  }

  async *read(stream: string, after = 0): AsyncGenerator<Stored> {
    yield* await this.request(async () => {
      const found: Stored[] = [];
      for await (const entry of this.#access.journal.read(stream, after)) found.push(entry);
      return found;
    }, `reading ${stream}`);
  }

  lastSequence(stream: string): Promise<number> {
    return this.request(() => this.#access.journal.lastSequence(stream), `reading ${stream}`);
  }

  streams(): Promise<readonly string[]> {
    return this.request(() => this.#access.journal.streams(), "streams");
  }

  snapshots(): Promise<readonly string[]> {
    return this.request(() => this.#access.journal.snapshots(), "snapshots");
  }

  snapshot(stream: string): Promise<Snapshot | undefined> {
    return this.request(() => this.#access.journal.snapshot(stream), `snapshot of ${stream}`);
  }

  saveSnapshot(stream: string, snapshot: Snapshot): Promise<void> {
    return this.request(() => this.#access.journal.saveSnapshot(stream, snapshot), `snapshot of ${stream}`);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Carried out at most once, however often it is sent. */
  request<T>(act: () => Promise<T>, what: string): Promise<T> {
    const { network, up } = this.#access;
    const machine = this.#machine;
    const begun = machine.clock.monotonic();
    let outcome: Promise<T> | undefined;
    return new Promise<T>((resolve, reject) => {
      let open = true;
      let cancel = (): void => undefined;
      const settle = (how: () => void): void => {
        if (open) how();
        open = false;
        cancel();
      };
      const answer = (how: () => void): void =>
        network.send(STORE, machine.host, () => machine.hand(() => settle(how)), true);
      const attempt = (): void => {
        if (!open) return;
        if (machine.clock.monotonic() - begun > GIVE_UP_MS) {
          settle(() => reject(new UnknownOutcome(`${what}: the store does not answer`)));
          return;
        }
        network.send(
          machine.host,
          STORE,
          () => {
            if (!up()) return;
            outcome ??= act();
            outcome.then(
              (value) => answer(() => resolve(value)),
              (error: unknown) => answer(() => reject(error instanceof Error ? error : new Error("no"))),
            );
          },
          true,
        );
        cancel = machine.wake(ATTEMPT_MS, attempt);
      };
      attempt();
    });
  }
}

/** The tables of leases, reached over the same network and with the same repeats. */
export const remoteTables = (store: SimulatedStore, tables: Tables): Tables => ({
  leases: remote(store, tables.leases, "leases"),
  owners: remote(store, tables.owners, "owners"),
});

const remote = (store: SimulatedStore, table: Table, name: string): Table => ({
  get: (key) => store.request(() => table.get(key), name),
  put: (key, text, revision) => store.request(() => table.put(key, text, revision), name),
  remove: (key, revision) => store.request(() => table.remove(key, revision), name),
  keys: () => store.request(() => table.keys(), name),
});
