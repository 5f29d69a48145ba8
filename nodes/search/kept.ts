/** Searches that stand on disk, finished or broken off: what `hyperopt-list` and `hyperopt-show` read. Nothing is changed. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { hashOfTrials, readLines, searchOf, type Identity } from "../../adapters/trials/trial-log.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { firstFront, ranking } from "../../simulation/search/pareto.ts";
import { readTrial, type FoundTrial } from "./trial-line.ts";

export interface KeptSearch {
  readonly dir: string;
  readonly search: Identity;
  readonly objectives: readonly string[];
  readonly trials: readonly FoundTrial[];
  readonly evaluationsHash: string;
  /** When its last trial was written, ms. */
  readonly changedAt: number;
}

const NAME = "trials.jsonl";

/** The search in this folder, or else the newest of those in folders below it. Throws `Invalid` for `field` when there is none. */
export const keptSearch = (path: string, field: string): KeptSearch => {
  const found = (existsSync(join(path, NAME)) ? [path] : foldersIn(path))
    .map((dir) => ({ dir, changedAt: statSync(join(dir, NAME)).mtimeMs }))
    .sort((a, b) => b.changedAt - a.changedAt)[0];
  if (found === undefined) throw new Invalid(field, "a folder of a search, or of searches", path);
  const file = join(found.dir, NAME);
  const { header, lines } = readLines(file);
  if (header === undefined) throw new Invalid(field, "a search with at least its first line", file);
  const search = searchOf(header, file);
  return {
    ...found,
    search,
    objectives: search["losses"] as readonly string[],
    trials: lines.map((line, index) => readTrial(line, index, file)),
    evaluationsHash: hashOfTrials(lines),
  };
};

const foldersIn = (path: string): readonly string[] =>
  existsSync(path)
    ? readdirSync(path)
        .map((name) => join(path, name))
        .filter((dir) => existsSync(join(dir, NAME)))
    : [];

/** Rated trials, best first; `frontOnly`: those that no other beats in every objective, by their first loss. */
export const bestOf = ({ trials }: Pick<KeptSearch, "trials">, frontOnly: boolean): readonly FoundTrial[] => {
  const losses = trials.map((trial) => trial.losses);
  return (frontOnly ? firstFront(losses) : ranking(losses))
    .map((place) => trials[place]!)
    .filter((trial) => trial.losses !== null);
};
