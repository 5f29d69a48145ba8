/** Has a population reckoned by threads, some hundred sets at a time; neither their number nor the cut changes a result. */
import type { Compute } from "../../adapters/compute/compute.ts";
import { shareCandles } from "../../adapters/compute/shared-candles.ts";
import { threads } from "../../adapters/compute/threads.ts";
import type { Params } from "../../domain/strategy/strategy.ts";
import type { Bulk } from "../../simulation/population/bulk.ts";
import type { Evaluation } from "../../simulation/search/objectives.ts";
import { deal } from "./deal.ts";
import type { ThreadData } from "./population-thread.ts";
import type { PopulationData, PopulationFound, PopulationTask, RatedSets, ScreenedSets } from "./tasks.ts";

export type PopulationCompute = Compute<PopulationTask, PopulationFound>;

/** Sets of one task: their state and the equity at the end of each day stay near these bounds. */
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

interface Cut {
  readonly workers: number;
  /** How many are traded on. */
  readonly days: number;
  /** How many sets are done. */
  readonly show?: (done: number) => void;
}

/** Columns over all sets, in their order, in doubles. */
export const reckon = (
  compute: PopulationCompute,
  sets: readonly Params[],
  shares: Bulk["shares"],
  cut: Cut,
): Promise<RatedSets> =>
  inTasks(compute, sets, sets.map(shares), cut, {
    task: (part) => ({ sets: part }),
    names: ["loss", "dailySharpe", "equity", "trades", "profit", "candleDrawdown"],
  });

/** As `reckon`, in single precision, where sets share no more than the candles. */
export const screen = (
  compute: PopulationCompute,
  sets: readonly Params[],
  cut: Cut,
): Promise<ScreenedSets> =>
  inTasks(compute, sets, [...sets.keys()], cut, {
    task: (part) => ({ screen: part }),
    names: ["loss", "dailySharpe"],
  });

interface Kind<Name> {
  readonly task: (part: readonly Params[]) => PopulationTask;
  readonly names: readonly Name[];
}

const inTasks = async <Name extends string>(
  compute: PopulationCompute,
  sets: readonly Params[],
  keys: readonly (number | string)[],
  { workers, days, show }: Cut,
  { task, names }: Kind<Name>,
): Promise<Record<Name, Float64Array>> => {
  const most = Math.max(1, Math.min(SETS_MAX, Math.floor(DAY_EQUITY_MAX / days)));
  const tasks = Math.ceil(sets.length / (workers * most)) * workers;
  const dealt = deal(keys, tasks).filter(({ length }) => length > 0);
  const columns = names.map((name) => [name, new Float64Array(sets.length)] as const);
  let done = 0;
  for (let first = 0; first < dealt.length; first += TASKS_AT_ONCE * workers) {
    const parts = dealt.slice(first, first + TASKS_AT_ONCE * workers);
    const found = await compute.evaluate(parts.map((part) => task(part.map((place) => sets[place]!))));
    for (const [i, part] of parts.entries()) {
      for (const [name, column] of columns)
        for (const [k, place] of part.entries())
          column[place] = (found[i] as unknown as Record<Name, Float64Array>)[name][k]!;
      done += part.length;
    }
    show?.(done);
  }
  return Object.fromEntries(columns) as Record<Name, Float64Array>;
};

/** Sets one by one by the engine; `runExactly` of a search asks for these. */
export const backtests = (compute: PopulationCompute) => ({
  evaluate: async (
    tasks: readonly { readonly params: unknown; readonly accounting: "exact" | "float" }[],
  ): Promise<readonly Evaluation[]> =>
    (await compute.evaluate(
      tasks.map(({ params, accounting }) => ({ again: params as Params, accounting })),
    )) as readonly Evaluation[],
  close: () => compute.close(),
});
