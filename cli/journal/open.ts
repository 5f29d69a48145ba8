/** Opens journals where they lie: lmdb in a data directory (or its processes' folders), JetStream on a NATS server. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Journal } from "../../adapters/journal/journal.ts";
import { natsAddresses, withoutPassword } from "../../adapters/nats/addresses.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { Exit, exits } from "../exit.ts";
import { dataDirOf } from "../gateway.ts";

export interface JournalPlace {
  readonly dataDir?: string;
  readonly nats?: string;
  readonly json?: boolean;
}

export interface MigrationEnds {
  readonly fromDir?: string;
  readonly toDir?: string;
  readonly fromNats?: string;
  readonly toNats?: string;
  readonly json?: boolean;
}

interface Opened {
  readonly journal: Journal;
  close(): Promise<void>;
}

/** To read: an engine may be running on it. Throws `Invalid` when there is none, `Exit` 3 when NATS is away. */
export const openJournal = async ({ nats, dataDir }: JournalPlace): Promise<Opened> => {
  if (nats !== undefined) return overNats("--nats", nats);
  const root = await dataDirOf(dataDir);
  const path = join(root, "journal");
  if (!existsSync(path)) throw new Invalid("--data-dir", "a data directory with a journal in it", root);
  return inDirectory(path);
};

/** To copy: directories are locked against engines for that time. */
export const openPair = async (
  ends: MigrationEnds,
): Promise<{ readonly from: Journal; readonly to: Journal; close(): Promise<void> }> => {
  const opened: Opened[] = [];
  const close = async (): Promise<void> => {
    for (const one of opened.reverse()) await one.close();
  };
  try {
    if (ends.fromDir !== undefined && !existsSync(join(ends.fromDir, "journal")))
      throw new Invalid("--from-dir", "a data directory with a journal in it", ends.fromDir);
    for (const side of ["from", "to"] as const) {
      const dir = ends[`${side}Dir`];
      const nats = ends[`${side}Nats`];
      if ((dir === undefined) === (nats === undefined))
        throw new Invalid(`--${side}-dir`, `exactly one of --${side}-dir and --${side}-nats`, dir ?? nats);
      opened.push(nats === undefined ? await locked(dir!) : await overNats(`--${side}-nats`, nats));
    }
    return { from: opened[0]!.journal, to: opened[1]!.journal, close };
  } catch (error) {
    await close();
    throw error;
  }
};

const inDirectory = async (path: string): Promise<Opened> => {
  const { lmdbJournal } = await import("../../adapters/journal/lmdb.ts");
  const journal = lmdbJournal({ path });
  return { journal, close: () => journal.close() };
};

const locked = async (dir: string): Promise<Opened> => {
  const { lockDataDirectory } = await import("../../adapters/lock/lock.ts");
  const lock = await lockDataDirectory(dir);
  const { journal, close } = await inDirectory(join(dir, "journal"));
  return {
    journal,
    close: async () => {
      await close();
      await lock.release();
    },
  };
};

const overNats = async (option: string, url: string): Promise<Opened> => {
  const [{ connect }, { jetstreamJournal }] = await Promise.all([
    import("nats"),
    import("../../adapters/journal/jetstream.ts"),
  ]);
  const addresses = natsAddresses(url, option);
  let connection;
  try {
    connection = await connect({ ...addresses, timeout: 5_000, name: "shoal journal" });
  } catch (error) {
    throw new Exit(
      exits.unreachable,
      `${option}: NATS at ${withoutPassword(url)} cannot be reached: ${(error as Error).message}`,
    );
  }
  try {
    const journal = await jetstreamJournal({ connection });
    return { journal, close: () => connection.close() };
  } catch (error) {
    await connection.close();
    throw error;
  }
};
