/** What a recovery may begin from, and what is told where the journal is not what was written. */
import { Damaged, DamagedSnapshot, type Journal, type Snapshot } from "../adapters/journal/journal.ts";
import type { Log } from "./wire.ts";

/** None where it cannot be trusted: all of it can be had from the entries. */
export const verifiedSnapshot = async (
  journal: Journal,
  stream: string,
  log: Pick<Log, "warn"> | undefined,
): Promise<Snapshot | undefined> => {
  try {
    return await journal.snapshot(stream);
  } catch (error) {
    if (!(error instanceof DamagedSnapshot)) throw error;
    log?.warn(`${error.message}; it is passed over, and ${stream} is recovered from its entries`);
    return undefined;
  }
};

/** Names what to do; the error names stream and entry. */
export const undamaged = async (stream: string, recover: () => Promise<void>): Promise<void> => {
  try {
    await recover();
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    throw new Damaged(`${error.message}. ${stream} stays stopped: see docs/runbooks/journal-damaged.md`);
  }
};
