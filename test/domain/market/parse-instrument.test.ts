import { describe, expect, it } from "vitest";
import { parseDelta, parseInstrument, parseSnapshot } from "../../../domain/market/parse.ts";
import { decimal } from "../../../domain/values/values.ts";
import { nonNumbers as numbers, refused } from "../../refused.ts";

describe("parseInstrument", () => {
  const good = {
    venue: "sandbox",
    symbol: "BTC/USDT",
    base: "BTC",
    quote: "USDT",
    tickSize: "0.01",
    lotSize: 0.00001,
    quantityMin: decimal("0.00001"),
    quantityMax: "9000",
    notionalMin: "5",
    makerBps: -1,
    takerBps: "10",
    status: "trading",
  };

  it("reads steps exactly and derives the id", () => {
    expect(parseInstrument(good)).toEqual({
      ...good,
      id: "sandbox:BTC/USDT",
      tickSize: 10n ** 16n,
      lotSize: 10n ** 13n,
      quantityMin: 10n ** 13n,
      quantityMax: 9_000n * 10n ** 18n,
      notionalMin: 5n * 10n ** 18n,
      takerBps: 10,
    });
  });

  it("what it returns can be read again", () => {
    expect(parseInstrument(parseInstrument(good))).toEqual(parseInstrument(good));
  });

  const cases: [field: string, values: readonly unknown[]][] = [
    ["venue", ["", "Sand box", "a:b", 1, undefined]],
    ["symbol", ["BTCUSDT", "ETH/USDT", "", null]],
    ["base", ["", "B/C", 1]],
    ["quote", ["", "US DT", undefined]],
    ["id", ["sandbox:ETH/USDT", 1]],
    ["tickSize", [...numbers, 0, "0", "1e-19"]],
    ["lotSize", [...numbers, 0, -1n, 0n]],
    ["quantityMin", numbers],
    ["quantityMax", [...numbers, "0.000001"]],
    ["notionalMin", numbers],
    ["makerBps", [Number.NaN, -1_001, 10_001, undefined, "free"]],
    ["takerBps", [Infinity, null]],
    ["status", ["BREAK", undefined]],
  ];
  it.each(cases.flatMap(([field, values]) => values.map((value) => [field, value] as const)))(
    "refuses %s of %s",
    (field, value) => {
      expect(refused(() => parseInstrument({ ...good, [field]: value }))).toBe(`instrument.${field}`);
    },
  );
});

describe("books", () => {
  const good = { first: 1, last: 2, updateId: 2, bids: [["1.5", "0"]], asks: [[2, 3, "extra"]] };

  it("reads snapshots and deltas", () => {
    expect(parseSnapshot(good)).toEqual({ updateId: 2, bids: [[1.5, 0]], asks: [[2, 3]] });
    expect(parseDelta(good)).toEqual({ first: 1, last: 2, bids: [[1.5, 0]], asks: [[2, 3]] });
  });

  it.each([
    ["delta.first", { first: "x" }],
    ["delta.last", { last: undefined }],
    ["delta.last", { last: 0 }],
    ["delta.bids", { bids: {} }],
    ["delta.asks[0]", { asks: ["2"] }],
    [
      "delta.asks[1].price",
      {
        asks: [
          [2, 3],
          [-1, 2],
        ],
      },
    ],
    ["delta.bids[0].quantity", { bids: [["1.5"]] }],
    ["delta.bids[0].quantity", { bids: [["1.5", -1]] }],
  ])("refuses %s", (field, change) => {
    expect(refused(() => parseDelta({ ...good, ...change }))).toBe(field);
  });

  it("refuses a snapshot without an update id", () => {
    expect(refused(() => parseSnapshot({ ...good, updateId: -1 }))).toBe("snapshot.updateId");
  });
});
