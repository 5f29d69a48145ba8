/** The program of an evaluating thread: knows strategy and candles, and answers each task with its evaluation. */
import { workerData } from "node:worker_threads";
import { sharedTable, type SharedCandles } from "../../adapters/compute/shared-candles.ts";
import { serve } from "../../adapters/compute/thread.ts";
import type { Params } from "../../domain/strategy/strategy.ts";
import type { Accounting, BacktestMarket } from "../../simulation/backtest/settings.ts";
import { evaluate, type Testing } from "../../simulation/search/evaluate.ts";
import type { Evaluation, Judgement } from "../../simulation/search/objectives.ts";
import { type Around, aroundAs } from "../around.ts";
import { strategyFinder } from "../strategy-files.ts";

export interface TrialData {
  readonly strategy: string;
  readonly strategiesDir: string | undefined;
  readonly markets: readonly (Omit<BacktestMarket, "candles"> & { readonly candles: SharedCandles })[];
  readonly testing: Omit<Testing, "strategy" | "markets">;
  readonly judgement: Judgement;
  readonly around?: Around | undefined;
}

export interface TrialTask {
  readonly params: Params;
  readonly accounting: Accounting;
}

const { strategy: name, strategiesDir, markets, testing, judgement, around } = workerData as TrialData;
const strategy = aroundAs(await strategyFinder(strategiesDir)(name), around);
const tested: Testing = {
  ...testing,
  strategy,
  markets: markets.map((market) => ({ ...market, candles: sharedTable(market.candles) })),
};

serve<TrialTask, Evaluation>(({ params, accounting }) => evaluate(tested, params, accounting, judgement));
