/**
 * What a thread is given, made ready for a journey to other machines: memory that threads share becomes parts with a name of
 * their own, the SHA-256 of their bytes, so that the same candles travel once, whatever search they are for. All the rest is
 * one part in V8's own serialisation, which keeps what `workerData` keeps; both ends must run the same V8.
 */
import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import { Invalid } from "../../domain/values/invalid.ts";

export interface PartName {
  /** SHA-256 of its bytes, in hex. */
  readonly hash: string;
  readonly bytes: number;
}

/** The first is the rest of the data, the others the shared memory in it. */
export interface Parcel {
  readonly names: readonly PartName[];
  readonly parts: ReadonlyMap<string, Uint8Array>;
}

/** Stands where shared memory stood. */
const PLACE = "shared memory of the parcel";
interface Place {
  readonly place: typeof PLACE;
  readonly part: number;
}

/** Plain objects and arrays may hold shared memory; it is not copied. */
export const pack = (data: unknown): Parcel => {
  const shared: SharedArrayBuffer[] = [];
  const rest = serialize(
    mapped(data, (value) => {
      if (!(value instanceof SharedArrayBuffer)) return undefined;
      const at = shared.indexOf(value);
      if (at < 0) shared.push(value);
      return { place: PLACE, part: at < 0 ? shared.length : at + 1 } satisfies Place;
    }),
  );
  const parts = [rest, ...shared.map((memory) => new Uint8Array(memory))];
  const names = parts.map((part) => ({ hash: hashOf(part), bytes: part.length }));
  return { names, parts: new Map(names.map(({ hash }, i) => [hash, parts[i]!])) };
};

/** `parts` in the order of the names; shared memory comes back as what it was. */
export const unpack = (parts: readonly Uint8Array[]): unknown => {
  const shared = parts.map((part) => part.buffer);
  // V8 reads no shared memory.
  return mapped(deserialize(Buffer.from(parts[0]!)), (value) => {
    const { place, part } = value as Partial<Place>;
    return place === PLACE ? shared[part!] : undefined;
  });
};

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The same bytes. Throws `Invalid` when they are not those that the name tells. */
export const checked = ({ hash, bytes }: PartName, received: Uint8Array): Uint8Array => {
  const found = hashOf(received);
  if (found !== hash) throw new Invalid(`part ${hash}`, `${bytes} bytes of this hash`, found);
  return received;
};

/** A copy in which `change` has replaced what it has an answer for. */
const mapped = (value: unknown, change: (value: object) => unknown): unknown => {
  if (typeof value !== "object" || value === null) return value;
  const changed = change(value);
  if (changed !== undefined) return changed;
  if (Array.isArray(value)) return value.map((each) => mapped(each, change));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mapped(each, change)]));
};
