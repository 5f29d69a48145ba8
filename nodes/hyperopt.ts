/** One search from its request to its answer, in a folder of its own: `trials.jsonl` as it goes, `best.json` at the end. */
import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockDataDirectory } from "../adapters/lock/lock.ts";
import { hashOfTrials, openTrialLog, readLines, type Identity } from "../adapters/trials/trial-log.ts";
import { toPlainJson } from "../domain/values/json.ts";
import { evaluatorOf, type Evaluating, type Evaluator } from "./search/evaluator.ts";
import { honestyOf, runExactly, survivorsOf } from "./search/conclude.ts";
import { prepareSearch, type PreparedSearch, type SearchRequest } from "./search/prepare.ts";
import { runSearch, type Progress } from "./search/run.ts";

export interface HyperoptRequest extends SearchRequest, Omit<Evaluating, "strategiesDir"> {
  /** Parent of the folders of searches. */
  readonly root: string;
  /** This search's own folder; unless given, one under `root` named after strategy and search. */
  readonly dir?: string | undefined;
  readonly fresh: boolean;
  /** How many of the best are run again exactly. */
  readonly survivors: number;
  readonly show: (progress: Progress) => void;
}

export type HyperoptAnswer = Awaited<ReturnType<typeof hyperopt>>;

/**
 * A search that was broken off goes on; one that was finished begins anew. `open`: who evaluates. Throws `Invalid` naming
 * what is wrong.
 */
export const hyperopt = async (
  request: HyperoptRequest,
  open: (prepared: PreparedSearch, request: Evaluating) => Evaluator | Promise<Evaluator> = evaluatorOf,
) => {
  const prepared = await prepareSearch(request);
  for (const note of prepared.notes) request.tell(note);
  const dir = request.dir ?? join(request.root, folderOf(prepared.identity));
  const lock = await lockDataDirectory(dir);
  const path = join(dir, "trials.jsonl");
  const began = performance.now();
  let evaluator: Evaluator | undefined;
  try {
    evaluator = await open(prepared, request);
    const fresh = request.fresh || finished(path, request.epochs);
    const log = openTrialLog(path, prepared.identity, fresh);
    try {
      if (log.lines.length > 0) request.tell(`going on after ${log.lines.length} trials of ${path}`);
      const { trials, lines } = await runSearch(prepared, request, {
        log,
        path,
        evaluator,
        show: request.show,
      });
      const several = request.objectives.length > 1;
      const chosen = survivorsOf(trials, several, request.survivors);
      const survivors = await runExactly(chosen, request.objectives, evaluator);
      const best = survivors[0];
      if (best !== undefined) writeFileSync(join(dir, "best.json"), `${toPlainJson(best.params, 2)}\n`);
      return {
        ...about(prepared, request),
        epochs: request.epochs,
        evaluations: trials.length,
        resumed: log.lines.length,
        rated: trials.filter(({ losses }) => losses !== null).length,
        /** Why the others were not, by reason. */
        unrated: countedBy(trials.flatMap(({ reason }) => (reason === null ? [] : [reason]))),
        impossible: prepared.space.impossible,
        exhausted: trials.length < request.epochs,
        elapsedMs: performance.now() - began,
        best: best ?? null,
        honesty: chosen[0] === undefined ? null : honestyOf(trials, chosen[0]),
        ...(several ? { front: survivors } : { survivors }),
        evaluationsHash: hashOfTrials(lines),
        trialsFile: path,
      };
    } finally {
      log.close();
    }
  } finally {
    await evaluator?.close();
    await lock.release();
  }
};

const finished = (path: string, epochs: number): boolean =>
  existsSync(path) && readLines(path).lines.length >= epochs;

const folderOf = (identity: Identity): string =>
  `${String(identity["strategy"])}-${createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 12)}`;

const about = ({ strategy, space, testing, timeframe }: PreparedSearch, request: HyperoptRequest) => ({
  strategy: strategy.name,
  sampler: request.sampler,
  losses: request.objectives,
  seed: request.seed,
  batch: request.batch,
  workers: request.workers,
  timeframe,
  pairs: testing.markets.map(({ instrument }) => instrument.symbol),
  from: testing.from,
  to: testing.to ?? null,
  space: Object.fromEntries(
    space.axes.map((axis) => [
      axis.name,
      axis.kind === "choice" ? axis.values : { min: axis.min, max: axis.max, step: axis.step },
    ]),
  ),
  fixed: space.fixed,
  conventions: {
    fills: request.convention,
    fees: `maker ${request.makerBps} bps, taker ${request.takerBps} bps`,
    accounting: "float for all trials, exact for the survivors",
    time: "all trials over the same time, from `from` on; earlier candles warm up",
  },
});

const countedBy = (reasons: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};
