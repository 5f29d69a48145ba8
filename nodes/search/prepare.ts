/** Makes a search ready: strategy, candles and space, and what tells it from every other search. */
import { createHash } from "node:crypto";
import type { Identity } from "../../adapters/trials/trial-log.ts";
import type { Timeframe } from "../../domain/market/candle.ts";
import type { Params, Strategy } from "../../domain/strategy/strategy.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { readObject } from "../../domain/values/read.ts";
import { timestamp } from "../../domain/values/values.ts";
import type { BacktestMarket, BacktestSettings } from "../../simulation/backtest/settings.ts";
import { lossOf, type Judgement } from "../../simulation/search/objectives.ts";
import { SearchSpace } from "../../simulation/search/space.ts";
import type { Testing } from "../../simulation/search/evaluate.ts";
import { recordedMarkets, type MarketChoice } from "../backtest-markets.ts";
import { type Around, aroundAs, identityOfAround } from "../around.ts";
import { version } from "../package.ts";
import { expectNoBooks, strategyFinder } from "../strategy-files.ts";
import { parseTimerange } from "../timerange.ts";
import { hashOfFolder } from "./likeness.ts";

export const samplerNames = ["tpe", "random", "genetic", "grid"] as const;
export type SamplerName = (typeof samplerNames)[number];

export interface SearchRequest extends Omit<MarketChoice, "from" | "to"> {
  readonly strategy: string;
  readonly strategiesDir?: string | undefined;
  /** Genes that are fixed, by name. */
  readonly params: unknown;
  /** Names of the genes to search; unless given, all that `params` does not fix, but for `timeframe`. */
  readonly spaces?: readonly string[] | undefined;
  readonly timerange?: string | undefined;
  readonly sampler: SamplerName;
  readonly objectives: readonly string[];
  readonly tradesMin: number;
  readonly epochs: number;
  readonly batch: number;
  readonly seed: number;
  readonly convention: BacktestSettings["convention"];
  readonly makerBps: number;
  readonly takerBps: number;
  readonly slippage: BacktestSettings["slippage"];
  readonly startingBalance: number;
  /** What stands around the strategy in each trial. */
  readonly around?: Around | undefined;
}

export interface PreparedSearch {
  readonly strategy: Strategy;
  readonly space: SearchSpace;
  readonly testing: Testing;
  readonly judgement: Judgement;
  readonly around: Around | undefined;
  readonly timeframe: Timeframe;
  readonly notes: readonly string[];
  /** Neither the number of workers nor, but for a grid, of epochs: a longer search goes on where a shorter one ended. */
  readonly identity: Identity;
}

/** Throws `Invalid` naming the option, or the file and what is wrong in it. */
export const prepareSearch = async (request: SearchRequest): Promise<PreparedSearch> => {
  for (const name of request.objectives) lossOf(name);
  if (new Set(request.objectives).size < request.objectives.length)
    throw new Invalid("--loss", "each objective once", request.objectives.join(","));
  const found = await strategyFinder(request.strategiesDir)(request.strategy);
  const strategy = aroundAs(found, request.around);
  expectNoBooks(strategy);
  const range = request.timerange === undefined ? {} : parseTimerange(request.timerange);
  const { markets, timeframe, notes } = await recordedMarkets({ ...request, to: range.to });
  const from = range.from ?? Math.min(...markets.map(({ candles }) => candles.at[0]!));
  const space = spaceOf(strategy, request, timeframe);
  const testing: Testing = {
    strategy,
    markets,
    from,
    convention: request.convention,
    startingBalance: request.startingBalance,
    makerBps: request.makerBps,
    takerBps: request.takerBps,
    slippage: request.slippage,
    seed: request.seed,
    ...(range.to === undefined ? {} : { to: timestamp(range.to) }),
  };
  const { objectives, tradesMin, startingBalance } = request;
  return {
    strategy,
    space,
    testing,
    judgement: { objectives, tradesMin, startingBalance },
    around: request.around,
    timeframe,
    notes,
    identity: identityOf(request, space, testing),
  };
};

/** A gene `timeframe` is that of the candles, unless it is searched or given. */
const spaceOf = (
  strategy: Strategy,
  { params, spaces }: Pick<SearchRequest, "params" | "spaces">,
  timeframe: Timeframe,
): SearchSpace => {
  const given = readObject(params, "--params") as Params;
  const gene = strategy.genes["timeframe"];
  const fits = gene?.kind === "choice" && gene.choices.includes(timeframe);
  const fixed =
    fits && given["timeframe"] === undefined && spaces?.includes("timeframe") !== true
      ? { ...given, timeframe }
      : given;
  const twice = spaces?.find((name) => Object.hasOwn(fixed, name));
  if (twice !== undefined) throw new Invalid("--spaces", "parameters that --params does not fix", twice);
  return new SearchSpace(strategy, fixed, spaces);
};

const identityOf = (request: SearchRequest, space: SearchSpace, testing: Testing): Identity => {
  const { strategy, sampler, objectives, tradesMin, seed, batch, epochs } = request;
  const { from, to = null, convention, makerBps, takerBps, slippage, startingBalance } = testing;
  return {
    strategy,
    program: version,
    source: request.strategiesDir === undefined ? null : hashOfFolder(request.strategiesDir),
    sampler,
    losses: objectives,
    tradesMin,
    seed,
    batch,
    ...(sampler === "grid" ? { epochs } : {}),
    axes: space.axes,
    fixed: space.fixed,
    candles: hashOfMarkets(testing.markets),
    ...identityOfAround(request.around),
    ...{ from, to, convention, makerBps, takerBps, slippage, startingBalance },
  };
};

const hashOfMarkets = (markets: readonly BacktestMarket[]): string => {
  const hash = createHash("sha256");
  for (const { instrument, timeframe, candles } of markets) {
    hash.update(`${instrument.symbol} ${timeframe} ${instrument.tickSize} ${instrument.lotSize}\n`);
    for (const name of ["at", "open", "high", "low", "close", "volume"] as const)
      hash.update(candles[name].subarray(0, candles.length));
  }
  return hash.digest("hex");
};
