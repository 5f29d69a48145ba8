/**
 * How an entry is written down: one line of JSON that holds its hash, its writer and its canonical part.
 *
 * hash = SHA-256(hash of the entry before, or "" + canonical JSON of { schema, turns, at, marketSequence,
 * sequence, stream } in this order). Every store keeps the same line, so equal input gives equal hashes everywhere.
 */
import { hash as digest } from "node:crypto";
import { Invalid } from "../../domain/values/invalid.ts";
import { fromJson, toJson } from "../../domain/values/json.ts";
import { Damaged, DamagedSnapshot, type Entry, type Snapshot, type Stored } from "./journal.ts";

/** The end of a stream: what the next entry is chained to. */
export interface Tail {
  readonly sequence: number;
  readonly hash: string;
}

/** The end of a stream without entries. */
export const beginning: Tail = { sequence: 0, hash: "" };

const quotes = new Map<string, string>();

/** `toJson` of a name, kept: streams and writers come again and again. */
const quoted = (name: string): string => {
  let text = quotes.get(name);
  if (text === undefined) quotes.set(name, (text = toJson(name)));
  return text;
};

/** In the order named above. Written out, because only the turns hold anything that JSON would change. */
const canonical = (stream: string, sequence: number, entry: Entry): string => {
  const { schema, at, marketSequence } = entry;
  const turns = toJson(entry.turns.map(({ command, events }) => ({ command, events })));
  return `{"schema":${schema},"turns":${turns},"at":${at},"marketSequence":${marketSequence},"sequence":${sequence},"stream":${quoted(stream)}}`;
};

/** The hash that an entry has when it stands behind `previousHash`. */
export const chainHash = (previousHash: string, entry: Stored): string =>
  digest("sha256", previousHash + canonical(entry.stream, entry.sequence, entry));

/** The line of the entry that follows `previous`, and the stream's new end. Throws `Invalid`. */
export const seal = (stream: string, previous: Tail, entry: Entry): { tail: Tail; text: string } => {
  for (const field of ["schema", "at", "marketSequence"] as const)
    if (!Number.isFinite(entry[field])) throw new Invalid(field, "a finite number", entry[field]);
  const sequence = previous.sequence + 1;
  const body = canonical(stream, sequence, entry);
  const hash = digest("sha256", previous.hash + body);
  return {
    tail: { sequence, hash },
    text: `{"hash":"${hash}","writer":${quoted(entry.writer)},"entry":${body}}`,
  };
};

const isLine = (
  line: unknown,
): line is { hash: string; writer: string; entry: Omit<Stored, "hash" | "writer"> } => {
  if (typeof line !== "object" || line === null) return false;
  const { hash, writer, entry } = line as {
    hash?: unknown;
    writer?: unknown;
    entry?: Partial<Stored> | null;
  };
  return (
    typeof hash === "string" &&
    typeof writer === "string" &&
    typeof entry === "object" &&
    entry !== null &&
    typeof entry.stream === "string" &&
    typeof entry.sequence === "number" &&
    typeof entry.schema === "number" &&
    typeof entry.at === "number" &&
    typeof entry.marketSequence === "number" &&
    Array.isArray(entry.turns)
  );
};

const parse = (text: string, where: string): unknown => {
  try {
    return fromJson(text);
  } catch (error) {
    throw new Damaged(`${where}: not readable (${error instanceof Error ? error.message : String(error)})`);
  }
};

/** What is told of an entry that is readable and not the one that was written. */
export const brokenChain = (stream: string, sequence: number): Damaged =>
  new Damaged(
    `${stream} entry ${sequence}: its hash does not follow from its content and entry ${sequence - 1}`,
  );

/** Reads a line that should be entry `sequence` of `stream`, or its last one when no sequence is given. Throws `Damaged`. */
export const unseal = (stream: string, text: string, sequence?: number): Stored => {
  const where = `${stream} ${sequence === undefined ? "last entry" : `entry ${sequence}`}`;
  const line = parse(text, where);
  if (!isLine(line)) throw new Damaged(`${where}: not an entry`);
  const { hash, writer, entry } = line;
  if (entry.stream !== stream)
    throw new Damaged(`${where}: entry ${entry.sequence} of ${entry.stream} stands in its place`);
  if (sequence !== undefined && entry.sequence !== sequence)
    throw new Damaged(`${where}: entry ${entry.sequence} stands in its place`);
  return { ...entry, writer, hash };
};

/** A snapshot with the hash of the entry at which it was taken; "" where its stream had none. */
export interface SealedSnapshot {
  readonly snapshot: Snapshot;
  /** Undefined when an older version wrote it, without a seal. */
  readonly entry: string | undefined;
}

/** One line of JSON that holds SHA-256 over the rest of itself. */
export const sealSnapshot = (
  stream: string,
  { sequence, schema, state }: Snapshot,
  entry: string,
): string => {
  const body = toJson({ stream, sequence, schema, entry, state });
  return `{"hash":"${digest("sha256", body)}","snapshot":${body}}`;
};

const sealed = /^\{"hash":"(?<hash>[0-9a-f]{64})","snapshot":(?<body>.*)\}$/s;

/** Throws `DamagedSnapshot`. */
export const unsealSnapshot = (stream: string, text: string): SealedSnapshot => {
  const where = `${stream} snapshot`;
  const { hash, body } = sealed.exec(text)?.groups ?? {};
  if (body !== undefined && digest("sha256", body) !== hash)
    throw new DamagedSnapshot(`${where}: its hash does not follow from its content`);
  let found: (Partial<Snapshot> & { readonly stream?: string; readonly entry?: string }) | null;
  try {
    found = fromJson(body ?? text) as typeof found;
  } catch (error) {
    throw new DamagedSnapshot(`${where}: not readable (${String(error)})`);
  }
  if (typeof found?.sequence !== "number" || typeof found.schema !== "number")
    throw new DamagedSnapshot(`${where}: not a snapshot`);
  if (body !== undefined && found.stream !== stream)
    throw new DamagedSnapshot(`${where}: that of ${found.stream} stands in its place`);
  const { sequence, schema, state } = found;
  return { snapshot: { sequence, schema, state }, entry: body === undefined ? undefined : found.entry };
};

const control = /[\u0000-\u001f\u007f]/;

/** Refuses a stream name that some store could not keep. */
export const checkStream = (stream: string): void => {
  if (stream.length === 0 || stream.length > 200 || control.test(stream) || !stream.isWellFormed())
    throw new Invalid("stream", "1 to 200 characters without control characters", stream);
};
