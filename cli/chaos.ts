/** `shoal chaos run`: seeded storms over simulated clusters, and what they broke. */
import { availableParallelism } from "node:os";
import { Command } from "commander";
import type { Campaign } from "../nodes/chaos/campaign.ts";
import { Exit, exits } from "./exit.ts";
import { answer, say } from "./terminal.ts";
import { verb, wholeNumber, withJson } from "./verb.ts";

interface Options {
  readonly seed: number;
  readonly seeds?: number;
  readonly minutes?: number;
  readonly threads: number;
  readonly json?: boolean;
}

export const make = (): Command =>
  new Command("chaos")
    .description(
      "Simulated clusters in storms: crashes, partitions, lost answers; whatever breaks can be replayed.",
    )
    .helpOption("-h, --help", "show this help")
    .addCommand(runVerb());

const runVerb = (): Command =>
  withJson(
    verb({
      name: "run",
      about:
        "Run seeds, each a whole cluster in virtual time under its own storm; tell the first broken invariant.",
      examples: [
        ["chaos run --seed 1 --minutes 5", "as many seeds from 1 on as fit into five minutes"],
        ["chaos run --seed 4711", "this one, with its plan and what its hosts logged"],
      ],
      exits: [exits.mismatch],
    }),
  )
    .option("--seed <n>", "the first", wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option("--seeds <n>", "how many (default: one, or as many as fit into --minutes)", wholeNumber(1, 1e9))
    .option("--minutes <n>", "for how long", Number)
    .option("--threads <n>", "side by side", wholeNumber(1, 64), availableParallelism())
    .action(run);

const run = async (options: Options): Promise<void> => {
  const { seed, minutes, json = false } = options;
  const seeds = options.seeds ?? (minutes === undefined ? 1 : undefined);
  if (seeds === 1) return one(seed, json);
  const { runCampaign } = await import("../nodes/chaos/campaign.ts");
  let toldAt = performance.now();
  const done = await runCampaign({
    ...{ firstSeed: seed, seeds, threads: options.threads },
    forMs: minutes === undefined ? undefined : minutes * 60_000,
    progress: (count, broken) => {
      if (json || performance.now() - toldAt < 5_000) return;
      toldAt = performance.now();
      say(`${count} seeds, ${broken} broken`);
    },
  });
  answer(json, done, () => campaignText(done));
  if (done.broken.length === 0) return;
  if (!json) await one(done.broken[0]!.seed, false);
  throw new Exit(exits.mismatch, `${done.broken.length} of ${done.seeds} seeds broke an invariant`);
};

/** With its plan; twice the same. */
const one = async (seed: number, json: boolean): Promise<void> => {
  const [{ runSeed }, { planText }] = await Promise.all([
    import("../nodes/chaos/run-seed.ts"),
    import("../nodes/chaos/plan.ts"),
  ]);
  const begun = performance.now();
  const { plan, events, entries, orders, virtualMs, broken, log } = await runSeed(seed);
  const elapsedMs = Math.round(performance.now() - begun);
  const told = broken.map((each) => ({ seed, ...each }));
  answer(json, { seeds: 1, events, orders, entries, virtualMs, elapsedMs, broken: told, plan }, () =>
    [
      planText(plan),
      ...(broken.length === 0 ? [] : ["", "what the hosts logged:", ...log.map((line) => `  ${line}`), ""]),
      `${events} events in ${(virtualMs / 1_000).toFixed(1)} s of virtual time, ${orders} orders, ${entries} entries`,
      ...broken.map(
        ({ atMs, invariant, detail }) => `BROKEN at ${atMs.toFixed(0)} ms: ${invariant}: ${detail}`,
      ),
      ...(broken.length === 0 ? ["nothing broke"] : []),
    ].join("\n"),
  );
  if (broken.length > 0) throw new Exit(exits.mismatch, `seed ${seed} broke: ${broken[0]!.invariant}`);
};

const campaignText = ({ seeds, events, orders, broken, elapsedMs, seedsPerMinute }: Campaign): string =>
  [
    `${seeds} seeds, ${events} events, ${orders} orders in ${(elapsedMs / 1_000).toFixed(1)} s (${seedsPerMinute} seeds a minute)`,
    ...broken.map(
      ({ seed, atMs, invariant, detail }) => `seed ${seed} at ${atMs.toFixed(0)} ms: ${invariant}: ${detail}`,
    ),
    ...(broken.length === 0
      ? ["nothing broke"]
      : ["", `the first again: npx shoal chaos run --seed ${broken[0]!.seed}`]),
  ].join("\n");
