/** The course of `shoal start`: settings, an empty directory for a replay, the engine, the live view, the end. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { configure, type Flags } from "../../nodes/configuration.ts";
import type { Engine } from "../../nodes/engine.ts";
import type { LockStep } from "../../nodes/lock-step.ts";
import { trainsOnly, type Settings } from "../../nodes/settings.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { say } from "../terminal.ts";
import { conclude } from "./conclude.ts";
import { prepareDirectory } from "./directory.ts";
import { header } from "./header.ts";
import { live } from "./live.ts";
import { openLog, type RunLog } from "./log.ts";
import { concludeTrainer, trainerHeader, trainerLive } from "./trainer.ts";
import { untilEnd } from "./until-end.ts";

export interface StartOptions {
  readonly config?: readonly string[];
  readonly dataDir?: string;
  readonly node?: string;
  readonly role?: readonly string[];
  readonly threads?: number;
  readonly nats?: string;
  readonly influx?: string;
  readonly redis?: string;
  readonly venueUrl?: string;
  readonly replay?: string;
  readonly speed?: string;
  readonly from?: string;
  readonly to?: string;
  readonly symbols?: readonly string[];
  readonly seed?: number;
  readonly dryRun?: boolean;
  readonly dryRunWallet?: string;
  readonly port?: number;
  readonly metricsPort?: number;
  /** Ms. */
  readonly for?: number;
  readonly repl?: boolean;
  readonly quiet?: boolean;
  readonly logLevel?: string;
  readonly json?: boolean;
}

export const start = async (options: StartOptions): Promise<void> => {
  const began = performance.now();
  const settings = settingsOf(options);
  const dataDir = settings.node === undefined ? settings.dataDir : join(settings.dataDir, settings.node);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const ending = untilEnd(options.for);
  const { lockDataDirectory } = await import("../../adapters/lock/lock.ts");
  const lock = await lockDataDirectory(dataDir);
  try {
    prepareDirectory(options, settings, dataDir);
    const log = openLog(settings, dataDir);
    const engine = await startEngineOf(settings, log, ending.stopped);
    const { listenForHalt } = await import("../../nodes/halt-line.ts");
    const hangUp = listenForHalt(engine.broker, engine);
    try {
      if (trainsOnly(settings)) await train(engine, options, { began, ending });
      else await trade(engine, settings, options, { began, ending, errors: () => log.errors() });
    } finally {
      hangUp();
      await engine.stop();
    }
  } finally {
    ending.close();
    await lock.release();
  }
};

/** Throws `Invalid` naming the field. */
const settingsOf = (options: StartOptions): Settings => {
  const { role, replay, config, speed, ...same } = options;
  if (replay !== undefined && config !== undefined)
    throw new Invalid("--replay", "no --config beside it (there it is venues.<id>.sandbox.replay)", replay);
  if (replay !== undefined && same.dryRun === true)
    throw new Invalid("--dry-run", "no --replay beside it: the one is live, the other recorded", replay);
  if (same.dryRunWallet !== undefined && same.dryRun !== true)
    throw new Invalid("--dry-run-wallet", "--dry-run beside it", same.dryRunWallet);
  const flags: Flags = {
    ...same,
    ...(role === undefined ? {} : { roles: role }),
    ...(speed === undefined ? {} : { speed }),
    // A configuration lying about must not turn a replay into trading.
    ...(replay === undefined ? (config === undefined ? {} : { config }) : { replay, config: [] }),
  };
  return configure(flags, process.env);
};

const startEngineOf = async (
  settings: Settings,
  log: RunLog,
  stopping: Promise<unknown>,
): Promise<Engine> => {
  const { startEngine } = await import("../../nodes/engine.ts");
  return startEngine(settings, {
    environment: process.env,
    logger: log.forBroker,
    tell: (problem) => log.logger.warn(problem),
    joining: { stopping, onWait: say },
  });
};

interface Course {
  readonly began: number;
  readonly ending: ReturnType<typeof untilEnd>;
}

const train = async (engine: Engine, options: StartOptions, { began, ending }: Course): Promise<void> => {
  const json = options.json === true;
  const trainer = engine.trainer!;
  const write = options.quiet === true ? (): void => undefined : writeTo(json);
  for (const line of trainerHeader(engine, trainer, began)) write(line);
  const view = trainerLive(trainer, write);
  try {
    await ending.of(engine, undefined);
    concludeTrainer(trainer, { json, began });
  } finally {
    view.close();
  }
};

const writeTo = (json: boolean): ((line: string) => void) =>
  json ? say : (line) => void process.stdout.write(`${line}\n`);

const trade = async (
  engine: Engine,
  settings: Settings,
  options: StartOptions,
  { began, ending, errors }: Course & Pick<RunLog, "errors">,
): Promise<void> => {
  const json = options.json === true;
  const write = writeTo(json);
  if (options.quiet !== true) for (const line of header(engine, settings, began)) write(line);
  const view = options.quiet === true || options.repl === true ? undefined : live(engine, { json, errors });
  try {
    const lockStep = await engine.run();
    if (options.repl === true) (await import("../../nodes/repl.ts")).startRepl(engine);
    const ended = await ending.of(engine, lockStep);
    view?.close();
    await freed(engine, lockStep);
    await conclude(engine, settings, { json, began, ended, slices: lockStep?.slices });
  } finally {
    view?.close();
  }
};

/** After lock-step turns are taken as they come again: nobody opens gates for the questions that follow. */
const freed = async ({ wire }: Engine, lockStep: LockStep | undefined): Promise<void> => {
  if (lockStep === undefined) return;
  lockStep.close();
  await wire.activity.settle();
  wire.activity.lockStep = false;
};
