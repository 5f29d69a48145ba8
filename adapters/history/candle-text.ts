/**
 * Candles out of text files, `.gz` or not, chunk by chunk, so that a file of any length needs the memory of its columns only:
 * CSV of the layouts that `layout.ts` knows, JSON arrays of rows, and JSON objects with a list of candles in them.
 */
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { CandleTable } from "../../domain/history/candle-table.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { ArraysAsLines, CandleRows } from "./candle-rows.ts";
import { layoutOfNames, sheetOf, type Sheet } from "./layout.ts";

/** Read at a time. */
const CHUNK_BYTES = 1 << 18;
/** Enough of the beginning to see the layout. */
const HEAD_BYTES = 1 << 13;

export interface Block {
  readonly layout: string;
  /** Read over again: take what you need of it before you ask for the next. */
  readonly candles: CandleTable;
}

/** What a file holds, block by block, in the file's order. Throws `Invalid` naming file, line and field. */
export async function* textBlocks(path: string): AsyncGenerator<Block> {
  const chunks = chunksOf(path);
  const head = await headOf(chunks);
  const bytes = skipMark(head);
  const shape = /^\s*(\[\s*\[|\[|\{)/.exec(bytes.toString("latin1", 0, 256))?.[1];
  if (shape === undefined || shape.replace(/\s/g, "") === "[[")
    yield* rowBlocks(path, bytes, chunks, shape !== undefined);
  else yield objectBlock(path, Buffer.concat([bytes, ...(await all(chunks))]).toString("utf8"));
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const source: Readable = path.endsWith(".gz")
    ? pipeline(file, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined)
    : file;
  try {
    for await (const chunk of source) yield chunk as Buffer;
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code === "ENOENT") throw new Invalid(path, "a file that exists", "none");
    if (code?.startsWith("Z_") === true)
      throw new Invalid(path, "a whole gzip file", (error as Error).message);
    throw error;
  }
}

const headOf = async (chunks: AsyncGenerator<Buffer>): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for (let size = 0; size < HEAD_BYTES;) {
    const next = await chunks.next();
    if (next.done === true) break;
    parts.push(next.value);
    size += next.value.length;
  }
  return Buffer.concat(parts);
};

const all = async (chunks: AsyncGenerator<Buffer>): Promise<Buffer[]> => {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return parts;
};

const skipMark = (bytes: Buffer): Buffer =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;

async function* rowBlocks(
  path: string,
  head: Buffer,
  chunks: AsyncGenerator<Buffer>,
  json: boolean,
): AsyncGenerator<Block> {
  const file = basename(path);
  const arrays = json ? new ArraysAsLines() : undefined;
  arrays?.turn(head);
  const lines = head.toString("utf8", 0, HEAD_BYTES).split(/\r?\n/);
  const sheet = sheetOf(
    head.length <= HEAD_BYTES ? [...lines.filter(filled), ""] : lines.filter(filled),
    file,
  );
  const rows = new CandleRows(sheet, file);
  const layout = json ? jsonName(sheet) : sheet.layout.name;
  let rest = json ? head : withoutLines(head, sheet.layout.skip);
  const candles = new CandleTable();
  for (;;) {
    candles.length = 0;
    rest = rest.subarray(rows.read(rest, candles));
    const next = await chunks.next();
    if (next.done === true) break;
    if (candles.length > 0) yield { layout, candles };
    arrays?.turn(next.value);
    rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
  }
  if (arrays !== undefined && arrays.depth !== 0)
    throw new Invalid(`${file}:${rows.line}`, "a JSON array that is closed", "the end of the file");
  rows.row(rest, 0, rest.length, candles);
  yield { layout, candles };
}

const filled = (line: string): boolean => line.trim() !== "";
const jsonName = ({ layout: { name } }: Sheet): string =>
  name === "open-high-low-close-volume" ? "freqtrade" : `json ${name}`;

const withoutLines = (bytes: Buffer, count: number): Buffer => {
  let from = 0;
  for (let line = 0; line < count; line += 1) from = bytes.indexOf(10, from) + 1;
  return bytes.subarray(from);
};

/** `{ "candles": [...] }`, or a list of objects: rows of numbers, or objects with the names of a header. */
const objectBlock = (path: string, text: string): Block => {
  const file = basename(path);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Invalid(file, "JSON", (error as Error).message);
  }
  const list = Array.isArray(parsed) ? (parsed as unknown[]) : listIn(parsed, file);
  const [first] = list;
  const candles = new CandleTable(list.length);
  if (first === undefined) return { layout: "json", candles };
  const names = Array.isArray(first) ? undefined : Object.keys(first as object);
  const cellsOf = (row: unknown): readonly unknown[] =>
    names === undefined ? (row as unknown[]) : names.map((name) => (row as Record<string, unknown>)[name]);
  const lines = list.map((row) => cellsOf(row).map(String).join(","));
  const sheet =
    names === undefined
      ? sheetOf([...lines.slice(0, 64), ""], file)
      : { delimiter: ",", layout: layoutOfNames(names, file, 0) };
  const rows = new CandleRows(sheet, file);
  for (const line of lines) {
    const bytes = Buffer.from(line);
    rows.row(bytes, 0, bytes.length, candles);
  }
  return { layout: names === undefined ? jsonName(sheet) : "json objects", candles };
};

const listIn = (parsed: unknown, file: string): readonly unknown[] => {
  const { candles, data, result } = (parsed ?? {}) as Record<string, unknown>;
  for (const each of [candles, data, result]) if (Array.isArray(each)) return each as unknown[];
  throw new Invalid(file, "a list of candles, or an object with one named candles, data or result", parsed);
};
