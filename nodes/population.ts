/**
 * A population from its request to its answer: random parameter sets reckoned in bulk, the best of them run again by the engine, in
 * doubles, which must give the very same, and exactly, with the difference.
 */
import { createHash } from "node:crypto";
import { timeframes } from "../domain/market/candle.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { Chance } from "../domain/values/chance.ts";
import { costsOf } from "../simulation/population/costs.ts";
import { groundOf } from "../simulation/population/ground.ts";
import { bestOf, checkLoss } from "../simulation/population/rating.ts";
import { randomSampler } from "../simulation/search/sampler.ts";
import { type PullbackParams, trendPullback } from "../strategies/trend-pullback.ts";
import { backtests, populationThreads, reckon, type Workers } from "./population/reckon.ts";
import type { RatedSets } from "./population/tasks.ts";
import { honestyOfRatios, runExactly } from "./search/conclude.ts";
import { prepareSearch, type PreparedSearch, type SearchRequest } from "./search/prepare.ts";
import type { FoundTrial } from "./search/trial-line.ts";

export interface PopulationRequest
  extends Omit<SearchRequest, "sampler" | "objectives" | "epochs" | "batch" | "convention">, Workers {
  readonly sets: number;
  readonly loss: string;
  /** How many of the best are run again. */
  readonly keep: number;
  readonly show: (done: number, of: number) => void;
}

export type PopulationAnswer = Awaited<ReturnType<typeof population>>;

/** `open`: who reckons. Throws `Invalid` naming the option that is wrong, or the file and what is wrong in it. */
export const population = async (request: PopulationRequest, open = populationThreads) => {
  const prepared = await prepare(request);
  const { market, from, costs, ground } = prepared;
  for (const note of prepared.search.notes) request.tell(note);
  const sets = drawn(prepared.search, request);
  const { loss, tradesMin, workers } = request;
  const compute = open({ market, from, costs, loss, tradesMin }, request);
  try {
    const began = performance.now();
    const days = ground.days.length;
    const found = await reckon(compute, sets, { workers, days }, (done) => request.show(done, sets.length));
    const elapsedMs = performance.now() - began;
    const engine = backtests(compute);
    const best = bestOf(found.loss, request.keep);
    const again = await engine.evaluate(
      best.map((set) => ({ params: sets[set]!, accounting: "float" as const })),
    );
    const trials = best.map((set, i): FoundTrial => {
      const trial = { index: set, params: sets[set]!, ...again[i]! };
      if (!sameAs(trial, found))
        throw new Error(`set ${set}: the engine finds something else than the bulk did`);
      return trial;
    });
    const survivors = await runExactly(trials, [loss], engine);
    const strategyCandles = sets.length * market.candles.length;
    return {
      ...about(prepared, request),
      sets: sets.length,
      rated: found.loss.filter((each) => !Number.isNaN(each)).length,
      elapsedMs,
      strategyCandles,
      strategyCandlesPerSecond: strategyCandles / (elapsedMs / 1_000),
      survivors,
      honesty:
        trials[0] === undefined
          ? null
          : honestyOfRatios(
              Array.from(found.dailySharpe, (ratio) => ratio || 0),
              trials[0].figures!.daily,
            ),
      populationHash: hashOf(found),
    };
  } finally {
    await compute.close();
  }
};

const prepare = async (request: PopulationRequest) => {
  checkLoss(request.loss);
  if (request.strategy !== trendPullback.name)
    throw new Invalid("--strategy", `${trendPullback.name}, which can be reckoned in bulk`, request.strategy);
  const search = await prepareSearch({
    ...request,
    sampler: "random",
    objectives: [request.loss],
    epochs: request.sets,
    batch: request.sets,
    convention: "next-open",
  });
  const { markets, from, to, startingBalance, makerBps, takerBps, slippage } = search.testing;
  const [recorded, second] = markets;
  if (recorded === undefined || second !== undefined)
    throw new Invalid("--candles", "one pair: a population trades one market (--pairs)", markets.length);
  if ([search.space.fixed["timeframe"], ...search.space.axes.map(({ name }) => name)].includes("timeframe"))
    throw new Invalid("--spaces", "any but timeframe", "timeframe");
  if (search.space.fixed["timeframe"] !== recorded.timeframe)
    throw new Invalid(
      "--params",
      `the timeframe of the candles, ${recorded.timeframe}`,
      search.space.fixed["timeframe"],
    );
  const span = timeframes[recorded.timeframe];
  const market = { ...recorded, candles: recorded.candles.within(-Infinity, (to ?? Infinity) - span + 1) };
  const costs = { startingBalance, makerBps, takerBps, slippage };
  costsOf(costs);
  return { search, market, from, to, costs, ground: groundOf(market.candles, span, from) };
};

const drawn = (
  { space }: PreparedSearch,
  { sets, seed }: Pick<PopulationRequest, "sets" | "seed">,
): readonly PullbackParams[] =>
  randomSampler(space, new Chance(seed).fork("random"))
    .ask(sets)
    .map((point) => space.params(point) as PullbackParams);

const sameAs = ({ index, losses, figures }: FoundTrial, found: RatedSets): boolean =>
  losses?.[0] === found.loss[index] &&
  figures?.trades === found.trades[index] &&
  figures?.profit === found.profit[index];

const about = (
  { search: { space }, market, from, to }: Awaited<ReturnType<typeof prepare>>,
  request: PopulationRequest,
) => ({
  strategy: request.strategy,
  loss: request.loss,
  seed: request.seed,
  workers: request.workers,
  pair: market.instrument.symbol,
  timeframe: market.timeframe,
  candles: market.candles.length,
  from,
  to: to ?? null,
  fixed: space.fixed,
  impossible: space.impossible,
  conventions: {
    fills: "next-open",
    fees: `maker ${request.makerBps} bps, taker ${request.takerBps} bps`,
    accounting: "float in bulk; the survivors again by the engine, float, which gave the same, and exact",
    time: "all sets over the same time, from `from` on; all earlier candles warm up",
  },
});

/** Of every set's loss, equity, trades, profit and drawdown, as doubles. */
const hashOf = ({ loss, equity, trades, profit, candleDrawdown }: RatedSets): string => {
  const hash = createHash("sha256");
  for (const column of [loss, equity, trades, profit, candleDrawdown]) hash.update(column);
  return hash.digest("hex");
};
