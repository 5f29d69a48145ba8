/**
 * The verbs, what each is for, and how a command ends. A verb's file is loaded when it is asked for, so that `--help`
 * and `--version` answer at once and only `start` pays for the engine.
 */
import { Command, CommanderError } from "commander";
import { Invalid } from "../domain/values/invalid.ts";
import { version } from "../nodes/package.ts";
import { exitCodeOf, exits } from "./exit.ts";
import { expectAnswer, hasAnswered } from "./terminal.ts";

interface Listed {
  readonly about: string;
  readonly load: () => Promise<{ readonly make: () => Command }>;
}

const verbs: Readonly<Record<string, Listed>> = {
  start: {
    about: "run the engine: the demo, your configuration, or a replay",
    load: () => import("./start.ts"),
  },
  sandbox: { about: "run the sandbox exchange alone", load: () => import("./sandbox.ts") },
  "list-strategies": { about: "strategies and their parameters", load: () => import("./list-strategies.ts") },
  indicators: {
    about: "indicators: what there is, and one computed over candles",
    load: () => import("./indicators.ts"),
  },
  "check-config": {
    about: "the effective configuration, or the mistake in it",
    load: () => import("./check-config.ts"),
  },
  "list-data": { about: "which recorded candles are there", load: () => import("./list-data.ts") },
  "check-data": { about: "what is wrong with recorded candles", load: () => import("./check-data.ts") },
  "download-data": {
    about: "fetch candles from a venue into the history",
    load: () => import("./download-data.ts"),
  },
  import: { about: "take candle files of any layout into the history", load: () => import("./import.ts") },
  export: { about: "write history in another program's format", load: () => import("./export.ts") },
  convert: { about: "candle files in another format", load: () => import("./convert.ts") },
  archive: { about: "put the history away in Parquet, with checksums", load: () => import("./archive.ts") },
  restore: { about: "bring history back from an archive", load: () => import("./restore.ts") },
  "verify-archive": {
    about: "whether an archive is as it was written",
    load: () => import("./verify-archive.ts"),
  },
  retain: { about: "delete what an archive need not keep", load: () => import("./retain.ts") },
  resample: { about: "coarser candles out of finer ones", load: () => import("./resample.ts") },
  status: { about: "what runs, what is held, what it is worth", load: () => import("./status.ts") },
  trades: { about: "the newest fills", load: () => import("./trades.ts") },
  balance: { about: "balances of the accounts", load: () => import("./balance.ts") },
  profit: { about: "profit by strategy", load: () => import("./profit.ts") },
  orders: { about: "orders that are open", load: () => import("./orders.ts") },
  actors: { about: "which actor runs where, and its mailbox", load: () => import("./actors.ts") },
  leases: { about: "who owns each portfolio and account", load: () => import("./leases.ts") },
  inspect: { about: "one actor from inside", load: () => import("./inspect.ts") },
  strategy: { about: "start, stop or reload one strategy", load: () => import("./strategy.ts") },
  halt: { about: "stop trading now", load: () => import("./halt.ts") },
  resume: { about: "trade again after a halt", load: () => import("./resume.ts") },
  dlq: { about: "messages that were given up: look, send again, drop", load: () => import("./dlq.ts") },
  chaos: { about: "storms over simulated clusters, by seed", load: () => import("./chaos.ts") },
  backtesting: {
    about: "run a strategy over recorded candles",
    load: () => import("./backtesting.ts"),
  },
  "kill-switch": {
    about: "stop everything at once, and each portfolio says so",
    load: () => import("./kill-switch.ts"),
  },
  limits: {
    about: "limits while it runs: see, lower, raise with a second person",
    load: () => import("./limits.ts"),
  },
  market: {
    about: "markets side by side: movers, correlations, the depth of a book",
    load: () => import("./market.ts"),
  },
  metrics: {
    about: "figures of returns or trades, by a named convention",
    load: () => import("./metrics.ts"),
  },
  "backtesting-show": {
    about: "the tables of a saved backtest once more",
    load: () => import("./backtesting-show.ts"),
  },
  hyperopt: {
    about: "search the parameters of a strategy by backtests",
    load: () => import("./hyperopt.ts"),
  },
  "hyperopt-list": {
    about: "the trials of a search, best first",
    load: () => import("./hyperopt-list.ts"),
  },
  "hyperopt-show": {
    about: "one trial of a search, its parameters and figures",
    load: () => import("./hyperopt-show.ts"),
  },
  population: {
    about: "many random parameter sets reckoned in bulk, the best run again exactly",
    load: () => import("./population.ts"),
  },
  "monte-carlo": {
    about: "what else might have happened with these returns or trades",
    load: () => import("./monte-carlo.ts"),
  },
  overfitting: {
    about: "whether the best of many trials is more than luck",
    load: () => import("./overfitting.ts"),
  },
  compare: {
    about: "results side by side, and whether they differ by more than luck",
    load: () => import("./compare.ts"),
  },
  "recursive-analysis": {
    about: "how much warm-up indicators need, and who never has enough",
    load: () => import("./recursive-analysis.ts"),
  },
  "lookahead-analysis": {
    about: "whether signals or features from outside knew later candles",
    load: () => import("./lookahead-analysis.ts"),
  },
  "walk-forward": {
    about: "parameters chosen on one stretch of time, used on the next",
    load: () => import("./walk-forward.ts"),
  },
  journal: { about: "show, verify or migrate the journal", load: () => import("./journal.ts") },
};

const program = async (args: readonly string[]): Promise<Command> => {
  const top = new Command("shoal")
    .description(
      "A crypto trading engine of actors: every symbol, strategy and portfolio is one small actor.",
    )
    .usage("<verb> [options]")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help; `shoal <verb> --help` tells more")
    .addHelpText(
      "after",
      `
With no configuration \`shoal start\` trades a seeded synthetic market on its own sandbox exchange.
Every verb takes --json. Exit codes and all options: docs/guides/cli.md`,
    );
  const words = args.filter((word) => !word.startsWith("-"));
  const wanted = words[0] === "help" ? words[1] : words[0];
  for (const [name, { about, load }] of Object.entries(verbs))
    top.addCommand(name === wanted ? (await load()).make() : new Command(name).description(about));
  for (const command of family(top))
    command.exitOverride().showHelpAfterError("(add --help for the options)");
  return top;
};

const family = (command: Command): Command[] => [command, ...command.commands.flatMap(family)];

/** Runs one command line; resolves with its exit code. */
export const main = async (args: readonly string[]): Promise<number> => {
  expectAnswer();
  try {
    const top = await program(args);
    if (args.length === 0) top.help();
    await top.parseAsync(args, { from: "user" });
    return exits.ok;
  } catch (error) {
    const json = args.includes("--json");
    if (!(error instanceof CommanderError)) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      tell(error, exitCodeOf(error), json);
      return exitCodeOf(error);
    }
    if (error.exitCode === 0) return exits.ok;
    tell(error, exits.usage, json);
    return exits.usage;
  }
};

/** With `--json` a failure is one JSON value too, unless the verb has answered already. */
const tell = (error: unknown, exitCode: number, json: boolean): void => {
  if (process.env["SHOAL_DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
  if (!json || hasAnswered()) return;
  const message = error instanceof Error ? error.message : String(error);
  const field = error instanceof Invalid ? { field: error.field } : {};
  process.stdout.write(`${JSON.stringify({ error: { message, ...field, exitCode } })}\n`);
};
