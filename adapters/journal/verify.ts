/**
 * Looks whether a stream is what was written, entry by entry along its hash chain.
 *
 * An edited entry breaks its hash; a deleted, inserted or moved one leaves a sequence that is not dense; a cut end
 * shows when the snapshot stands behind it. Entries forged from some point to the end, hashes and all, are new
 * history: only a hash kept elsewhere (`Verdict.hash`) tells them.
 */
import { beginning, brokenChain, chainHash } from "./chain.ts";
import { Damaged, DamagedSnapshot, type Journal } from "./journal.ts";

export interface Verdict {
  readonly stream: string;
  /** Good entries before the first bad one; all of them when there is no problem. */
  readonly entries: number;
  /** Of the last good entry. */
  readonly hash: string;
  /** The first bad entry: "portfolio.main entry 17: ...", else the snapshot: "portfolio.main snapshot: ...". */
  readonly problem?: string;
  /** Only the snapshot is bad: everything can be had from the entries. */
  readonly entriesGood?: boolean;
}

export const verify = async (journal: Journal, stream: string): Promise<Verdict> => {
  let { sequence, hash } = beginning;
  const found = (problem: string): Verdict => ({ stream, entries: sequence, hash, problem });
  try {
    for await (const entry of journal.read(stream)) {
      if (chainHash(hash, entry) !== entry.hash) throw brokenChain(stream, entry.sequence);
      ({ sequence, hash } = entry);
    }
    await journal.snapshot(stream);
  } catch (error) {
    if (error instanceof DamagedSnapshot) return { ...found(error.message), entriesGood: true };
    if (error instanceof Damaged) return found(error.message);
    throw error;
  }
  return { stream, entries: sequence, hash };
};
