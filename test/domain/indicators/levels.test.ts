/** Levels by hand: calendars, published pivots, chart patterns drawn candle by candle, a profile with its value area. */
import { describe, expect, it } from "vitest";
import { spanStart } from "../../../domain/indicators/calendar.ts";
import { indicatorNamed } from "../../../domain/indicators/catalogue.ts";
import { Profile } from "../../../domain/indicators/levels/profile.ts";
import { Running } from "../../../domain/indicators/running.ts";

describe("spans", () => {
  it("begin where the calendar says, over 80 years", () => {
    for (let at = Date.UTC(1999, 11, 31, 5); at < Date.UTC(2079, 0, 1); at += 86_400_000 * 3) {
      const date = new Date(at);
      const month = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
      expect(spanStart(at, "month")).toBe(month);
      const week = new Date(spanStart(at, "week"));
      expect([week.getUTCDay(), at - week.getTime() < 7 * 86_400_000, week.getTime() <= at]).toEqual([
        1,
        true,
        true,
      ]);
    }
  });
});

describe("pivots", () => {
  const row = (at: number, o: number, h: number, l: number, c: number): Float64Array =>
    Float64Array.of(at, o, h, l, c);
  const DAY = 86_400_000;
  const monday = Date.UTC(2024, 0, 1);

  it("classic levels of a day, by hand, and none from a day whose beginning was not seen", () => {
    const pivots = new Running(indicatorNamed("pivots"));
    expect(pivots.pushRow(row(monday + DAY / 2, 10, 99, 1, 10))).toBeNaN();
    expect(pivots.pushRow(row(monday + DAY, 10, 11, 9, 10))).toBeNaN();
    pivots.pushRow(row(monday + 1.5 * DAY, 10, 14, 8, 11));
    pivots.pushRow(row(monday + 2 * DAY, 50, 60, 40, 50));
    // H 14, L 8, C 11: P = 33 / 3.
    expect([...pivots.values]).toEqual([11, 14, 8, 17, 5, 20, 2]);
  });

  it("of weeks and months", () => {
    for (const [span, next] of [
      ["week", monday + 7 * DAY],
      ["month", Date.UTC(2024, 1, 1)],
    ] as const) {
      const pivots = new Running(indicatorNamed("pivots"), { span });
      pivots.pushRow(row(monday, 10, 14, 8, 11));
      expect(pivots.pushRow(row(next - DAY, 10, 12, 9, 11))).toBeNaN();
      expect(pivots.pushRow(row(next, 10, 12, 9, 11))).toBe(11);
    }
  });
});

/** Straight lines between these prices, so many candles each; high and low are the close. */
const path = (...corners: readonly (readonly [candles: number, price: number])[]): number[] => {
  const prices = [corners[0]![1]];
  for (const [candles, price] of corners.slice(1)) {
    const from = prices.at(-1)!;
    for (let k = 1; k <= candles; k += 1) prices.push(from + ((price - from) * k) / candles);
  }
  return prices;
};
/** Where it speaks, and what it says. */
const told = (
  name: string,
  prices: readonly number[],
  params: object = { percent: 2 },
): [number, number][] => {
  const running = new Running(indicatorNamed(name), params);
  return prices.flatMap((price, t) => {
    const value = running.pushRow(Float64Array.of(price, price, price));
    return value === 0 ? [] : [[t, value] as [number, number]];
  });
};

const figures: readonly (readonly [name: string, what: string, prices: number[], at: number])[] = [
  // 100, 120, 110, 120, then down through 110 at the eleventh candle of a leg of 20.
  ["chartdouble", "two tops at 120 over 110", path([0, 100], [10, 120], [10, 110], [10, 119], [20, 99]), 40],
  [
    "chartshoulders",
    "shoulders at 120, head at 130, neck from 110 to 112",
    path([0, 100], [10, 120], [10, 110], [10, 130], [10, 112], [10, 121], [20, 101]),
    // Neck 113.8 and price 113 at 58; 113.7 and 114 at 57.
    58,
  ],
  [
    "charttriangle",
    "highs 120, 117, lows 100, 105",
    path([0, 101], [10, 120], [10, 100], [10, 117], [10, 105], [5, 112], [20, 92]),
    // Last high 112: the lower line goes on from 105 at 40 by 0.25 a candle; 112 - (t - 45) < 105 + (t - 40) / 4 from 50 on.
    50,
  ],
  [
    "chartwedge",
    "highs 120, 126, 131, lows 105, 117",
    path([0, 90], [10, 120], [10, 105], [10, 126], [10, 117], [10, 131], [20, 109]),
    // Lower line 117 at 40, 0.6 a candle; 131 - 1.1 (t - 50) < 117 + 0.6 (t - 40) from 55 on: 125.5 against 126.
    55,
  ],
  [
    "chartflag",
    "down from 130 to 100, back to 110, then through 100",
    path([0, 120], [5, 130], [10, 100], [10, 110], [20, 90]),
    36,
  ],
];

describe("chart patterns", () => {
  it.each(figures)("%s: %s", (name, _, prices, at) => {
    expect(told(name, prices)).toEqual([[at, -100]]);
    // Turned over about 110, in prices that stay above zero.
    const mirrored = prices.map((price) => 220 - price);
    expect(told(name, mirrored)).toEqual([[at, 100]]);
  });

  it("say nothing of a trend, nor where levels are too unequal", () => {
    const trend = path([0, 100], [50, 200]);
    for (const [name] of figures) expect(told(name, trend)).toEqual([]);
    const unequal = path([0, 100], [10, 120], [10, 110], [10, 116], [20, 96]);
    expect(told("chartdouble", unequal)).toEqual([]);
    expect(told("chartdouble", unequal, { percent: 2, tolerance: 0.6 })).toHaveLength(1);
  });
});

describe("a volume profile", () => {
  it("widens the value area by pairs of rows from the point of control, by hand", () => {
    // Rows of 1 %: volumes 5, 10, 30, 20, 15, 4, 6, 2 from below. 70 % of 92 is 64.4.
    const profile = new Profile(1, 70);
    for (const [row, volume] of [5, 10, 30, 20, 15, 4, 6, 2].entries()) {
      const price = 100 * 1.01 ** row;
      profile.add(price, price, volume);
    }
    profile.measure();
    const at = (row: number): number => Math.round(Math.log(profile.price(row) / 100) / Math.log(1.01));
    // From 30: 20 + 15 above beat 10 + 5 below: 65 is enough.
    expect([at(profile.poc), at(profile.areaLow), at(profile.areaHigh)]).toEqual([2, 2, 4]);
    // The other peak is 6; the emptiest row between is that of 4.
    expect([at(profile.hvn), at(profile.lvn)]).toEqual([6, 5]);
  });
});
