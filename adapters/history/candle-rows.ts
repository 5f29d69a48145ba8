/**
 * Rows of text into columns, byte by byte, without a string for a number: a mantissa below 2^53 over a power of ten up to
 * 10^22 is one division of two exact doubles, so it rounds as the decimal text itself would (Clinger, 1990). Everything
 * else - signs, exponents, quotes, more digits, times in words - goes by way of text.
 */
import type { CandleTable } from "../../domain/history/candle-table.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { fields, type Sheet } from "./layout.ts";
import { msOf, timeOf } from "./times.ts";

const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const EXACT_MAX = Number.MAX_SAFE_INTEGER;
const number = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;

/** So many plain digits that the power of ten below them is exact too. */
const DIGITS_MAX = 22;
const [NEWLINE, RETURN, SPACE, DOT, QUOTE, ZERO, NINE] = [10, 13, 32, 46, 34, 48, 57];

export class CandleRows {
  /** Of the file, from 1, that is read next. */
  line = 1;
  readonly #file: string;
  readonly #cells: Int8Array;
  readonly #delimiter: number;
  readonly #values = new Float64Array(fields.length);

  /** `file` is its name in errors. The lines that `sheet.layout.skip` counts must have been taken off. */
  constructor({ layout, delimiter }: Sheet, file: string) {
    this.#file = file;
    this.#cells = Int8Array.from(layout.cells);
    while (this.#cells.at(-1) === -1) this.#cells = this.#cells.subarray(0, -1);
    this.#delimiter = delimiter.charCodeAt(0);
    this.line += layout.skip;
  }

  /** Takes whole lines from `bytes`; returns where the unfinished last one begins. Throws `Invalid` naming file, line and field. */
  read(bytes: Buffer, into: CandleTable): number {
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    for (let at = 0; at < end;) at = this.row(bytes, at, end, into);
    return end;
  }

  /** One line from `start`, at most up to `end`; returns where the next begins. Blank lines are passed over. */
  row(bytes: Buffer, start: number, end: number, into: CandleTable): number {
    let at = start;
    while (at < end && bytes[at]! <= SPACE && bytes[at] !== NEWLINE) at += 1;
    if (at < end && bytes[at] !== NEWLINE) at = this.#fill(bytes, at, end, into);
    this.line += 1;
    return at + 1;
  }

  /** Returns where the line ends. */
  #fill(bytes: Buffer, start: number, end: number, into: CandleTable): number {
    const cells = this.#cells;
    const delimiter = this.#delimiter;
    const values = this.#values;
    values[6] = 0;
    let at = start;
    for (let cell = 0; cell < cells.length; cell += 1) {
      const field = cells[cell]!;
      let mantissa = 0;
      let next = at;
      let byte = 0;
      let dot = -1;
      for (; next < end; next += 1) {
        byte = bytes[next]!;
        if (byte >= ZERO && byte <= NINE) mantissa = mantissa * 10 + (byte - ZERO);
        else if (byte === DOT && dot < 0) dot = next;
        else break;
      }
      const digits = next - at - (dot < 0 ? 0 : 1);
      const over = next === end || byte === delimiter || byte <= SPACE;
      if (over && digits > 0 && mantissa <= EXACT_MAX && digits <= DIGITS_MAX && field >= 0) {
        let value = dot < 0 ? mantissa : mantissa / powers[next - dot - 1]!;
        if (field === 0) {
          value = msOf(value);
          if (digits % 3 !== 1 || !Number.isInteger(value)) value = this.#slow(0, bytes, at, next);
        }
        values[field] = value;
      } else {
        next = this.#endOf(bytes, at, end);
        if (field >= 0) values[field] = this.#slow(field, bytes, at, next);
      }
      while (next < end && bytes[next] === SPACE) next += 1;
      at = next + 1;
      // The line is over, and what was still wanted is not there.
      if (cell + 1 < cells.length && (next >= end || bytes[next] !== delimiter))
        throw this.#wrong(
          cells.find((each, i) => i > cell && each >= 0)!,
          "",
        );
    }
    into.push(values[0]!, values[1]!, values[2]!, values[3]!, values[4]!, values[5]!, values[6]);
    at -= 1;
    while (at < end && bytes[at] !== NEWLINE) at += 1;
    return at;
  }

  /** End of a cell; a quoted one may hold delimiters. */
  #endOf(bytes: Buffer, from: number, end: number): number {
    let next = from;
    let quoted = false;
    for (; next < end && bytes[next] !== NEWLINE; next += 1) {
      if (bytes[next] === QUOTE) quoted = !quoted;
      else if (bytes[next] === this.#delimiter && !quoted) break;
    }
    return next;
  }

  /** What is not plain digits. */
  #slow(field: number, bytes: Buffer, at: number, end: number): number {
    const text = bytes
      .toString("utf8", at, end)
      .trim()
      .replace(/^"(.*)"$/, "$1")
      .trim();
    if (field === 0) {
      const ms = timeOf(text);
      if (ms === undefined || !Number.isInteger(ms)) throw this.#wrong(field, text);
      return ms;
    }
    // Not told is what an empty cell says of the number of trades, and nothing else.
    if (field === 6 && (text === "" || text === "null")) return 0;
    const value = Number(text);
    if (!number.test(text) || !Number.isFinite(value)) throw this.#wrong(field, text);
    return value;
  }

  #wrong(field: number, found: string): Invalid {
    const expected =
      field === 0 ? "a time in s, ms, us or ns since 1970 or ISO 8601, to the millisecond" : "a number";
    return new Invalid(`${this.#file}:${this.line} ${fields[field]!}`, expected, found);
  }
}

const [OPEN, CLOSE, COMMA] = [91, 93, 44];

/**
 * A JSON array of arrays as lines, in place and chunk by chunk: what the brackets of `[[1,2],[3,4]]` hold becomes `1,2` and `3,4`.
 */
export class ArraysAsLines {
  /** 0 before the first and after the last bracket. */
  depth = 0;
  #between = true;

  turn(bytes: Buffer): void {
    for (let i = 0; i < bytes.length; i += 1) {
      const byte = bytes[i]!;
      if (byte === OPEN) {
        this.depth += 1;
        this.#between = false;
        bytes[i] = SPACE;
      } else if (byte === CLOSE) {
        this.depth -= 1;
        this.#between = true;
        bytes[i] = this.depth === 1 ? NEWLINE : SPACE;
      } else if (byte === NEWLINE || byte === RETURN || (byte === COMMA && this.#between)) bytes[i] = SPACE;
    }
  }
}
