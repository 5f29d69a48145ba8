/**
 * Trials of samplers that learn (TPE, genetic), for walk-forward: each window has a search of its own, whose sampler hears of
 * its days in sample and of nothing else. One search over all days would carry what the tests show into the choice.
 */
import { Chance } from "../domain/values/chance.ts";
import { Invalid } from "../domain/values/invalid.ts";
import type { Params } from "../domain/strategy/strategy.ts";
import type { Range } from "../simulation/cross-validation/purging.ts";
import { randomSampler } from "../simulation/search/sampler.ts";
import type { SearchSpace } from "../simulation/search/space.ts";
import { type ScoreName, scoreOf } from "../simulation/walk-forward/score.ts";
import { trialDays, trialRun, warmUpMs } from "../simulation/walk-forward/trial-returns.ts";
import type { SamplerName } from "./search/prepare.ts";
import { samplerOf } from "./search/run.ts";
import { prepareTrials, type Trials, type TrialsRequest, variedOf } from "./trials.ts";

export interface SearchedTrials extends Trials {
  /** The trials that a search by these days asks for; they are run and join the others. */
  among(train: Range): readonly number[];
}

/** Sets that are looked at for the longest warm-up, before any is run. */
const LOOKED_AT = 1_000;
/** Sets between two lessons of the sampler. */
const BATCH = 16;

/** `told`: how many different sets have been run. Throws `Invalid` naming the option. */
export const searchTrials = async (
  request: TrialsRequest<SamplerName>,
  score: ScoreName,
  told: (run: number) => void,
): Promise<SearchedTrials> => {
  const { settings, notes, space } = await prepareTrials(request);
  const { strategy } = settings;
  const days = trialDays(settings, lookedAt(space, request.seed));
  const warmMs = days.from - Math.max(...settings.markets.map(({ candles }) => candles.at[0]!));
  const sets: Params[] = [];
  const returns: Float64Array[] = [];
  const known = new Map<string, number>();
  /** Undefined: there are too few candles to warm it up. */
  const trialOf = (set: Params): number | undefined => {
    if (warmUpMs(strategy, set) > warmMs) return undefined;
    const key = JSON.stringify(set);
    const before = known.get(key);
    if (before !== undefined) return before;
    returns.push(trialRun(settings, set, days).returns);
    known.set(key, sets.length);
    told(sets.push(set));
    return sets.length - 1;
  };
  return {
    ...days,
    ...{ settings, notes, sets, returns },
    varied: variedOf(space),
    among(train) {
      const sampler = samplerOf(request, space);
      const asked = new Set<number>();
      for (let count = 0; count < request.epochs;) {
        const points = sampler.ask(BATCH).slice(0, request.epochs - count);
        if (points.length === 0) break;
        count += points.length;
        const trials = points.map((point) => trialOf(space.params(point)));
        sampler.tell(
          points.map((point, i) => {
            const trial = trials[i];
            if (trial === undefined) return { point, losses: null };
            asked.add(trial);
            return { point, losses: [-scoreOf(score, returns[trial]!.subarray(train.from, train.to))] };
          }),
        );
      }
      if (asked.size === 0) throw new Invalid("--epochs", "one possible parameter set or more", 0);
      return [...asked];
    },
  };
};

const lookedAt = (space: SearchSpace, seed: number): readonly Params[] =>
  randomSampler(space, new Chance(seed).fork("warm-up"))
    .ask(LOOKED_AT)
    .map((point) => space.params(point));
