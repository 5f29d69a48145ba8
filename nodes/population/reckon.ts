/** Has a population reckoned by threads, some hundred sets at a time; neither their number nor the cut changes a result. */
import type { Compute } from "../../adapters/compute/compute.ts";
import { shareCandles } from "../../adapters/compute/shared-candles.ts";
import { threads } from "../../adapters/compute/threads.ts";
import type { Evaluation } from "../../simulation/search/objectives.ts";
import type { PullbackParams } from "../../strategies/trend-pullback.ts";
import type { ThreadData } from "./population-thread.ts";
import type { PopulationData, PopulationFound, PopulationTask, RatedSets } from "./tasks.ts";

export type PopulationCompute = Compute<PopulationTask, PopulationFound>;

/** Sets of one task: their state and the equity at the end of each day stay within these bounds. */
const SETS_MAX = 1_024;
const DAY_EQUITY_MAX = 4_000_000;
/** Tasks that a thread does between two words of progress. */
const TASKS_AT_ONCE = 4;

export interface Workers {
  readonly workers: number;
  readonly tell: (line: string) => void;
}

export const populationThreads = (
  { market, ...data }: PopulationData,
  { workers, tell }: Workers,
): PopulationCompute => {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
  return threads({
    program: new URL(`./population-thread${extension}`, import.meta.url),
    data: { ...data, market: { ...market, candles: shareCandles(market.candles) } } satisfies ThreadData,
    workers,
    tell,
  });
};

/** Columns over all sets, in their order. `days`: how many are traded on; `show`: how many sets are done. */
export const reckon = async (
  compute: PopulationCompute,
  sets: readonly PullbackParams[],
  { workers, days }: { readonly workers: number; readonly days: number },
  show: (done: number) => void = () => undefined,
): Promise<RatedSets> => {
  const places = sharing(sets);
  const most = Math.max(1, Math.min(SETS_MAX, Math.floor(DAY_EQUITY_MAX / days)));
  const tasks = Math.ceil(sets.length / (workers * most)) * workers;
  const cut = (task: number): number => Math.floor((task * sets.length) / tasks);
  const column = (): Float64Array => new Float64Array(sets.length);
  const all = {
    ...{ loss: column(), dailySharpe: column(), equity: column() },
    ...{ trades: column(), profit: column(), candleDrawdown: column() },
  };
  for (let first = 0; first < tasks; first += TASKS_AT_ONCE * workers) {
    const end = Math.min(tasks, first + TASKS_AT_ONCE * workers);
    const parts = Array.from({ length: end - first }, (_, i) =>
      places.slice(cut(first + i), cut(first + i + 1)),
    ).filter(({ length }) => length > 0);
    const found = await compute.evaluate(parts.map((part) => ({ sets: part.map((place) => sets[place]!) })));
    for (const [i, part] of parts.entries())
      for (const name of Object.keys(all) as (keyof RatedSets)[])
        for (const [k, place] of part.entries()) all[name][place] = (found[i] as RatedSets)[name][k]!;
    show(cut(end));
  }
  return all;
};

/** Sets whose indicators have like lengths side by side: a task reckons each length once. */
const sharing = (sets: readonly PullbackParams[]): readonly number[] =>
  Array.from(sets.keys()).sort(
    (a, b) => sets[a]!.slow - sets[b]!.slow || sets[a]!.fast - sets[b]!.fast || a - b,
  );

/** Sets one by one by the engine; `runExactly` of a search asks for these. */
export const backtests = (compute: PopulationCompute) => ({
  evaluate: async (
    tasks: readonly { readonly params: unknown; readonly accounting: "exact" | "float" }[],
  ): Promise<readonly Evaluation[]> =>
    (await compute.evaluate(
      tasks.map(({ params, accounting }) => ({ again: params as PullbackParams, accounting })),
    )) as readonly Evaluation[],
  close: () => compute.close(),
});
