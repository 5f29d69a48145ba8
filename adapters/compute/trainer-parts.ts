/** What searches need, by hash: asked for at the searcher's in pieces, once for each trainer, and kept for the next search. */
import type { NatsConnection } from "nats";
import { checked, type PartName, unpack } from "./parcel.ts";
import { encode, type PartRequest, subjectsOf } from "./trainer-messages.ts";

/** Of parts that no search of now needs. */
const KEPT_BYTES = 1_073_741_824;
const PIECE_MS = 5_000;
const TRIES = 5;

export class Parts {
  /** The one that was needed last is the last. */
  readonly #parts = new Map<string, Uint8Array>();
  readonly #connection: NatsConnection;
  /** Since the start, what was at hand not counted. */
  fetchedBytes = 0;

  constructor(connection: NatsConnection) {
    this.#connection = connection;
  }

  /** As the searcher packed it. Rejects when the searcher does not answer, or not with these bytes. */
  async fetch(search: string, names: readonly PartName[]): Promise<unknown> {
    const parts: Uint8Array[] = [];
    for (const name of names) {
      const part = this.#parts.get(name.hash) ?? checked(name, await this.#receive(search, name));
      this.#parts.set(name.hash, part);
      parts.push(part);
    }
    return unpack(parts);
  }

  /** Lets go of what was not needed for the longest, but for these. */
  keep(needed: readonly PartName[]): void {
    const hashes = new Set(needed.map(({ hash }) => hash));
    for (const hash of hashes) {
      const part = this.#parts.get(hash);
      if (part === undefined) continue;
      this.#parts.delete(hash);
      this.#parts.set(hash, part);
    }
    const others = [...this.#parts].filter(([hash]) => !hashes.has(hash));
    let bytes = others.reduce((sum, [, part]) => sum + part.length, 0);
    for (const [hash, part] of others) {
      if (bytes <= KEPT_BYTES) return;
      this.#parts.delete(hash);
      bytes -= part.length;
    }
  }

  async #receive(search: string, { hash, bytes }: PartName): Promise<Uint8Array> {
    const part = new Uint8Array(new SharedArrayBuffer(bytes));
    for (let from = 0; from < bytes;) {
      const piece = await this.#ask(subjectsOf(search).parts, { hash, from });
      if (piece.length === 0 || from + piece.length > bytes)
        throw new Error(`the search has no byte ${from} of part ${hash}`);
      part.set(piece, from);
      from += piece.length;
    }
    this.fetchedBytes += bytes;
    return part;
  }

  async #ask(subject: string, piece: PartRequest): Promise<Uint8Array> {
    for (let attempt = 1; ; attempt += 1)
      try {
        return (await this.#connection.request(subject, encode(piece), { timeout: PIECE_MS })).data;
      } catch (error) {
        if (attempt === TRIES || this.#connection.isClosed()) throw error;
      }
  }
}
