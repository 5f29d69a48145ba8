/** Patterns of one candle. */
import { bullish, type Pattern } from "./pattern.ts";

export const patternsOfOne: readonly Pattern[] = [
  {
    name: "cdlbelthold",
    title: "Belt-hold",
    lookback: 10,
    at: (c) =>
      c.longBody(0) && (c.white(0) ? c.lower(0) : c.upper(0)) < c.noShadow(0) ? 100 * c.colour(0) : 0,
  },
  {
    name: "cdlclosingmarubozu",
    title: "Closing marubozu",
    lookback: 10,
    at: (c) =>
      c.longBody(0) && (c.white(0) ? c.upper(0) : c.lower(0)) < c.noShadow(0) ? 100 * c.colour(0) : 0,
  },
  { name: "cdldoji", title: "Doji", lookback: 10, at: (c) => bullish(c.doji(0)) },
  {
    name: "cdldragonflydoji",
    title: "Dragonfly doji",
    lookback: 10,
    at: (c) => bullish(c.doji(0) && c.upper(0) < c.noShadow(0) && c.lower(0) > c.noShadow(0)),
  },
  {
    name: "cdlgravestonedoji",
    title: "Gravestone doji",
    lookback: 10,
    at: (c) => bullish(c.doji(0) && c.lower(0) < c.noShadow(0) && c.upper(0) > c.noShadow(0)),
  },
  {
    name: "cdlhighwave",
    title: "High-wave candle",
    lookback: 10,
    at: (c) =>
      c.shortBody(0) && c.upper(0) > 2 * c.body(0) && c.lower(0) > 2 * c.body(0) ? 100 * c.colour(0) : 0,
  },
  {
    name: "cdllongleggeddoji",
    title: "Long legged doji",
    lookback: 10,
    at: (c) => bullish(c.doji(0) && (c.lower(0) > c.body(0) || c.upper(0) > c.body(0))),
  },
  {
    name: "cdllongline",
    title: "Long line candle",
    lookback: 10,
    at: (c) =>
      c.longBody(0) && c.upper(0) < c.shortShadow(0) && c.lower(0) < c.shortShadow(0) ? 100 * c.colour(0) : 0,
  },
  {
    name: "cdlmarubozu",
    title: "Marubozu",
    lookback: 10,
    at: (c) =>
      c.longBody(0) && c.upper(0) < c.noShadow(0) && c.lower(0) < c.noShadow(0) ? 100 * c.colour(0) : 0,
  },
  {
    name: "cdlrickshawman",
    title: "Rickshaw man",
    lookback: 10,
    at: (c) => {
      const middle = c.low(0) + c.range(0) / 2;
      return bullish(
        c.doji(0) &&
          c.lower(0) > c.body(0) &&
          c.upper(0) > c.body(0) &&
          c.bottom(0) <= middle + c.near(0) &&
          c.top(0) >= middle - c.near(0),
      );
    },
  },
  {
    name: "cdlshortline",
    title: "Short line candle",
    lookback: 10,
    at: (c) =>
      c.shortBody(0) && c.upper(0) < c.shortShadow(0) && c.lower(0) < c.shortShadow(0)
        ? 100 * c.colour(0)
        : 0,
  },
  {
    name: "cdlspinningtop",
    title: "Spinning top",
    lookback: 10,
    at: (c) => (c.shortBody(0) && c.upper(0) > c.body(0) && c.lower(0) > c.body(0) ? 100 * c.colour(0) : 0),
  },
  {
    name: "cdltakuri",
    title: "Takuri: dragonfly doji with a very long lower shadow",
    lookback: 10,
    at: (c) => bullish(c.doji(0) && c.upper(0) < c.noShadow(0) && c.lower(0) > 2 * c.body(0)),
  },
];
