/** Patterns of three candles, turning: stars, insides and outsides, crows. */
import type { Candles } from "./candles.ts";
import { bearish, bullish, type Pattern } from "./pattern.ts";

/** A long candle, a small body (or doji) beyond a gap, and one that comes back into the first. */
const star = (c: Candles, side: 1 | -1, small: boolean, penetration: number): boolean =>
  c.longBody(2) &&
  c.colour(2) === -side &&
  small &&
  (side > 0 ? c.gapDown(1, 2) : c.gapUp(1, 2)) &&
  c.longBody(0) &&
  c.colour(0) === side &&
  (side > 0
    ? c.close(0) > c.close(2) + c.body(2) * penetration
    : c.close(0) < c.close(2) - c.body(2) * penetration);

const threeBlack = (c: Candles): boolean => c.black(2) && c.black(1) && c.black(0);

export const patternsOfThree: readonly Pattern[] = [
  {
    name: "cdl2crows",
    title: "Two crows",
    lookback: 12,
    at: (c) =>
      bearish(
        c.white(2) &&
          c.longBody(2) &&
          c.black(1) &&
          c.gapUp(1, 2) &&
          c.black(0) &&
          c.open(0) < c.open(1) &&
          c.open(0) > c.close(1) &&
          c.close(0) > c.open(2) &&
          c.close(0) < c.close(2),
      ),
  },
  {
    name: "cdl3inside",
    title: "Three inside up or down",
    lookback: 12,
    at: (c) =>
      c.longBody(2) &&
      !c.longBody(1) &&
      c.within(1, 2) &&
      c.colour(0) === -c.colour(2) &&
      (c.white(2) ? c.close(0) < c.open(2) : c.close(0) > c.open(2))
        ? -100 * c.colour(2)
        : 0,
  },
  {
    name: "cdl3outside",
    title: "Three outside up or down",
    lookback: 3,
    at: (c) => {
      const engulfed = c.colour(1) === -c.colour(2) && c.top(1) > c.top(2) && c.bottom(1) < c.bottom(2);
      const goesOn = c.white(1) ? c.close(0) > c.close(1) : c.close(0) < c.close(1);
      return engulfed && goesOn ? 100 * c.colour(1) : 0;
    },
  },
  {
    name: "cdlabandonedbaby",
    title: "Abandoned baby",
    lookback: 12,
    penetration: 0.3,
    at: (c, penetration) => {
      if (!(c.longBody(2) && c.doji(1) && c.longBody(0) && c.colour(0) === -c.colour(2))) return 0;
      const depth = c.body(2) * penetration;
      const turned = c.white(2)
        ? c.close(0) < c.close(2) - depth && c.wholeGapUp(1, 2) && c.wholeGapDown(0, 1)
        : c.close(0) > c.close(2) + depth && c.wholeGapDown(1, 2) && c.wholeGapUp(0, 1);
      return turned ? 100 * c.colour(0) : 0;
    },
  },
  {
    name: "cdleveningdojistar",
    title: "Evening doji star",
    lookback: 12,
    penetration: 0.3,
    at: (c, penetration) => bearish(star(c, -1, c.doji(1), penetration)),
  },
  {
    name: "cdleveningstar",
    title: "Evening star",
    lookback: 12,
    penetration: 0.3,
    at: (c, penetration) => bearish(star(c, -1, !c.longBody(1), penetration)),
  },
  {
    name: "cdlmorningdojistar",
    title: "Morning doji star",
    lookback: 12,
    penetration: 0.3,
    at: (c, penetration) => bullish(star(c, 1, c.doji(1), penetration)),
  },
  {
    name: "cdlmorningstar",
    title: "Morning star",
    lookback: 12,
    penetration: 0.3,
    at: (c, penetration) => bullish(star(c, 1, !c.longBody(1), penetration)),
  },
  {
    name: "cdl3starsinsouth",
    title: "Three stars in the south",
    lookback: 12,
    at: (c) =>
      bullish(
        threeBlack(c) &&
          c.longBody(2) &&
          c.lower(2) > c.body(2) &&
          c.body(1) < c.body(2) &&
          c.open(1) > c.close(2) &&
          c.open(1) <= c.high(2) &&
          c.low(1) < c.close(2) &&
          c.low(1) >= c.low(2) &&
          c.lower(1) > c.noShadow(1) &&
          c.shortBody(0) &&
          c.lower(0) < c.noShadow(0) &&
          c.upper(0) < c.noShadow(0) &&
          c.low(0) > c.low(1) &&
          c.high(0) < c.high(1),
      ),
  },
  {
    name: "cdlidentical3crows",
    title: "Identical three crows",
    lookback: 12,
    at: (c) =>
      bearish(
        threeBlack(c) &&
          c.lower(2) < c.noShadow(2) &&
          c.lower(1) < c.noShadow(1) &&
          c.lower(0) < c.noShadow(0) &&
          c.close(2) > c.close(1) &&
          c.close(1) > c.close(0) &&
          c.level(c.open(1), c.close(2), 2) &&
          c.level(c.open(0), c.close(1), 1),
      ),
  },
  {
    name: "cdlsticksandwich",
    title: "Stick sandwich",
    lookback: 7,
    at: (c) =>
      bullish(
        c.black(2) && c.white(1) && c.black(0) && c.low(1) > c.close(2) && c.level(c.close(0), c.close(2), 2),
      ),
  },
  {
    name: "cdltristar",
    title: "Tristar",
    lookback: 12,
    at: (c) => {
      if (!(c.doji(2) && c.doji(1, 2) && c.doji(0, 2))) return 0;
      if (c.gapUp(1, 2) && c.top(0) < c.top(1)) return -100;
      return bullish(c.gapDown(1, 2) && c.bottom(0) > c.bottom(1));
    },
  },
  {
    name: "cdlunique3river",
    title: "Unique three river",
    lookback: 12,
    at: (c) =>
      bullish(
        c.longBody(2) &&
          c.black(2) &&
          c.black(1) &&
          c.close(1) > c.close(2) &&
          c.open(1) <= c.open(2) &&
          c.low(1) < c.low(2) &&
          c.shortBody(0) &&
          c.white(0) &&
          c.open(0) > c.low(1),
      ),
  },
  {
    name: "cdlupsidegap2crows",
    title: "Upside gap two crows",
    lookback: 12,
    at: (c) =>
      bearish(
        c.white(2) &&
          c.longBody(2) &&
          c.black(1) &&
          !c.longBody(1) &&
          c.gapUp(1, 2) &&
          c.black(0) &&
          c.open(0) > c.open(1) &&
          c.close(0) < c.close(1) &&
          c.close(0) > c.close(2),
      ),
  },
];
