/** Parameter sets of a strategy over recorded candles, run one after the other: what walk-forward and overfitting choose among. */
import { Chance } from "../domain/values/chance.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { readObject } from "../domain/values/read.ts";
import { timestamp } from "../domain/values/values.ts";
import type { Params } from "../domain/strategy/strategy.ts";
import type { BacktestSettings } from "../simulation/backtest/backtest.ts";
import { gridSampler } from "../simulation/search/grid.ts";
import { randomSampler } from "../simulation/search/sampler.ts";
import { SearchSpace } from "../simulation/search/space.ts";
import { trialDays, trialRun, type TrialDays } from "../simulation/walk-forward/trial-returns.ts";
import { type BacktestRequest, prepareBacktest } from "./backtest.ts";
import type { SamplerName } from "./search/prepare.ts";
import { parseTimerange } from "./timerange.ts";

export interface TrialsRequest<Sampler extends SamplerName = "grid" | "random"> extends Omit<
  BacktestRequest,
  "accounting"
> {
  /** Parameter sets at most. */
  readonly epochs: number;
  readonly sampler: Sampler;
  /** Parameters to vary; unless given, all that `params` does not name, but for the timeframe. */
  readonly spaces?: readonly string[] | undefined;
}

export interface Trials extends TrialDays {
  readonly settings: BacktestSettings;
  readonly notes: readonly string[];
  /** Names of the parameters that vary. */
  readonly varied: readonly string[];
  readonly sets: readonly Params[];
  /** Daily returns of each set. */
  readonly returns: readonly Float64Array[];
}

/** `told`: how many of how many are done. Throws `Invalid` naming the option. */
export const runTrials = async (
  request: TrialsRequest,
  told: (done: number, all: number) => void,
): Promise<Trials> => {
  const { settings, notes, space } = await prepareTrials(request);
  const { epochs, sampler, seed } = request;
  const points =
    sampler === "grid"
      ? gridSampler(space, epochs).ask(epochs)
      : randomSampler(space, new Chance(seed).fork("sets")).ask(epochs);
  const sets = points.map((point) => space.params(point));
  if (sets.length < 2) throw new Invalid("--epochs", "two possible parameter sets or more", sets.length);
  const days = trialDays(settings, sets);
  const returns: Float64Array[] = [];
  for (const [i, set] of sets.entries()) {
    returns.push(trialRun(settings, set, days).returns);
    told(i + 1, sets.length);
  }
  return { ...days, settings, notes, varied: variedOf(space), sets, returns };
};

export const variedOf = (space: SearchSpace): readonly string[] => space.axes.map(({ name }) => name);

/** Throws `Invalid` naming the option. */
export const prepareTrials = async ({
  spaces,
  timerange,
  ...request
}: TrialsRequest<SamplerName>): Promise<{
  readonly settings: BacktestSettings;
  readonly notes: readonly string[];
  readonly space: SearchSpace;
}> => {
  const { settings: prepared, notes } = await prepareBacktest({ ...request, accounting: "float" });
  // The range is cut here, when it is known how much every set needs before it.
  const { from, to } = timerange === undefined ? {} : parseTimerange(timerange);
  const settings: BacktestSettings = {
    ...prepared,
    ...(from === undefined ? {} : { from: timestamp(from) }),
    ...(to === undefined ? {} : { to: timestamp(to) }),
  };
  const { strategy, params } = settings;
  const given = readObject(request.params ?? {}, "--params");
  const names = Object.keys(strategy.genes);
  const varied = spaces ?? names.filter((name) => name !== "timeframe" && !Object.hasOwn(given, name));
  const strange = varied.find((name) => !names.includes(name));
  if (strange !== undefined) throw new Invalid("--spaces", `parameters out of ${names.join(", ")}`, strange);
  const fixed = Object.fromEntries(
    names.filter((name) => !varied.includes(name)).map((name) => [name, params[name]!]),
  );
  return { settings, notes, space: new SearchSpace(strategy, fixed, varied) };
};
