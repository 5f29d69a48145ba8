/** What one seed of the kill runs does: whom it kills, when, how often, and how the dead come back. */
import { Chance } from "../../domain/values/chance.ts";
import { points, type Point } from "./fuse.ts";

export interface KillPlan {
  readonly seed: number;
  /** Between append, send and answer of an order, by even seeds; odd ones kill anybody at any time. */
  readonly aim: { readonly point: Point; readonly nth: number } | undefined;
  readonly first: Shot;
  /** During the take-over that the first one caused. */
  readonly second: Shot | undefined;
  /** The replacement has the name of the dead, or one of its own. */
  readonly sameName: boolean;
}

export interface Shot {
  readonly afterMs: number;
  /** Among those that run, as a share of their number. */
  readonly victim: number;
}

export const killPlan = (seed: number): KillPlan => {
  const chance = new Chance(`kill ${seed}`);
  const shot = (withinMs: number): Shot => ({
    afterMs: Math.floor(chance.next() * withinMs),
    victim: chance.next(),
  });
  const point = points[chance.integer(points.length)]!;
  const nth = 1 + chance.integer(6);
  return {
    seed,
    aim: seed % 2 === 0 ? { point, nth } : undefined,
    first: shot(1_000),
    second: chance.next() < 0.25 ? shot(2_500) : undefined,
    sameName: chance.next() < 0.5,
  };
};
