/** A snapshot is tied to the hash of the entry at which it was taken: neither is trusted where the two do not fit. */
import { beginning, unseal, type Tail } from "./chain.ts";
import { Damaged, DamagedSnapshot } from "./journal.ts";
import type { Head, Store } from "./store.ts";

export const headOf = async (store: Store, stream: string): Promise<Head> => {
  const row = await store.last(stream);
  if (row === undefined) return { ...beginning, position: 0 };
  const { sequence, hash } = unseal(stream, row.text);
  return { sequence, hash, position: row.position };
};

const hashAt = async (store: Store, stream: string, sequence: number): Promise<string> => {
  if (sequence === 0) return beginning.hash;
  for await (const text of store.lines(stream, sequence - 1)) return unseal(stream, text, sequence).hash;
  throw new Damaged(`${stream} entry ${sequence}: missing`);
};

/** The last entry, looked up unless what is known of it will do: a strategy's stream has none and gets none. */
export const lastFor = async (
  store: Store,
  stream: string,
  sequence: number,
  known: Tail | undefined,
): Promise<Tail> => (known?.sequence === sequence || known?.sequence === 0 ? known : headOf(store, stream));

/** The hash at `sequence`, of a stream that ends with `last`; "" where it has no entries. */
export const anchor = async (store: Store, stream: string, sequence: number, last: Tail): Promise<string> => {
  if (last.sequence === 0) return beginning.hash;
  if (sequence > last.sequence)
    throw new Error(`${stream}: a snapshot at ${sequence}, and the last entry is ${last.sequence}`);
  return sequence === last.sequence ? last.hash : hashAt(store, stream, sequence);
};

/** Throws unless the entry stands at which the snapshot was taken. */
export const expectAnchor = async (
  store: Store,
  stream: string,
  sequence: number,
  entry: string | undefined,
): Promise<void> => {
  const last = await headOf(store, stream);
  if (last.sequence === 0 && (entry ?? "") === "") return;
  if (entry === undefined)
    throw new DamagedSnapshot(`${stream} snapshot: an older version wrote it, without a seal`);
  if (sequence > last.sequence)
    throw new Damaged(`${stream} entry ${last.sequence + 1}: missing, the snapshot stands at ${sequence}`);
  if ((sequence === last.sequence ? last.hash : await hashAt(store, stream, sequence)) !== entry)
    throw new Damaged(`${stream} entry ${sequence}: not the one on which the snapshot stands`);
};
