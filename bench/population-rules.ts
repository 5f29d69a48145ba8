/** Rules as a genetic search breeds them: random trees of conditions over random indicators, up to eight leaves to enter and four to leave. */
import { Chance } from "../domain/values/chance.ts";
import type { CompositeParams } from "../strategies/composite.ts";

export const drawnRules = (sets: number, seed: number): readonly CompositeParams[] => {
  const chance = new Chance(seed);
  const between = (least: number, most: number): number => least + chance.integer(most - least + 1);
  const leaves: readonly (() => string)[] = [
    () => `close > ema(${between(5, 100)})`,
    () => `ema(${between(3, 30)}) > ema(${between(40, 150)})`,
    () => `rsi(${between(5, 30)}) < ${(30 + 40 * chance.next()).toFixed(2)}`,
    () => `atr(${between(7, 28)}) < ${(0.001 + 0.002 * chance.next()).toFixed(5)} * close`,
    () => `close crosses above sma(${between(5, 60)})`,
    () => `close > high[${between(1, 10)}]`,
  ];
  const tree = (depth: number): string => {
    if (depth === 0 || chance.next() < 0.2) return leaves[chance.integer(leaves.length)]!();
    if (chance.next() < 0.15) return `not (${tree(depth - 1)})`;
    const left = tree(depth - 1);
    return `(${left}) ${chance.next() < 0.5 ? "and" : "or"} (${tree(depth - 1)})`;
  };
  return Array.from({ length: sets }, () => ({
    ...{ enter: tree(3), exit: tree(2), join: "and", threshold: 0.5 },
    ...{ a: 0, b: 0, c: 0, d: 0, timeframe: "1m", exposure: 0.95 },
  }));
};
