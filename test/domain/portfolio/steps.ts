/** What may happen to a portfolio before a venue, drawn at random: wishes, news in any order, prices, strangers, halts. */
import fc from "fast-check";

const wish = fc.record({
  strategy: fc.constantFrom("a", "b", "c", "d"),
  i: fc.constantFrom(0, 0, 0, 1, 2),
  kind: fc.constantFrom("aim", "aim", "limit", "market", "stop", "post", "cancel"),
  side: fc.constantFrom("buy" as const, "sell" as const),
  size: fc.integer({ min: 1, max: 48 }),
  away: fc.integer({ min: -30, max: 30 }),
  exposure: fc.constantFrom(0, 0.05, 0.3, 0.5, 0.9, 1, -1),
});
export type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

export const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("turn" as const),
      wishes: fc.array(wish, { minLength: 1, maxLength: 8 }),
      lose: fc.nat(9),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("hear" as const),
      picks: fc.array(fc.nat(50), { minLength: 4, maxLength: 20 }),
      twice: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("move" as const),
      i: fc.nat(2),
      ticks: fc.integer({ min: -40, max: 40 }),
      lots: fc.integer({ min: 100, max: 9_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("foreign" as const),
      i: fc.nat(2),
      side: fc.constantFrom("buy" as const, "sell" as const),
      lots: fc.integer({ min: 100, max: 900 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("halt" as const),
      level: fc.constantFrom(
        "entries" as const,
        "all" as const,
        "off" as const,
        "off" as const,
        "off" as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("balances" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("observe" as const),
      silentMs: fc.constantFrom(0, 0, 0, 15_000, 60_000, 600_000),
    }),
  },
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
