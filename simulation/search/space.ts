/**
 * The space that a search walks: one axis for each gene that is free. A point holds a number for each axis: the value of an
 * integer or real, the place in the list of a choice or flag. Combinations that the strategy's own rule forbids are never
 * handed out; how often they were met is counted.
 */
import { parseParams } from "../../domain/strategy/params.ts";
import type { Gene, Params, Strategy } from "../../domain/strategy/strategy.ts";
import type { Chance } from "../../domain/values/chance.ts";
import { Invalid } from "../../domain/values/invalid.ts";

export type Point = readonly number[];

export interface NumberAxis {
  readonly kind: "number";
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** 0: every value between. */
  readonly step: number;
  /** How many values there are; Infinity without a step. */
  readonly levels: number;
}

export interface ChoiceAxis {
  readonly kind: "choice";
  readonly name: string;
  readonly values: readonly (string | boolean)[];
  readonly levels: number;
}

export type Axis = NumberAxis | ChoiceAxis;

/** Draws until something possible that was not had before comes; after that the rest is walked through, where it is finite. */
const DRAWS_MAX = 1_000;
const WALKED_MAX = 200_000;
/** Digits kept of a value on a grid: 0.1 * 3 shall read 0.3. */
const DIGITS = 12;

/** The value of a step of an axis. */
export const levelOf = ({ min, step }: NumberAxis, level: number): number =>
  step === 0 ? min : Number((min + level * step).toPrecision(DIGITS));

/** The value of the axis nearest to `value`. */
export const snap = (axis: NumberAxis, value: number): number => {
  const inside = Math.min(axis.max, Math.max(axis.min, value));
  if (axis.step === 0) return inside;
  return levelOf(axis, Math.min(axis.levels - 1, Math.round((inside - axis.min) / axis.step)));
};

const axisOf = (name: string, gene: Gene): Axis => {
  if (gene.kind === "flag") return { kind: "choice", name, values: [false, true], levels: 2 };
  if (gene.kind === "text") return { kind: "choice", name, values: [gene.default], levels: 1 };
  if (gene.kind === "choice")
    return { kind: "choice", name, values: gene.choices, levels: gene.choices.length };
  const { kind, min, max } = gene;
  const step = gene.step ?? (kind === "integer" ? 1 : 0);
  // A hair of tolerance: 0.3 / 0.1 is a little below 3.
  const levels = step === 0 ? (max > min ? Infinity : 1) : Math.floor((max - min) / step + 1e-6) + 1;
  return { kind: "number", name, min, max, step, levels };
};

export class SearchSpace {
  readonly axes: readonly Axis[];
  /** Combinations, impossible ones too; Infinity with a free real without a step. */
  readonly size: number;
  /** How often a combination was drawn that the strategy's rule forbids. */
  impossible = 0;
  /** Values of the genes that are no axis. */
  readonly fixed: Params;
  private readonly strategy: Pick<Strategy, "genes" | "impossible">;

  /** `fixed`: values of the genes that are not free; what is absent has its default. `free`: unless given, all others. */
  constructor(
    strategy: Pick<Strategy, "genes" | "impossible">,
    fixed: Params = {},
    free: readonly string[] = Object.keys(strategy.genes).filter((name) => !Object.hasOwn(fixed, name)),
  ) {
    const names = Object.keys(strategy.genes);
    for (const name of [...free, ...Object.keys(fixed)])
      if (!names.includes(name)) throw new Invalid("spaces", `parameters out of ${names.join(", ")}`, name);
    this.axes = names
      .filter((name) => free.includes(name))
      .map((name) => axisOf(name, strategy.genes[name]!))
      .filter(({ levels }) => levels > 1);
    if (this.axes.length === 0) throw new Invalid("spaces", "at least one parameter left to search", "none");
    this.size = this.axes.reduce((product, { levels }) => product * levels, 1);
    this.strategy = strategy;
    // Checked value by value; the rule between them is asked for whole combinations only.
    const complete = parseParams({ genes: strategy.genes }, fixed);
    this.fixed = Object.fromEntries(
      Object.entries(complete).filter(([name]) => this.axes.every((axis) => axis.name !== name)),
    );
  }

  /** Complete parameters. */
  params(point: Point): Params {
    const params: Record<string, number | boolean | string> = { ...this.fixed };
    for (const [i, axis] of this.axes.entries())
      params[axis.name] = axis.kind === "number" ? point[i]! : axis.values[point[i]!]!;
    return params;
  }

  key(point: Point): string {
    return point.join("|");
  }

  /** Counts those that are not. */
  possible(point: Point): boolean {
    if (this.strategy.impossible?.(this.params(point)) === undefined) return true;
    this.impossible += 1;
    return false;
  }

  /** Uniform over every axis; perhaps impossible. */
  random(chance: Chance): Point {
    return this.axes.map((axis) => {
      if (axis.kind === "choice") return chance.integer(axis.levels);
      if (axis.step === 0) return axis.min + chance.next() * (axis.max - axis.min);
      return levelOf(axis, chance.integer(axis.levels));
    });
  }

  /**
   * A possible point that `seen` does not hold, which is put there: the first that `draw` gives, or else a random one, or
   * else the first that is left. Undefined when none is left, or none was found in a space too large to walk through.
   */
  fresh(seen: Set<string>, chance: Chance, draw: () => Point = () => this.random(chance)): Point | undefined {
    const take = (point: Point): boolean => {
      const key = this.key(point);
      if (seen.has(key) || !this.possible(point)) return false;
      seen.add(key);
      return true;
    };
    for (let i = 0; i < DRAWS_MAX; i += 1) {
      const point = i < DRAWS_MAX / 2 ? draw() : this.random(chance);
      if (take(point)) return point;
    }
    if (this.size > WALKED_MAX) return undefined;
    for (const point of this.walk(this.axes.map(({ levels }) => levels))) if (take(point)) return point;
    return undefined;
  }

  /** Every combination of `levels` values of each axis, evenly spaced and with both ends; the last axis runs fastest. */
  *walk(levels: readonly number[]): Generator<Point> {
    const places = levels.map(() => 0);
    for (;;) {
      yield this.axes.map((axis, i) => valueAt(axis, places[i]!, levels[i]!));
      let i = places.length - 1;
      while (i >= 0 && places[i]! + 1 === levels[i]) places[i--] = 0;
      if (i < 0) return;
      places[i]! += 1;
    }
  }
}

const valueAt = (axis: Axis, place: number, of: number): number => {
  if (axis.kind === "choice") return place;
  if (of === 1) return snap(axis, (axis.min + axis.max) / 2);
  if (of === axis.levels) return levelOf(axis, place);
  return snap(axis, axis.min + (place / (of - 1)) * (axis.max - axis.min));
};
