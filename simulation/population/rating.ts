/**
 * How good each set of a population was: the losses of a search (simulation/search/objectives.ts) that can be told from a population's
 * columns, the same numbers bit for bit. A loss is NaN for a set that is not rated.
 */
import { momentsOf } from "../../domain/performance/moments.ts";
import { over, type Ratios, returnRatios } from "../../domain/performance/return-ratios.ts";
import { sharpeSample } from "../../domain/performance/sharpe-tests.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { type PopulationResult, returnsOf } from "./population.ts";

const YEAR = 365;

const ofRatios: Readonly<Record<string, (ratios: Ratios) => number>> = {
  profit: ({ totalReturn }) => -totalReturn,
  cagr: ({ cagr }) => -cagr,
  sortino: ({ sortino }) => -sortino,
  calmar: ({ calmar }) => -calmar,
  omega: ({ omega }) => -omega,
  drawdown: ({ maxDrawdown }) => maxDrawdown,
  ulcer: ({ ulcerIndex }) => ulcerIndex,
};
const ofTrades: Readonly<Record<string, (result: PopulationResult, set: number) => number>> = {
  "profit-factor": ({ won, lost }, set) => -over(won[set]!, -lost[set]!),
  "win-rate": ({ wins, trades }, set) => -(wins[set]! / trades[set]!),
};

export const populationLosses: readonly string[] = [
  "sharpe",
  ...Object.keys(ofRatios),
  ...Object.keys(ofTrades),
];

export interface Ratings {
  readonly loss: Float64Array;
  /** Of daily returns, not annualised; NaN where nothing deviates. */
  readonly dailySharpe: Float64Array;
}

/** `tradesMin`: a set with fewer is not rated. Throws `Invalid` for a loss that needs more than a population keeps. */
export const rate = (
  result: PopulationResult,
  {
    loss: name,
    tradesMin,
    startingBalance,
  }: { readonly loss: string; readonly tradesMin: number; readonly startingBalance: number },
): Ratings => {
  checkLoss(name);
  const count = result.trades.length;
  const loss = new Float64Array(count);
  const dailySharpe = new Float64Array(count);
  for (let set = 0; set < count; set += 1) {
    const returns = returnsOf(result, set, startingBalance);
    dailySharpe[set] = sharpeSample(returns).sharpe;
    if (result.trades[set]! < tradesMin) loss[set] = NaN;
    else if (name === "sharpe") {
      const { mean, deviation } = momentsOf(returns);
      loss[set] = -(over(mean, deviation) * Math.sqrt(YEAR));
    } else loss[set] = ofRatios[name]?.(returnRatios(returns, YEAR)) ?? ofTrades[name]!(result, set);
    if (!Number.isFinite(loss[set])) loss[set] = NaN;
  }
  return { loss, dailySharpe };
};

export const checkLoss = (name: string): void => {
  if (!populationLosses.includes(name))
    throw new Invalid("--loss", `one of ${populationLosses.join(", ")}`, name);
};

/** The best `most` of those that are rated, best first; of equals the first. */
export const bestOf = (loss: Float64Array, most: number): readonly number[] =>
  Array.from(loss.keys())
    .filter((set) => !Number.isNaN(loss[set]))
    .sort((a, b) => loss[a]! - loss[b]! || a - b)
    .slice(0, most);
