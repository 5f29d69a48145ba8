/** The program of a thread that reckons populations; the candles are memory that all threads see. */
import { workerData } from "node:worker_threads";
import { sharedTable, type SharedCandles } from "../../adapters/compute/shared-candles.ts";
import { serve } from "../../adapters/compute/thread.ts";
import { type PopulationData, type PopulationFound, type PopulationTask, tasksOver } from "./tasks.ts";

export interface ThreadData extends Omit<PopulationData, "market"> {
  readonly market: Omit<PopulationData["market"], "candles"> & { readonly candles: SharedCandles };
}

const { market, ...data } = workerData as ThreadData;

serve<PopulationTask, PopulationFound>(
  tasksOver({ ...data, market: { ...market, candles: sharedTable(market.candles) } }),
);
