/** Strategies that do or keep more the longer they run: what a count of work must find. */
import type { Params, Strategy, Trader } from "../../domain/strategy/strategy.ts";

const buysAndSells = (name: string, remember: (history: number[]) => number, keeps = false): Strategy => ({
  name,
  about: "Buys below the mean of all that was and sells above it.",
  genes: {},
  needs: () => ({ timeframes: ["1m"], warmupCandles: 1 }),
  start: (_params: Params, market) => {
    const history = market.map((): number[] => []);
    return {
      onCandle: ({ close }, i, _timeframe, desk) => {
        history[i]!.push(close);
        desk.aim(i, close < remember(history[i]!) ? 0.4 : 0, "mean");
      },
      save: () => ({ history: keeps ? history : [] }),
      load: () => undefined,
    } satisfies Trader;
  },
});

const summedUp = (history: number[]): number => {
  let sum = 0;
  for (const close of history) sum += close;
  return sum / history.length;
};

/** Those that are found by their work, and the one that is found by what it keeps. */
export const planted: readonly Strategy[] = [
  buysAndSells("planted-loop", summedUp),
  buysAndSells(
    "planted-callback",
    (history) => history.reduce((sum, close) => sum + close, 0) / history.length,
  ),
  buysAndSells("planted-keeper", (history) => history.at(-2) ?? 0, true),
];
