/** `shoal chaos run`: seeded storms over simulated clusters, and what they broke. */
import { availableParallelism } from "node:os";
import { Command } from "commander";
import type { Campaign } from "../nodes/chaos/campaign.ts";
import type { GroundRequest } from "../nodes/chaos/ground.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { Exit, exits } from "./exit.ts";
import { answer, say } from "./terminal.ts";
import { jsonOption } from "./trials/json-option.ts";
import { verb, wholeNumber, withJson } from "./verb.ts";

interface Options {
  readonly seed: number;
  readonly seeds?: number;
  readonly minutes?: number;
  readonly threads: number;
  readonly strategy?: string;
  readonly sharedLimits?: boolean;
  readonly params?: string;
  readonly strategiesDir?: string;
  readonly keptStops?: boolean;
  readonly targets?: boolean;
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
        ["chaos run --strategy grid --params '{\"cells\":40}' --seeds 100", "a strategy in a hundred storms"],
      ],
      exits: [exits.mismatch],
    }),
  )
    .option("--seed <n>", "the first", wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option("--seeds <n>", "how many (default: one, or as many as fit into --minutes)", wholeNumber(1, 1e9))
    .option("--minutes <n>", "for how long", Number)
    .option("--threads <n>", "side by side", wholeNumber(1, 64), availableParallelism())
    .option("--strategy <name>", "what is traded (default: wanderers, which do anything at any time)")
    .option("--shared-limits", "wanderers of three portfolios under limits over all of them")
    .option("--kept-stops", "wanderers with stops at a venue that takes none: the portfolio keeps them")
    .option(
      "--targets",
      "wanderers with stops and take-profit targets; beside --kept-stops at a venue that takes none",
    )
    .option("--params <json>", "its parameters; the others have their defaults")
    .option("--strategies-dir <path>", "a folder of your own strategies")
    .action(run);

const run = async (options: Options): Promise<void> => {
  const { seed, minutes, json = false } = options;
  const seeds = options.seeds ?? (minutes === undefined ? 1 : undefined);
  const ground = groundRequest(options);
  if (seeds === 1) return one(seed, json, ground);
  const { runCampaign } = await import("../nodes/chaos/campaign.ts");
  let toldAt = performance.now();
  const done = await runCampaign({
    ...{ firstSeed: seed, seeds, threads: options.threads, ground },
    forMs: minutes === undefined ? undefined : minutes * 60_000,
    progress: (count, broken) => {
      if (json || performance.now() - toldAt < 5_000) return;
      toldAt = performance.now();
      say(`${count} seeds, ${broken} broken`);
    },
  });
  answer(json, done, () => campaignText(done, ground));
  if (done.broken.length === 0) return;
  if (!json) await one(done.broken[0]!.seed, false, ground);
  throw new Exit(exits.mismatch, `${done.broken.length} of ${done.seeds} seeds broke an invariant`);
};

const groundRequest = (options: Options): GroundRequest | undefined => {
  const { strategy, params, strategiesDir, sharedLimits, keptStops, targets } = options;
  const stops = { "--kept-stops": keptStops, "--targets": targets };
  for (const [name, given] of Object.entries({ "--shared-limits": sharedLimits, ...stops }))
    if (strategy !== undefined && given === true)
      throw new Invalid(name, "left out beside --strategy", strategy);
  for (const [name, given] of Object.entries(stops))
    if (sharedLimits === true && given === true)
      throw new Invalid(name, "left out beside --shared-limits", true);
  if (strategy !== undefined) return { strategy, params: jsonOption("--params", params), strategiesDir };
  for (const [name, given] of Object.entries({ "--params": params, "--strategies-dir": strategiesDir }))
    if (given !== undefined) throw new Invalid(name, "--strategy beside it", given);
  if (targets === true) return keptStops === true ? "kept-targets" : "targets";
  if (keptStops === true) return "kept-stops";
  return sharedLimits === true ? "shared-limits" : undefined;
};

/** With its plan; twice the same. */
const one = async (seed: number, json: boolean, request: GroundRequest | undefined): Promise<void> => {
  const [{ runSeed }, { planText }, { groundOf }] = await Promise.all([
    import("../nodes/chaos/run-seed.ts"),
    import("../nodes/chaos/plan.ts"),
    import("../nodes/chaos/ground.ts"),
  ]);
  const ground = request === undefined ? undefined : await groundOf(request);
  const begun = performance.now();
  const { plan, events, entries, orders, virtualMs, broken, log } = await runSeed(seed, undefined, ground);
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

const groundText = (ground: GroundRequest): string => {
  if (ground === "kept-targets") return " --kept-stops --targets";
  if (typeof ground === "string") return ` --${ground}`;
  const { strategy, params } = ground;
  return ` --strategy ${strategy}${params === undefined ? "" : ` --params '${JSON.stringify(params)}'`}`;
};

const campaignText = (
  { seeds, events, orders, broken, elapsedMs, seedsPerMinute }: Campaign,
  ground: GroundRequest | undefined,
): string =>
  [
    `${seeds} seeds, ${events} events, ${orders} orders in ${(elapsedMs / 1_000).toFixed(1)} s (${seedsPerMinute} seeds a minute)`,
    ...broken.map(
      ({ seed, atMs, invariant, detail }) => `seed ${seed} at ${atMs.toFixed(0)} ms: ${invariant}: ${detail}`,
    ),
    ...(broken.length === 0
      ? ["nothing broke"]
      : [
          "",
          `the first again: npx shoal chaos run --seed ${broken[0]!.seed}${ground === undefined ? "" : groundText(ground)}`,
        ]),
  ].join("\n");
