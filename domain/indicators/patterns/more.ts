/** Patterns of four and five candles. */
import type { Candles } from "./candles.ts";
import { bearish, bullish, type Pattern } from "./pattern.ts";

const opensNear = (c: Candles, age: number): boolean =>
  c.open(age) >= c.bottom(age + 1) - c.near(age + 1) && c.open(age) <= c.top(age + 1) + c.near(age + 1);

/** Whether a body touches the range of the fifth candle back. */
const inFirst = (c: Candles, age: number): boolean => c.bottom(age) < c.high(4) && c.top(age) > c.low(4);

export const patternsOfMore: readonly Pattern[] = [
  {
    name: "cdl3blackcrows",
    title: "Three black crows",
    lookback: 13,
    at: (c) =>
      bearish(
        c.white(3) &&
          c.black(2) &&
          c.lower(2) < c.noShadow(2) &&
          c.black(1) &&
          c.lower(1) < c.noShadow(1) &&
          c.black(0) &&
          c.lower(0) < c.noShadow(0) &&
          c.open(1) < c.open(2) &&
          c.open(1) > c.close(2) &&
          c.open(0) < c.open(1) &&
          c.open(0) > c.close(1) &&
          c.high(3) > c.close(2) &&
          c.close(2) > c.close(1) &&
          c.close(1) > c.close(0),
      ),
  },
  {
    name: "cdl3linestrike",
    title: "Three-line strike",
    lookback: 8,
    at: (c) => {
      const side = c.colour(1);
      if (c.colour(3) !== side || c.colour(2) !== side || c.colour(0) !== -side) return 0;
      if (!opensNear(c, 2) || !opensNear(c, 1)) return 0;
      const struck =
        side > 0
          ? c.close(1) > c.close(2) &&
            c.close(2) > c.close(3) &&
            c.open(0) > c.close(1) &&
            c.close(0) < c.open(3)
          : c.close(1) < c.close(2) &&
            c.close(2) < c.close(3) &&
            c.open(0) < c.close(1) &&
            c.close(0) > c.open(3);
      return struck ? 100 * side : 0;
    },
  },
  {
    name: "cdlconcealbabyswall",
    title: "Concealing baby swallow",
    lookback: 13,
    at: (c) =>
      bullish(
        c.black(3) &&
          c.black(2) &&
          c.black(1) &&
          c.black(0) &&
          c.lower(3) < c.noShadow(3) &&
          c.upper(3) < c.noShadow(3) &&
          c.lower(2) < c.noShadow(2) &&
          c.upper(2) < c.noShadow(2) &&
          c.gapDown(1, 2) &&
          c.upper(1) > c.noShadow(1) &&
          c.high(1) > c.close(2) &&
          c.high(0) > c.high(1) &&
          c.low(0) < c.low(1),
      ),
  },
  {
    name: "cdlbreakaway",
    title: "Breakaway",
    lookback: 14,
    at: (c) => {
      const side = c.colour(4);
      if (!c.longBody(4) || c.colour(3) !== side || c.colour(1) !== side || c.colour(0) !== -side) return 0;
      const broke =
        side < 0
          ? c.gapDown(3, 4) &&
            c.high(2) < c.high(3) &&
            c.low(2) < c.low(3) &&
            c.high(1) < c.high(2) &&
            c.low(1) < c.low(2) &&
            c.close(0) > c.open(3) &&
            c.close(0) < c.close(4)
          : c.gapUp(3, 4) &&
            c.high(2) > c.high(3) &&
            c.low(2) > c.low(3) &&
            c.high(1) > c.high(2) &&
            c.low(1) > c.low(2) &&
            c.close(0) < c.open(3) &&
            c.close(0) > c.close(4);
      return broke ? 100 * c.colour(0) : 0;
    },
  },
  {
    name: "cdlladderbottom",
    title: "Ladder bottom",
    lookback: 14,
    at: (c) =>
      bullish(
        c.black(4) &&
          c.black(3) &&
          c.black(2) &&
          c.open(4) > c.open(3) &&
          c.open(3) > c.open(2) &&
          c.close(4) > c.close(3) &&
          c.close(3) > c.close(2) &&
          c.black(1) &&
          c.upper(1) > c.noShadow(1) &&
          c.white(0) &&
          c.open(0) > c.open(1) &&
          c.close(0) > c.high(1),
      ),
  },
  {
    name: "cdlmathold",
    title: "Mat hold",
    lookback: 14,
    penetration: 0.5,
    at: (c, penetration) => {
      const floor = c.close(4) - c.body(4) * penetration;
      return bullish(
        c.longBody(4) &&
          c.shortBody(3) &&
          c.shortBody(2) &&
          c.shortBody(1) &&
          c.white(4) &&
          c.black(3) &&
          c.white(0) &&
          c.gapUp(3, 4) &&
          c.bottom(2) < c.close(4) &&
          c.bottom(1) < c.close(4) &&
          c.bottom(2) > floor &&
          c.bottom(1) > floor &&
          c.top(2) < c.open(3) &&
          c.top(1) < c.top(2) &&
          c.open(0) > c.close(1) &&
          c.close(0) > Math.max(c.high(3), c.high(2), c.high(1)),
      );
    },
  },
  {
    name: "cdlrisefall3methods",
    title: "Rising or falling three methods",
    lookback: 14,
    at: (c) => {
      const side = c.colour(4);
      return c.longBody(4) &&
        c.shortBody(3) &&
        c.shortBody(2) &&
        c.shortBody(1) &&
        c.longBody(0) &&
        c.colour(3) === -side &&
        c.colour(2) === -side &&
        c.colour(1) === -side &&
        c.colour(0) === side &&
        inFirst(c, 3) &&
        inFirst(c, 2) &&
        inFirst(c, 1) &&
        c.close(2) * side < c.close(3) * side &&
        c.close(1) * side < c.close(2) * side &&
        c.open(0) * side > c.close(1) * side &&
        c.close(0) * side > c.close(4) * side
        ? 100 * side
        : 0;
    },
  },
];
