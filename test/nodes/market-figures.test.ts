/** Markets side by side over the same time: which of them take part, and from which candle on. */
import { describe, expect, it } from "vitest";
import { correlationsAmong, moversAmong, type MarketColumns } from "../../nodes/market-figures.ts";

/** Candles opening at these times, each closing at ten times its time and the market's lead. */
const market = (name: string, times: readonly number[], lead = 0): MarketColumns => {
  const close = Float64Array.from(times, (time) => 10 * time + lead);
  const volume = new Float64Array(times.length).fill(1);
  return { name, at: Float64Array.from(times), high: close, low: close, close, volume };
};
const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, k) => from + k);
const changes = ({ markets }: ReturnType<typeof moversAmong>) =>
  Object.fromEntries(markets.map(({ name, change }) => [name, change]));

describe("movers", () => {
  it("are compared over the same hours; who ended earlier or began later is left out by name", () => {
    const found = moversAmong(
      [
        market("whole", range(1, 100)),
        market("ended", range(1, 60)),
        market("ended inside", range(1, 98)),
        market("begun inside", range(95, 100)),
        market("none", []),
        // Nobody traded at 90: it is compared from the close before.
        market("quiet", [...range(80, 89), ...range(91, 100)]),
      ],
      10,
      5,
    );
    expect([found.from, found.to]).toEqual([90, 100]);
    expect(changes(found)).toEqual({
      whole: expect.closeTo(1_000 / 900 - 1, 12) as number,
      quiet: expect.closeTo(1_000 / 890 - 1, 12) as number,
    });
    expect(found.breadth).toEqual({ rising: 2, falling: 0, unchanged: 0 });
    expect(found.leftOut).toEqual([
      { name: "ended", from: 1, to: 60 },
      { name: "ended inside", from: 1, to: 98 },
      { name: "begun inside", from: 95, to: 100 },
      { name: "none", from: null, to: null },
    ]);
  });

  it("end one candle earlier where most markets have not closed the newest, and take what there is of short ones", () => {
    const found = moversAmong(
      [market("a", range(1, 20)), market("b", range(1, 19)), market("c", range(1, 19))],
      50,
      5,
    );
    expect([found.from, found.to, found.leftOut]).toEqual([1, 19, []]);
    expect(changes(found)["a"]).toBeCloseTo(18, 12);
    expect(moversAmong([], 5, 5)).toMatchObject({ from: null, to: null, markets: [], leftOut: [] });
  });
});

it("correlations leave out who has ended, and take the candles that all the others have", () => {
  const found = correlationsAmong(
    [market("a", range(1, 40)), market("b", range(11, 40), 7), market("ended", range(1, 30))],
    { last: 100, correlation: 0.5, window: 0 },
    { candles: "candles", window: "window" },
  );
  expect(found).toMatchObject({ names: ["a", "b"], from: 11, to: 40, returns: 29 });
  expect(found.leftOut).toEqual([{ name: "ended", from: 1, to: 30 }]);
});
