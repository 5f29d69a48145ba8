/**
 * Runs a search: asks, has its trials evaluated, writes them down, tells. What a search that was broken off has
 * written is heard again instead of evaluated, so it goes on as if nothing had happened. Of that a few trials are evaluated
 * again first: a program or strategy that has changed is found out.
 */
import { geneticJs } from "../../adapters/evolver/genetic-js.ts";
import type { TrialLog } from "../../adapters/trials/trial-log.ts";
import { Chance } from "../../domain/values/chance.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { geneticSampler } from "../../simulation/search/genetic.ts";
import { gridSampler } from "../../simulation/search/grid.ts";
import { randomSampler, type Sampler } from "../../simulation/search/sampler.ts";
import { startSearch, type Trial } from "../../simulation/search/search.ts";
import { tpeSampler } from "../../simulation/search/tpe.ts";
import type { Evaluator } from "./evaluator.ts";
import type { PreparedSearch, SearchRequest } from "./prepare.ts";
import { readTrial, trialLine, type FoundTrial } from "./trial-line.ts";

export interface Progress {
  readonly done: number;
  /** Of `done`, those that were read instead of evaluated. */
  readonly resumed: number;
  readonly epochs: number;
  readonly best: FoundTrial | undefined;
}

export interface SearchRun {
  readonly log: TrialLog;
  readonly path: string;
  readonly evaluator: Evaluator;
  readonly show: (progress: Progress) => void;
}

/** All trials in order, and their lines. */
export const runSearch = async (
  { space }: PreparedSearch,
  request: Pick<SearchRequest, "sampler" | "seed" | "epochs" | "batch">,
  { log, path, evaluator, show }: SearchRun,
): Promise<{ readonly trials: readonly FoundTrial[]; readonly lines: readonly string[] }> => {
  const search = startSearch(space, samplerOf(request, space), request);
  const trials: FoundTrial[] = [];
  const lines: string[] = [];
  await checkAgain(log.lines, path, evaluator);
  let best: FoundTrial | undefined;
  for (;;) {
    const asked = search.next();
    if (asked.length === 0) break;
    const known = asked.flatMap((trial) => heardAgain(trial, log.lines, path) ?? []);
    const fresh = asked.slice(known.length);
    const found = await evaluator.evaluate(fresh.map(({ params }) => ({ params, accounting: "float" })));
    const added = fresh.map((trial, i) => trialLine(trial, found[i]!));
    if (added.length > 0) log.append(added);
    lines.push(...log.lines.slice(lines.length, lines.length + known.length), ...added);
    // As they will be read again: the sampler hears the same, whether a trial was evaluated or read.
    const all = [...known, ...added.map((line, i) => readTrial(line, fresh[i]!.index, path))];
    search.take(all.map(({ losses }) => losses));
    trials.push(...all);
    for (const trial of all) if (better(trial, best)) best = trial;
    show({
      done: trials.length,
      resumed: Math.min(trials.length, log.lines.length),
      epochs: request.epochs,
      best,
    });
  }
  return { trials, lines };
};

/** Equal seeds give equal proposals. */
export const samplerOf = (
  { sampler, seed, epochs }: Pick<SearchRequest, "sampler" | "seed" | "epochs">,
  space: PreparedSearch["space"],
): Sampler => {
  const chance = new Chance(seed).fork(sampler);
  switch (sampler) {
    case "grid":
      return gridSampler(space, epochs);
    case "random":
      return randomSampler(space, chance);
    case "tpe":
      return tpeSampler(space, chance);
    case "genetic":
      return geneticSampler(space, chance, geneticJs.breed);
  }
};

const better = ({ losses }: FoundTrial, than: FoundTrial | undefined): boolean =>
  losses !== null && (than?.losses == null || losses[0]! < than.losses[0]!);

const heardAgain = (trial: Trial, lines: readonly string[], path: string): FoundTrial | undefined => {
  const line = lines[trial.index];
  if (line === undefined) return undefined;
  const found = readTrial(line, trial.index, path);
  if (trialLine(trial, found) !== line) throw changed(path, trial.index, "asks for other parameters");
  return found;
};

/** The first, the middle and the last of what is there. */
const checkAgain = async (lines: readonly string[], path: string, evaluator: Evaluator): Promise<void> => {
  if (lines.length === 0) return;
  const places = [...new Set([0, lines.length >> 1, lines.length - 1])];
  const trials = places.map((place) => readTrial(lines[place]!, place, path));
  const found = await evaluator.evaluate(trials.map(({ params }) => ({ params, accounting: "float" })));
  for (const [i, trial] of trials.entries())
    if (trialLine(trial, found[i]!) !== lines[trial.index])
      throw changed(path, trial.index, "finds something else");
};

const changed = (path: string, index: number, what: string): Invalid =>
  new Invalid(
    path,
    "trials of this very program and strategy (--fresh begins anew)",
    `it ${what} for trial ${index}`,
  );
