/** Strategies with nothing but genes, and planted functions over them whose optimum is known. */
import type { Gene } from "../../../domain/strategy/strategy.ts";
import { startSearch } from "../../../simulation/search/search.ts";
import type { Sampler } from "../../../simulation/search/sampler.ts";
import { SearchSpace } from "../../../simulation/search/space.ts";

export const integer = (min: number, max: number, step?: number): Gene => ({
  kind: "integer",
  min,
  max,
  unit: "candles",
  default: min,
  about: "",
  ...(step === undefined ? {} : { step }),
});

export const real = (min: number, max: number, step?: number): Gene => ({
  kind: "real",
  min,
  max,
  unit: "ratio",
  default: min,
  about: "",
  ...(step === undefined ? {} : { step }),
});

export const choice = (...choices: string[]): Gene => ({
  kind: "choice",
  choices,
  default: choices[0]!,
  about: "",
});

export const flag: Gene = { kind: "flag", default: false, about: "" };

/** Two reals, an integer grid, a choice; the lowest value, 0, lies at x 0.3, y 0.7, n 40, kind "b". */
export const planted = {
  space: () =>
    new SearchSpace({
      genes: { x: real(0, 1), y: real(0, 1), n: integer(0, 100), kind: choice("a", "b", "c") },
    }),
  loss: ([x, y, n, kind]: readonly number[]) =>
    (x! - 0.3) ** 2 + (y! - 0.7) ** 2 + ((n! - 40) / 100) ** 2 + (kind === 1 ? 0 : 0.1),
};

/** Runs a whole search; the lowest first loss, and every point asked in order. */
export const run = (
  space: SearchSpace,
  sampler: Sampler,
  losses: (point: readonly number[]) => readonly number[] | null,
  { epochs, batch = 16 }: { readonly epochs: number; readonly batch?: number },
) => {
  const names = space.axes.map(({ name }) => name);
  const search = startSearch(space, sampler, { epochs, batch });
  const asked: (readonly number[])[] = [];
  const found: (readonly number[] | null)[] = [];
  for (;;) {
    const trials = search.next();
    if (trials.length === 0) break;
    const points = trials.map(({ params }) =>
      names.map((name, i) => {
        const axis = space.axes[i]!;
        return axis.kind === "choice"
          ? axis.values.indexOf(params[name] as string)
          : (params[name] as number);
      }),
    );
    const told = points.map(losses);
    search.take(told);
    asked.push(...points);
    found.push(...told);
  }
  const rated = found.filter((each) => each !== null).map(([first]) => first!);
  return { asked, found, best: Math.min(...rated) };
};
