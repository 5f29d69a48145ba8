/** Patterns of three candles that go on or tire: soldiers, blocks, and gaps that hold. */
import type { Candles } from "./candles.ts";
import { bearish, bullish, type Pattern } from "./pattern.ts";

/** Three white candles that close higher and higher. */
const rising = (c: Candles): boolean =>
  c.white(2) && c.white(1) && c.white(0) && c.close(0) > c.close(1) && c.close(1) > c.close(2);

/** Opens within, or near to, the body of the candle before. */
const opensIn = (c: Candles, age: number): boolean =>
  c.open(age) > c.open(age + 1) && c.open(age) <= c.close(age + 1) + c.near(age + 1);

export const patternsOfAdvance: readonly Pattern[] = [
  {
    name: "cdl3whitesoldiers",
    title: "Three advancing white soldiers",
    lookback: 12,
    at: (c) =>
      bullish(
        rising(c) &&
          c.upper(2) < c.noShadow(2) &&
          c.upper(1) < c.noShadow(1) &&
          c.upper(0) < c.noShadow(0) &&
          opensIn(c, 1) &&
          opensIn(c, 0) &&
          c.body(1) > c.body(2) - c.far(2) &&
          c.body(0) > c.body(1) - c.far(1) &&
          c.longBody(0),
      ),
  },
  {
    name: "cdladvanceblock",
    title: "Advance block",
    lookback: 12,
    at: (c) => {
      if (!(rising(c) && opensIn(c, 1) && opensIn(c, 0))) return 0;
      if (!(c.longBody(2) && c.upper(2) < c.shortShadow(2))) return 0;
      const [first, second, third] = [c.body(2), c.body(1), c.body(0)];
      return bearish(
        (second < first - c.far(2) && third < second + c.near(1)) ||
          third < second - c.far(1) ||
          (third < second &&
            second < first &&
            (c.upper(0) > c.shortShadow(0) || c.upper(1) > c.shortShadow(1))) ||
          (third < second && c.upper(0) > third),
      );
    },
  },
  {
    name: "cdlstalledpattern",
    title: "Stalled pattern",
    lookback: 12,
    at: (c) =>
      bearish(
        rising(c) &&
          c.longBody(2) &&
          c.longBody(1) &&
          c.upper(1) < c.noShadow(1) &&
          opensIn(c, 1) &&
          c.shortBody(0) &&
          c.open(0) >= c.close(1) - c.body(0) - c.near(1),
      ),
  },
  {
    name: "cdlgapsidesidewhite",
    title: "Side by side white lines beyond a gap",
    lookback: 7,
    at: (c) => {
      const up = c.gapUp(1, 2) && c.gapUp(0, 2);
      const down = c.gapDown(1, 2) && c.gapDown(0, 2);
      const alike = Math.abs(c.body(0) - c.body(1)) <= c.near(1) && c.level(c.open(0), c.open(1), 1);
      return (up || down) && c.white(1) && c.white(0) && alike ? (up ? 100 : -100) : 0;
    },
  },
  {
    name: "cdltasukigap",
    title: "Tasuki gap",
    lookback: 7,
    at: (c) => {
      if (c.colour(1) !== -c.colour(0) || Math.abs(c.body(1) - c.body(0)) >= c.near(1)) return 0;
      if (!(c.open(0) < c.top(1) && c.open(0) > c.bottom(1))) return 0;
      const held = c.white(1)
        ? c.gapUp(1, 2) && c.close(0) < c.open(1) && c.close(0) > c.top(2)
        : c.gapDown(1, 2) && c.close(0) > c.open(1) && c.close(0) < c.bottom(2);
      return held ? 100 * c.colour(1) : 0;
    },
  },
  {
    name: "cdlxsidegap3methods",
    title: "Upside or downside gap three methods",
    lookback: 2,
    at: (c) =>
      c.colour(2) === c.colour(1) &&
      c.colour(1) === -c.colour(0) &&
      c.open(0) < c.top(1) &&
      c.open(0) > c.bottom(1) &&
      c.close(0) < c.top(2) &&
      c.close(0) > c.bottom(2) &&
      (c.white(2) ? c.gapUp(1, 2) : c.gapDown(1, 2))
        ? 100 * c.colour(2)
        : 0,
  },
];
