/**
 * Tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kégl, "Algorithms for hyper-parameter optimization", 2011).
 *
 * After some random points the observed ones are cut in two: l(x) is the density of the best share gamma, g(x) of the others.
 * The expected improvement rises with l(x) / g(x): of some candidates drawn from l the one with the highest ratio is asked. The
 * densities are joint over all axes (Falkner, Klein and Hutter 2018), so that what belongs together stays together. Within a batch
 * each point asked joins g, which keeps the next one away from it. Several losses are ordered as in NSGA-II before the cut.
 */
import type { Chance } from "../../domain/values/chance.ts";
import { ranking } from "./pareto.ts";
import { Parzen } from "./parzen.ts";
import { freshPoints, type Sampler, type Told } from "./sampler.ts";
import type { Point, SearchSpace } from "./space.ts";

const STARTUP = 20;
const GAMMA = 0.1;
const GOOD_MAX = 25;
const CANDIDATES = 24;
/** Of the others more are thinned out evenly over their ranks: a step stays in milliseconds. */
const OTHERS_MAX = 500;

export const tpeSampler = (space: SearchSpace, chance: Chance): Sampler => {
  const seen = new Set<string>();
  const told: Told[] = [];

  const propose = (good: Parzen, others: Parzen): Point => {
    let best: Point | undefined;
    let highest = -Infinity;
    for (let i = 0; i < CANDIDATES; i += 1) {
      const point = good.draw(chance);
      if (seen.has(space.key(point)) || !space.possible(point)) continue;
      const ratio = good.logDensity(point) - others.logDensity(point);
      if (ratio > highest) [best, highest] = [point, ratio];
    }
    return best ?? good.draw(chance);
  };

  return {
    ask(count) {
      if (told.length < STARTUP) return freshPoints(count, () => space.fresh(seen, chance));
      const order = ranking(told.map(({ losses }) => losses)).map((place) => told[place]!.point);
      const cut = Math.min(GOOD_MAX, Math.ceil(GAMMA * order.length));
      const good = new Parzen(space, order.slice(0, cut));
      const others = new Parzen(space, thinned(order.slice(cut)));
      return freshPoints(count, () => {
        const point = space.fresh(seen, chance, () => propose(good, others));
        if (point !== undefined) others.add(point);
        return point;
      });
    },
    tell: (outcomes) => void told.push(...outcomes),
  };
};

const thinned = (points: readonly Point[]): readonly Point[] => {
  if (points.length <= OTHERS_MAX) return points;
  return Array.from({ length: OTHERS_MAX }, (_, i) => points[Math.floor((i * points.length) / OTHERS_MAX)]!);
};
