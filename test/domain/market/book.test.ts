import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BookDelta, type BookSnapshot, OrderBook } from "../../../domain/market/book.ts";
import { BookSide } from "../../../domain/market/book-side.ts";
import { parseDelta, parseSnapshot } from "../../../domain/market/parse.ts";
import { describeRecorded, recordedLines, recordedRows } from "../../recorded.ts";

const snapshot: BookSnapshot = {
  updateId: 100,
  bids: [
    [99, 1],
    [98, 2],
  ],
  asks: [
    [101, 3],
    [102, 4],
  ],
};
const delta = (
  first: number,
  last: number,
  bids: BookDelta["bids"] = [],
  asks: BookDelta["asks"] = [],
): BookDelta => ({ first, last, bids, asks });

describe("BookSide", () => {
  it.each(["bids", "asks"] as const)("%s equal a sorted map after any updates", (side) => {
    const update = fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(fc.array(update, { maxLength: 2_000 }), (updates) => {
        const levels = new BookSide(side);
        const model = new Map<number, number>();
        for (const [ticks, quantity] of updates) {
          levels.set(ticks / 100, quantity);
          if (quantity > 0) model.set(ticks / 100, quantity);
          else model.delete(ticks / 100);
        }
        const sorted = [...model].sort(([a], [b]) => (side === "asks" ? a - b : b - a));
        expect(levels.levels(Infinity)).toEqual(sorted);
        expect(levels.size).toBe(sorted.length);
        expect(levels.price).toBe(sorted[0]?.[0] ?? Number.NaN);
        expect(levels.quantity).toBe(sorted[0]?.[1] ?? Number.NaN);
        expect(levels.levels(3)).toEqual(sorted.slice(0, 3));
        levels.clear();
        levels.set(5, 1);
        expect(levels.levels(9)).toEqual([[5, 1]]);
      }),
    );
  });

  it("grows, and reuses the room of levels taken out", () => {
    const side = new BookSide("asks");
    for (let round = 0; round < 3; round += 1) {
      for (let ticks = 5_000; ticks > 0; ticks -= 1) side.set(ticks, ticks);
      expect([side.size, side.price, side.levels(5_001).at(-1)]).toEqual([5_000, 1, [5_000, 5_000]]);
      for (let ticks = 1; ticks <= 5_000; ticks += 1) side.set(ticks, 0);
      expect([side.size, side.price]).toEqual([0, Number.NaN]);
    }
  });
});

describe("OrderBook", () => {
  const loaded = (): OrderBook => {
    const book = new OrderBook();
    expect(book.load(snapshot)).toBe("applied");
    return book;
  };

  it("shows nothing and refuses deltas before a snapshot", () => {
    const book = new OrderBook();
    expect(book.apply(delta(1, 2, [[99, 1]]))).toBe("no-snapshot");
    expect([book.synced, book.bids.price, book.depth(5).bids]).toEqual([false, Number.NaN, []]);
  });

  it.each([
    ["ends before the book", delta(90, 99), "old", 100],
    ["ends at the book", delta(95, 100), "old", 100],
    ["begins at the next update", delta(101, 105), "applied", 105],
    ["overlaps the book's end", delta(99, 103), "applied", 103],
    ["leaves one update out", delta(102, 105), "gap", -1],
  ])("a delta that %s", (_what, next, result, updateId) => {
    const book = loaded();
    expect(book.apply(next)).toBe(result);
    expect(book.updateId).toBe(updateId);
  });

  it("sets, adds and takes out levels", () => {
    const book = loaded();
    book.apply(
      delta(
        101,
        101,
        [
          [99, 0],
          [98.5, 7],
        ],
        [
          [101, 9],
          [100.5, 0],
        ],
      ),
    );
    expect(book.depth(2)).toEqual({
      updateId: 101,
      bids: [
        [98.5, 7],
        [98, 2],
      ],
      asks: [
        [101, 9],
        [102, 4],
      ],
    });
  });

  it("after a gap it shows nothing until a snapshot, and joins it with what came meanwhile", () => {
    const book = loaded();
    expect(book.apply(delta(105, 106, [[99, 5]]))).toBe("gap");
    expect(book.apply(delta(107, 108, [[99, 8]]))).toBe("no-snapshot");
    expect(book.bids.price).toBeNaN();
    expect(book.load({ ...snapshot, updateId: 106 })).toBe("applied");
    expect([book.updateId, book.bids.quantity]).toEqual([108, 8]);
  });

  it("a snapshot older than the first delta kept aside is a gap; a newer one heals it", () => {
    const book = new OrderBook();
    book.apply(delta(105, 106));
    book.apply(delta(107, 108, [[99.5, 1]]));
    expect(book.load(snapshot)).toBe("gap");
    expect(book.synced).toBe(false);
    expect(book.load({ ...snapshot, updateId: 104 })).toBe("applied");
    expect([book.updateId, book.bids.price]).toEqual([108, 99.5]);
  });

  it("keeps a bounded number of deltas aside and then asks for a newer snapshot", () => {
    const book = new OrderBook();
    for (let id = 1; id <= 1_500; id += 1) book.apply(delta(id, id));
    // 501..1500 are kept: a snapshot at 499 lacks 500, one at 500 does not.
    expect(book.load({ ...snapshot, updateId: 499 })).toBe("gap");
    expect(book.load({ ...snapshot, updateId: 500 })).toBe("applied");
    expect(book.updateId).toBe(1_500);
  });

  it("a book whose bids reach its asks is thrown away", () => {
    const book = loaded();
    expect(book.apply(delta(101, 101, [[101, 1]]))).toBe("crossed");
    expect(book.synced).toBe(false);
    expect(book.load({ updateId: 1, bids: [[2, 1]], asks: [[1, 1]] })).toBe("crossed");
  });
});

interface Message {
  readonly stream?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly lastUpdateId?: number;
  readonly bids?: unknown;
  readonly asks?: unknown;
}

describeRecorded("orderbook-binance-spot-btcusdt-2024-08", () => {
  const folder = "orderbook-binance-spot-btcusdt-2024-08";
  const messages = function* (day: string): Generator<Message> {
    for (const line of recordedLines(`${folder}/BTC_USDT-${day}.ws.gz`))
      yield JSON.parse(line.slice(line.indexOf(" ") + 1)) as Message;
  };
  const deltaOf = (data: Readonly<Record<string, unknown>>): BookDelta =>
    parseDelta({ first: data.U, last: data.u, bids: data.b, asks: data.a });

  it("the rebuilt best prices and quantities equal the recorded best bid and ask", () => {
    const book = new OrderBook();
    const results = { applied: 0, old: 0, "no-snapshot": 0, gap: 0, crossed: 0 };
    const best = (): number[] => [book.bids.price, book.bids.quantity, book.asks.price, book.asks.quantity];
    const byId = new Map<number, number[]>();
    const states: [updateId: number, best: number[]][] = [];
    const samples: string[] = [];
    let fromSnapshot = 0;
    for (const { stream, data, lastUpdateId, bids, asks } of messages("20240808")) {
      if (lastUpdateId !== undefined) {
        expect(book.load(parseSnapshot({ updateId: lastUpdateId, bids, asks }))).toBe("applied");
        if (book.updateId > lastUpdateId) fromSnapshot += 1;
      } else if (stream?.endsWith("depth@100ms") === true) {
        const result = book.apply(deltaOf(data!));
        results[result] += 1;
        if ((results.applied + fromSnapshot) % 50 === 0 && result === "applied")
          samples.push([data!.E, book.updateId, ...best(), book.bids.size, book.asks.size].join());
      } else if (stream?.endsWith("bookTicker") === true)
        byId.set(data!.u as number, [Number(data!.b), Number(data!.B), Number(data!.a), Number(data!.A)]);
      if (book.synced && states.at(-1)?.[0] !== book.updateId) states.push([book.updateId, best()]);
    }
    expect(results).toEqual({ applied: 3_448, old: 0, "no-snapshot": 3, gap: 0, crossed: 0 });

    const equalIds = states.filter(([updateId]) => byId.has(updateId));
    for (const [updateId, rebuilt] of equalIds)
      expect([updateId, ...rebuilt]).toEqual([updateId, ...byId.get(updateId)!]);
    const latestIds = [...byId.keys()].sort((a, b) => a - b);
    let latest = 0;
    let compared = 0;
    for (const [updateId, [bid, , ask]] of states) {
      while (latest + 1 < latestIds.length && latestIds[latest + 1]! <= updateId) latest += 1;
      if (latestIds[latest]! > updateId) continue;
      const ticker = byId.get(latestIds[latest]!)!;
      expect([updateId, bid, ask]).toEqual([updateId, ticker[0], ticker[2]]);
      compared += 1;
    }
    console.log(
      `best bid and ask: ${equalIds.length} compared at equal update ids, ${compared} with the latest`,
    );
    expect(equalIds.length).toBeGreaterThan(0);
    expect(compared).toBe(3_449);

    const expected = recordedRows(`${folder}/BTC_USDT-20240808-book-samples.csv`).map((row) =>
      row.map(Number).join(),
    );
    expect(samples).toEqual(expected);
  });

  it("the file of the day after has no snapshot: all of its deltas are refused", () => {
    const book = new OrderBook();
    let refused = 0;
    for (const { stream, data } of messages("20240809")) {
      if (stream?.endsWith("depth@100ms") !== true) continue;
      expect(book.apply(deltaOf(data!))).toBe("no-snapshot");
      refused += 1;
    }
    expect([refused, book.synced, book.depth(1).bids]).toEqual([3_044, false, []]);
  });
});
