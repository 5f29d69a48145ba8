/**
 * A population from its request to its answer: random parameter sets reckoned in bulk, the best of them run again by the engine, in
 * doubles, which must give the very same, and exactly, with the difference.
 */
import { createHash } from "node:crypto";
import { timeframes } from "../domain/market/candle.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { Chance } from "../domain/values/chance.ts";
import type { Params } from "../domain/strategy/strategy.ts";
import { bulks } from "../simulation/population/bulk.ts";
import { costsOf } from "../simulation/population/costs.ts";
import { groundOf } from "../simulation/population/ground.ts";
import { bestOf, checkLoss } from "../simulation/population/rating.ts";
import { randomSampler } from "../simulation/search/sampler.ts";
import { backtests, populationThreads, reckon, screen, type Workers } from "./population/reckon.ts";
import { setsOfFile } from "./population/sets-file.ts";
import type { RatedSets, ScreenedSets } from "./population/tasks.ts";
import { honestyOfRatios, runExactly } from "./search/conclude.ts";
import { prepareSearch, type SearchRequest } from "./search/prepare.ts";
import type { FoundTrial } from "./search/trial-line.ts";

export interface PopulationRequest
  extends Omit<SearchRequest, "sampler" | "objectives" | "epochs" | "batch" | "convention">, Workers {
  readonly sets: number;
  /** A file of sets, instead of random ones. */
  readonly setsFile?: string | undefined;
  readonly loss: string;
  /** How many of the best are run again. */
  readonly keep: number;
  /** So many of the best in single precision are reckoned in doubles; unless given, all are. */
  readonly screen?: number | undefined;
  readonly show: (done: number, of: number) => void;
}

export type PopulationAnswer = Awaited<ReturnType<typeof population>>;

/** `open`: who reckons. Throws `Invalid` naming the option that is wrong, or the file and what is wrong in it. */
export const population = async (request: PopulationRequest, open = populationThreads) => {
  const prepared = await prepare(request);
  const { bulk, market, from, costs, ground } = prepared;
  for (const note of prepared.search.notes) request.tell(note);
  const sets = setsOf(prepared, request);
  const { loss, tradesMin, workers } = request;
  const compute = open({ strategy: bulk.strategy.name, market, from, costs, loss, tradesMin }, request);
  try {
    const began = performance.now();
    const cut = { workers, days: ground.days.length };
    const all = sets.length + (request.screen ?? 0);
    const show = (done: number): void => request.show(done, all);
    const screened = request.screen === undefined ? undefined : await screen(compute, sets, { ...cut, show });
    const places = screened === undefined ? [...sets.keys()] : bestOf(screened.loss, request.screen!);
    const found = await reckon(
      compute,
      places.map((set) => sets[set]!),
      bulk.shares,
      { ...cut, show: (done) => show(all - places.length + done) },
    );
    const elapsedMs = performance.now() - began;
    const engine = backtests(compute);
    const best = bestOf(found.loss, request.keep);
    const again = await engine.evaluate(
      best.map((place) => ({ params: sets[places[place]!]!, accounting: "float" as const })),
    );
    const trials = best.map((place, i): FoundTrial => {
      const index = places[place]!;
      const trial = { index, params: sets[index]!, ...again[i]! };
      if (!sameAs(trial, found, place))
        throw new Error(`set ${index}: the engine finds something else than the bulk did`);
      return trial;
    });
    const survivors = await runExactly(trials, [loss], engine);
    const strategyCandles = sets.length * market.candles.length;
    const { dailySharpe, loss: losses } = screened ?? found;
    return {
      ...about(prepared, request),
      sets: sets.length,
      rated: losses.filter((each) => !Number.isNaN(each)).length,
      elapsedMs,
      strategyCandles,
      strategyCandlesPerSecond: strategyCandles / (elapsedMs / 1_000),
      screen: screened === undefined ? null : comparison(screened, found, places, best),
      survivors,
      honesty:
        trials[0] === undefined
          ? null
          : honestyOfRatios(
              Array.from(dailySharpe, (ratio) => ratio || 0),
              trials[0].figures!.daily,
            ),
      populationHash: hashOf(found, places),
    };
  } finally {
    await compute.close();
  }
};

const prepare = async (request: PopulationRequest) => {
  checkLoss(request.loss, request.screen !== undefined);
  if (request.screen !== undefined && request.screen < request.keep)
    throw new Invalid("--screen", `at least ${request.keep}, which --keep asks for`, request.screen);
  const bulk = bulks.get(request.strategy);
  if (bulk === undefined) {
    const names = [...bulks.keys()].join(" or ");
    throw new Invalid("--strategy", `${names}, which can be reckoned in bulk`, request.strategy);
  }
  if (request.screen !== undefined && bulk.screen === undefined)
    throw new Invalid("--screen", "a strategy that can be screened, trend-pullback", request.strategy);
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
  const span = timeframes[recorded.timeframe];
  const market = { ...recorded, candles: recorded.candles.within(-Infinity, (to ?? Infinity) - span + 1) };
  const costs = { startingBalance, makerBps, takerBps, slippage };
  costsOf(costs);
  return { bulk, search, market, from, to, costs, ground: groundOf(market.candles, span, from) };
};

/** Those of the file, or random ones. */
const setsOf = (
  { bulk, search: { space }, market }: Awaited<ReturnType<typeof prepare>>,
  { sets, setsFile, seed }: PopulationRequest,
): readonly Params[] => {
  const filed =
    setsFile === undefined
      ? randomSampler(space, new Chance(seed).fork("random"))
          .ask(sets)
          .map((point) => ({ params: space.params(point), field: "--params" }))
      : setsOfFile(setsFile, bulk.strategy, space.fixed);
  for (const { params, field } of filed) {
    if (params["timeframe"] !== market.timeframe)
      throw new Invalid(
        field === "--params" ? field : `${field}.timeframe`,
        `the timeframe of the candles, ${market.timeframe}`,
        params["timeframe"],
      );
    bulk.check?.(params, timeframes[market.timeframe], field);
  }
  return filed.map(({ params }) => params);
};

const sameAs = ({ losses, figures }: FoundTrial, found: RatedSets, place: number): boolean =>
  losses?.[0] === found.loss[place] &&
  figures?.trades === found.trades[place] &&
  figures?.profit === found.profit[place];

/** How well the screen told what doubles tell. `places`: the sets that it let through, best first; `best`: of these, by doubles. */
const comparison = (
  screened: ScreenedSets,
  found: RatedSets,
  places: readonly number[],
  best: readonly number[],
) => ({
  passed: places.length,
  /** Of the best by doubles, the place that the screen gave the one it thought least of, counted from 1; the margin is what lies behind. */
  lastPlace: Math.max(0, ...best.map((place) => place + 1)),
  /** Largest difference of a loss among those that passed. */
  lossDifference: places.reduce((most, set, place) => {
    const difference = Math.abs(screened.loss[set]! - found.loss[place]!);
    return Number.isNaN(difference) ? most : Math.max(most, difference);
  }, 0),
});

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

/** Of loss, equity, trades, profit and drawdown of every set that was reckoned in doubles, as doubles, and which sets these are. */
const hashOf = (
  { loss, equity, trades, profit, candleDrawdown }: RatedSets,
  places: readonly number[],
): string => {
  const hash = createHash("sha256");
  for (const column of [loss, equity, trades, profit, candleDrawdown]) hash.update(column);
  if (places.some((set, place) => set !== place)) hash.update(Float64Array.from(places));
  return hash.digest("hex");
};
