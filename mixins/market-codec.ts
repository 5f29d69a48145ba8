/**
 * Market batches as bytes: a JSON head (publisher, sequence, and for each part its subject, trades and the rest of its batch),
 * then the trades of all parts as columns of doubles (at, price, quantity, id) and a byte for the taker's side.
 * 33 bytes a trade, exact, and a reader skips the parts that nobody here wants.
 */
import type { Depth, Quote, Trade } from "../domain/market/tick.ts";
import type { Timestamp } from "../domain/values/values.ts";

/** What the road knows of a batch; contracts/market.ts says what is in one. */
export interface Batch {
  readonly trades: readonly Trade[];
  readonly candles?: readonly unknown[];
  readonly quote?: Quote;
  readonly book?: Depth;
  readonly at: Timestamp;
}

/** How many pictures of the market a later batch replaces when it joins an earlier one: of quotes and books the latest wins. */
export const givesWay = (earlier: Batch, later: Batch): number =>
  (earlier.quote !== undefined && later.quote !== undefined ? 1 : 0) +
  (earlier.book !== undefined && later.book !== undefined ? 1 : 0);

export interface Part {
  readonly subject: string;
  readonly batch: Batch;
}

interface Head {
  readonly from: string;
  readonly sequence: number;
  /** Subject, number of trades, the batch without its trades. */
  readonly parts: readonly (readonly [string, number, Omit<Batch, "trades">])[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const aligned = (bytes: number): number => (bytes + 7) & ~7;

export const encode = (from: string, sequence: number, parts: readonly Part[]): Uint8Array => {
  let count = 0;
  const heads: Head["parts"][number][] = [];
  for (const { subject, batch } of parts) {
    const { trades, ...rest } = batch;
    heads.push([subject, trades.length, rest]);
    count += trades.length;
  }
  const head = encoder.encode(JSON.stringify({ from, sequence, parts: heads } satisfies Head));
  const start = aligned(8 + head.length);
  const bytes = new Uint8Array(start + count * 33);
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 8);
  const columns = new Float64Array(bytes.buffer, start, count * 4);
  const sides = start + count * 32;
  let row = 0;
  for (const { batch } of parts)
    for (const trade of batch.trades) {
      columns[row] = trade.at;
      columns[count + row] = trade.price;
      columns[2 * count + row] = trade.quantity;
      columns[3 * count + row] = trade.id;
      bytes[sides + row] = trade.side === "buy" ? 1 : 0;
      row += 1;
    }
  return bytes;
};

export interface Decoded {
  readonly from: string;
  readonly sequence: number;
  readonly parts: readonly Part[];
}

/** `wanted` decides by subject which parts are built. Throws on bytes that are not ours. */
export const decode = (data: Uint8Array, wanted: (subject: string) => boolean): Decoded => {
  const bytes = new Uint8Array(data); // A copy: columns must start at a multiple of eight bytes.
  const headLength = new DataView(bytes.buffer).getUint32(0, true);
  const {
    from,
    sequence,
    parts: heads,
  } = JSON.parse(decoder.decode(bytes.subarray(8, 8 + headLength))) as Head;
  const start = aligned(8 + headLength);
  const count = heads.reduce((sum, [, trades]) => sum + trades, 0);
  if (bytes.length !== start + count * 33) throw new Error(`a market batch of ${bytes.length} bytes`);
  const columns = new Float64Array(bytes.buffer, start, count * 4);
  const sides = start + count * 32;
  const parts: Part[] = [];
  let row = 0;
  for (const [subject, length, rest] of heads) {
    const end = row + length;
    if (!wanted(subject)) {
      row = end;
      continue;
    }
    const trades: Trade[] = [];
    for (; row < end; row += 1)
      trades.push({
        at: columns[row] as Timestamp,
        price: columns[count + row]!,
        quantity: columns[2 * count + row]!,
        side: bytes[sides + row] === 1 ? "buy" : "sell",
        id: columns[3 * count + row]!,
      });
    parts.push({ subject, batch: { trades, ...rest } });
  }
  return { from, sequence, parts };
};
