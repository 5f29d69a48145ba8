/**
 * White's reality check (Econometrica 2000): is the best of many trials better than earning nothing? The mean returns of
 * all trials are resampled together by the stationary bootstrap, centred on those observed; the p-value is how often the
 * highest of them is as high as the highest observed. It knows of the search, and of how alike the trials are.
 */
import { meanOf, type Numbers } from "../../domain/performance/moments.ts";
import { Chance } from "../../domain/values/chance.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { resampleOf, usualBlock } from "./resampling.ts";

export interface RealityCheckPlan {
  readonly runs: number;
  readonly seed: number | string;
  /** Mean length of a stretch; the cube root of the returns unless given. */
  readonly block?: number;
}

export const realityCheck = (trials: readonly Numbers[], { runs, seed, block }: RealityCheckPlan): number => {
  const count = trials[0]?.length ?? 0;
  if (trials.some((trial) => trial.length !== count))
    throw new Invalid("trials", `${count} returns each, as the first has`, "other lengths");
  const means = trials.map(meanOf);
  const highest = Math.max(...means);
  // The periods are resampled, the same for every trial; how often each was drawn is all that a mean needs.
  const places = Float64Array.from({ length: count }, (_, i) => i);
  const resample = resampleOf(places, "stationary", block ?? usualBlock(count));
  const drawn = new Float64Array(count);
  const times = new Float64Array(count);
  const source = new Chance(seed);
  let asHigh = 0;
  for (let run = 0; run < runs; run += 1) {
    resample(drawn, source.fork(`run ${run}`));
    times.fill(0);
    for (const place of drawn) times[place]! += 1;
    let best = -Infinity;
    for (const [trial, returns] of trials.entries()) {
      let sum = 0;
      for (let i = 0; i < count; i += 1) sum += times[i]! * returns[i]!;
      best = Math.max(best, sum / count - means[trial]!);
    }
    if (best >= highest) asHigh += 1;
  }
  return (asHigh + 1) / (runs + 1);
};
