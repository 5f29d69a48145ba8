import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gridOf, parseCandle, parseQuote, parseTrade } from "../../../domain/market/parse.ts";
import { decimal, format, price, quantity } from "../../../domain/values/values.ts";
import { nonNumbers as numbers, refused } from "../../refused.ts";

const grid = gridOf({ tickSize: price("0.01"), lotSize: quantity("0.00001") });
const AT = 1_723_161_255_208;

const times: readonly unknown[] = [
  ...numbers,
  0,
  AT / 1_000,
  AT * 1_000,
  AT + 0.5,
  "yesterday",
  new Date(AT),
];

describe("parseTrade", () => {
  const good = { at: AT, price: "61837.63000000", quantity: "0.02000000", side: "buy", id: 7 };

  it("reads numbers, decimal text and exact decimals alike", () => {
    const trade = { at: AT, price: 61_837.63, quantity: 0.02, side: "buy", id: 7 };
    expect(parseTrade(good, grid)).toEqual(trade);
    expect(parseTrade({ ...good, price: decimal("61837.63"), quantity: 0.02, at: String(AT) }, grid)).toEqual(
      trade,
    );
  });

  const cases: [field: string, values: readonly unknown[]][] = [
    ["price", [...numbers, 0, "0.00000000", 61_837.635, "61837.6301"]],
    ["quantity", [...numbers, 0, 0.020001]],
    ["at", times],
    ["side", ["", "BUY", "long", undefined, 1]],
    ["id", [...numbers, 1.5, 2 ** 53]],
  ];
  it.each(cases.flatMap(([field, values]) => values.map((value) => [field, value] as const)))(
    "refuses %s of %s",
    (field, value) => {
      expect(refused(() => parseTrade({ ...good, [field]: value }, grid))).toBe(`trade.${field}`);
    },
  );

  it.each([null, undefined, 1, "trade", [], [good]])("refuses %s as a whole", (raw) => {
    expect(refused(() => parseTrade(raw, grid, "message.trades[3]"))).toBe("message.trades[3]");
  });

  it("names the field, what was expected and what was found", () => {
    expect(() => parseTrade({ ...good, price: -1 }, grid)).toThrow(
      "trade.price: expected a number above zero, found -1",
    );
  });

  it("takes every multiple of any grid, and nothing between", () => {
    const steps = fc.constantFrom("0.00000001", "0.0001", "0.01", "0.05", "0.25", "1", "2.5", "1000");
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 9_000_000 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (step, n, off) => {
          const some = gridOf({ tickSize: price(step), lotSize: quantity(step) });
          const onGrid = format(BigInt(n) * decimal(step));
          expect(parseTrade({ ...good, price: onGrid, quantity: onGrid }, some).price).toBe(Number(onGrid));
          const between = (n + off) * Number(step);
          expect(refused(() => parseTrade({ ...good, price: between, quantity: onGrid }, some))).toBe(
            "trade.price",
          );
        },
      ),
    );
  });

  it("a step of zero is not checked", () => {
    expect(parseTrade({ ...good, price: Math.PI }, { tickSize: 0, lotSize: 0 }).price).toBe(Math.PI);
  });
});

describe("parseQuote", () => {
  const good = { at: AT, bid: "61837.63", bidQuantity: "3.78826", ask: "61837.64", askQuantity: 0 };

  it("reads a quote, also without quantities", () => {
    expect(parseQuote(good, grid)).toEqual({
      at: AT,
      bid: 61_837.63,
      bidQuantity: 3.78826,
      ask: 61_837.64,
      askQuantity: 0,
    });
  });

  const cases: [field: string, values: readonly unknown[]][] = [
    ["bid", [...numbers, 0, 61_837.631]],
    ["ask", [...numbers, 0, 61_837.645, "61837.63", "61837.62"]],
    ["bidQuantity", [...numbers, 0.000001]],
    ["askQuantity", numbers],
    ["at", times],
  ];
  it.each(cases.flatMap(([field, values]) => values.map((value) => [field, value] as const)))(
    "refuses %s of %s",
    (field, value) => {
      expect(refused(() => parseQuote({ ...good, [field]: value }, grid))).toBe(`quote.${field}`);
    },
  );
});

describe("parseCandle", () => {
  const openAt = 1_570_752_000_000;
  const good = { openAt, open: "2.00", high: "3.00", low: "1.00", close: "2.50", volume: "10", final: true };

  it("reads a candle; the number of trades may be unknown", () => {
    const candle = { openAt, open: 2, high: 3, low: 1, close: 2.5, volume: 10, trades: 0, final: true };
    expect(parseCandle(good, "5m", grid)).toEqual(candle);
    expect(parseCandle({ ...good, trades: 4 }, "1d")).toEqual({ ...candle, trades: 4 });
  });

  const cases: [field: string, values: readonly unknown[]][] = [
    ["open", [...numbers, 0, 2.001]],
    ["close", [...numbers, 0]],
    ["high", [...numbers, 0, 2.49, 0.5]],
    ["low", [...numbers, 0, 2.01, 1.111]],
    ["volume", numbers],
    ["trades", [-1, 1.5, "many", null]],
    ["final", [undefined, null, 1, "true"]],
    ["openAt", [...times, openAt + 60_000, openAt + 1]],
  ];
  it.each(cases.flatMap(([field, values]) => values.map((value) => [field, value] as const)))(
    "refuses %s of %s",
    (field, value) => {
      expect(refused(() => parseCandle({ ...good, [field]: value }, "5m", grid))).toBe(`candle.${field}`);
    },
  );
});
