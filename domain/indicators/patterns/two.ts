/** Patterns of two candles. */
import type { Candles } from "./candles.ts";
import { bearish, bullish, type Pattern } from "./pattern.ts";

/** A long black candle, then a white one that opens below its low: the ways in which it may close. */
const afterLongBlack = (c: Candles): boolean =>
  c.black(1) && c.longBody(1) && c.white(0) && c.open(0) < c.low(1);

/** How surely one body holds the other: 100, 80 where they share an end, 0 where it does not. As TA-Lib has it from 0.6. */
const holds = (c: Candles, outer: number, inner: number): number => {
  const above = c.top(outer) - c.top(inner);
  const below = c.bottom(inner) - c.bottom(outer);
  if (above > 0 && below > 0) return 100;
  return above >= 0 && below >= 0 ? 80 : 0;
};

const kicks = (c: Candles): boolean =>
  c.colour(1) === -c.colour(0) &&
  [1, 0].every(
    (age) => c.longBody(age) && c.upper(age) < c.noShadow(age) && c.lower(age) < c.noShadow(age),
  ) &&
  (c.black(1) ? c.wholeGapUp(0, 1) : c.wholeGapDown(0, 1));

const hammer = (c: Candles): boolean =>
  c.shortBody(0) && c.lower(0) > c.body(0) && c.upper(0) < c.noShadow(0);

const inverted = (c: Candles): boolean =>
  c.shortBody(0) && c.upper(0) > c.body(0) && c.lower(0) < c.noShadow(0);

export const patternsOfTwo: readonly Pattern[] = [
  {
    name: "cdlcounterattack",
    title: "Counterattack",
    lookback: 11,
    at: (c) =>
      c.colour(1) === -c.colour(0) && c.longBody(1) && c.longBody(0) && c.level(c.close(0), c.close(1), 1)
        ? 100 * c.colour(0)
        : 0,
  },
  {
    name: "cdldarkcloudcover",
    title: "Dark cloud cover",
    lookback: 11,
    penetration: 0.5,
    at: (c, penetration) =>
      bearish(
        c.white(1) &&
          c.longBody(1) &&
          c.black(0) &&
          c.open(0) > c.high(1) &&
          c.close(0) > c.open(1) &&
          c.close(0) < c.close(1) - c.body(1) * penetration,
      ),
  },
  {
    name: "cdldojistar",
    title: "Doji star",
    lookback: 11,
    at: (c) =>
      c.longBody(1) && c.doji(0) && (c.white(1) ? c.gapUp(0, 1) : c.gapDown(0, 1)) ? -100 * c.colour(1) : 0,
  },
  {
    name: "cdlengulfing",
    title: "Engulfing",
    lookback: 2,
    at: (c) => (c.colour(0) === -c.colour(1) && c.body(0) > c.body(1) ? c.colour(0) * holds(c, 0, 1) : 0),
  },
  {
    name: "cdlhammer",
    title: "Hammer",
    lookback: 11,
    at: (c) => bullish(hammer(c) && c.bottom(0) <= c.low(1) + c.near(1)),
  },
  {
    name: "cdlhangingman",
    title: "Hanging man",
    lookback: 11,
    at: (c) => bearish(hammer(c) && c.bottom(0) >= c.high(1) - c.near(1)),
  },
  {
    name: "cdlharami",
    title: "Harami",
    lookback: 11,
    at: (c) => (c.longBody(1) && !c.longBody(0) ? -c.colour(1) * holds(c, 1, 0) : 0),
  },
  {
    name: "cdlharamicross",
    title: "Harami cross",
    lookback: 11,
    at: (c) => (c.longBody(1) && c.doji(0) ? -c.colour(1) * holds(c, 1, 0) : 0),
  },
  {
    name: "cdlhomingpigeon",
    title: "Homing pigeon",
    lookback: 11,
    at: (c) =>
      bullish(
        c.black(1) &&
          c.black(0) &&
          c.longBody(1) &&
          !c.longBody(0) &&
          c.open(0) < c.open(1) &&
          c.close(0) > c.close(1),
      ),
  },
  {
    name: "cdlinneck",
    title: "In-neck",
    lookback: 11,
    at: (c) =>
      bearish(afterLongBlack(c) && c.close(0) <= c.close(1) + c.equal(1) && c.close(0) >= c.close(1)),
  },
  {
    name: "cdlinvertedhammer",
    title: "Inverted hammer",
    lookback: 11,
    at: (c) => bullish(inverted(c) && c.gapDown(0, 1)),
  },
  {
    name: "cdlkicking",
    title: "Kicking",
    lookback: 11,
    at: (c) => (kicks(c) ? 100 * c.colour(0) : 0),
  },
  {
    name: "cdlkickingbylength",
    title: "Kicking, bull or bear by the longer marubozu",
    lookback: 11,
    at: (c) => (kicks(c) ? 100 * c.colour(c.body(0) > c.body(1) ? 0 : 1) : 0),
  },
  {
    name: "cdlmatchinglow",
    title: "Matching low",
    lookback: 6,
    at: (c) => bullish(c.black(1) && c.black(0) && c.level(c.close(0), c.close(1), 1)),
  },
  {
    name: "cdlonneck",
    title: "On-neck",
    lookback: 11,
    at: (c) => bearish(afterLongBlack(c) && c.level(c.close(0), c.low(1), 1)),
  },
  {
    name: "cdlpiercing",
    title: "Piercing",
    lookback: 11,
    at: (c) =>
      bullish(
        afterLongBlack(c) &&
          c.longBody(0) &&
          c.close(0) < c.open(1) &&
          c.close(0) > c.close(1) + c.body(1) * 0.5,
      ),
  },
  {
    name: "cdlseparatinglines",
    title: "Separating lines",
    lookback: 11,
    at: (c) =>
      c.colour(1) === -c.colour(0) &&
      c.level(c.open(0), c.open(1), 1) &&
      c.longBody(0) &&
      (c.white(0) ? c.lower(0) : c.upper(0)) < c.noShadow(0)
        ? 100 * c.colour(0)
        : 0,
  },
  {
    name: "cdlshootingstar",
    title: "Shooting star",
    lookback: 11,
    at: (c) => bearish(inverted(c) && c.gapUp(0, 1)),
  },
  {
    name: "cdlthrusting",
    title: "Thrusting",
    lookback: 11,
    at: (c) =>
      bearish(
        afterLongBlack(c) &&
          c.close(0) > c.close(1) + c.equal(1) &&
          c.close(0) <= c.close(1) + c.body(1) * 0.5,
      ),
  },
];
