/** The bytes of the market road: exact both ways, read in part, refused when cut. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, encode, type Batch, type Part } from "../../mixins/market-codec.ts";

const batch: Batch = {
  trades: [{ at: 1e12 as never, price: 0.1, quantity: 1 / 3, side: "buy", id: 7 }],
  at: 1e12 as never,
};

describe("market bytes", () => {
  it("carry every double exactly, and only the wanted parts are built", () => {
    const number = fc.double({ noNaN: true });
    const parts = fc.array(
      fc.record({
        subject: fc.constantFrom("market.a:B/C", "raw.a:B/C", "x"),
        batch: fc.record({
          trades: fc.array(
            fc.record({
              at: number,
              price: number,
              quantity: number,
              side: fc.constantFrom("buy", "sell"),
              id: number,
            }),
            { maxLength: 20 },
          ),
          candles: fc.array(fc.record({ close: fc.integer(), final: fc.boolean() }), { maxLength: 2 }),
          at: fc.nat(),
        }),
      }),
      { maxLength: 6 },
    ) as unknown as fc.Arbitrary<Part[]>;
    fc.assert(
      fc.property(parts, fc.nat(1_000), (sent, sequence) => {
        const shifted = new Uint8Array(encode("epoch", sequence, sent).length + 3);
        shifted.set(encode("epoch", sequence, sent), 3); // As it lies in a socket's buffer: not aligned.
        const got = decode(shifted.subarray(3), (subject) => subject !== "x");
        expect(got).toEqual({
          from: "epoch",
          sequence,
          parts: sent.filter(({ subject }) => subject !== "x"),
        });
      }),
    );
  });

  it("that were cut are refused", () => {
    const bytes = encode("e", 1, [{ subject: "s", batch: batch }]);
    expect(() => decode(bytes.subarray(0, bytes.length - 1), () => true)).toThrow("a market batch of");
  });
});
