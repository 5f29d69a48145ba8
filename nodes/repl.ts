/**
 * The prompt into a running engine: moleculer-repl with commands that see actors (its own `services` does not: actors are
 * kept out of the registry). They ask and act as the gateway does, over the whole cluster. Leaving the prompt ends the
 * process in good order instead of by `process.exit`.
 */
import type { REPLServer } from "node:repl";
import { Invalid } from "../domain/values/invalid.ts";
import { toPlainJson } from "../domain/values/json.ts";
import { format } from "../domain/values/values.ts";
import { controls, type Controls } from "./controls.ts";
import type { Engine } from "./engine.ts";
import { openLegsText } from "./open-legs.ts";
import { overview, type Overview } from "./overview.ts";

export interface Asked {
  readonly options?: Readonly<Record<string, unknown>>;
  readonly [argument: string]: unknown;
}

export interface ReplCommand {
  readonly command: string;
  readonly description: string;
  readonly options?: readonly { readonly option: string; readonly description: string }[];
  readonly action: (broker: unknown, asked: Asked) => Promise<void>;
}

type Row = readonly (string | number)[];

/** Columns as wide as they need to be; numbers to the right. */
const columns = (head: readonly string[], rows: readonly Row[]): string => {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => String(row[i]).length)));
  const line = (row: Row): string =>
    row
      .map((cell, i) =>
        typeof cell === "number" ? String(cell).padStart(widths[i]!) : cell.padEnd(widths[i]!),
      )
      .join("  ")
      .trimEnd();
  return rows.length === 0 ? "none" : all.map(line).join("\n");
};

const text = (asked: Asked, name: string): string | undefined => {
  const found = asked[name] ?? asked.options?.[name];
  return typeof found === "string" || typeof found === "number" ? String(found) : undefined;
};

const SHOWN_MAX = 20;

type Command = (
  name: string,
  description: string,
  run: (asked: Asked) => Promise<string>,
  options?: ReplCommand["options"],
) => ReplCommand;

/** `write` gets what a command has to say, errors included. */
export const replCommands = (engine: Engine, write: (words: string) => unknown): readonly ReplCommand[] => {
  const ask = overview(engine);
  const command: Command = (name, description, run, options = []) => ({
    command: name,
    description,
    options,
    action: async (_broker, asked) => {
      try {
        write(`${await run(asked)}\n`);
      } catch (error) {
        write(`${(error as Error).message}\n`);
      }
    },
  });
  return [
    ...whereabouts(command, ask),
    ...insights(command, ask),
    ...acts(command, controls(engine, ask), `repl on ${engine.wire.hostId}`),
  ];
};

const whereabouts = (command: Command, ask: Overview): readonly ReplCommand[] => [
  command("actors [kind]", "Every actor, where it runs and what it has done", async (asked) => {
    const { actors } = await ask.actors();
    const kind = text(asked, "kind");
    return columns(
      ["actor", "host", "depth", "processed", "failed", "restarts"],
      actors
        .filter((one) => kind === undefined || one.kind === kind)
        .map((one) => [
          `${one.kind}.${one.id}`,
          one.host,
          one.depth,
          one.processed,
          one.failed,
          one.restarts,
        ]),
    );
  }),
  command("mailboxes", `The ${SHOWN_MAX} fullest mailboxes`, async () => {
    const { actors } = await ask.actors();
    const fullest = [...actors].sort((a, b) => b.depth - a.depth || b.processed - a.processed);
    return columns(
      ["actor", "host", "depth", "of", "processed", "refused", "invalid"],
      fullest.slice(0, SHOWN_MAX).map((one) => {
        const { depth, depthMax, processed, refused, invalid } = one;
        return [`${one.kind}.${one.id}`, one.host, depth, depthMax, processed, refused, invalid];
      }),
    );
  }),
  command("placement", "Which host carries how many actors of each kind", async () => {
    const { hosts, actors } = await ask.actors();
    const kinds = [...new Set(actors.map(({ kind }) => kind))];
    return columns(
      ["host", "roles", ...kinds, "state"],
      hosts.map(({ id, roles, leaving, silent }) => [
        id,
        roles.join(","),
        ...kinds.map((kind) => actors.filter((one) => one.host === id && one.kind === kind).length),
        silent ?? (leaving ? "leaving" : "here"),
      ]),
    );
  }),
];

const insights = (command: Command, ask: Overview): readonly ReplCommand[] => [
  command("state <actor>", "What an actor says of itself: state portfolio.main", async (asked) => {
    const actor = text(asked, "actor") ?? "";
    const dot = actor.indexOf(".");
    if (dot < 1) throw new Invalid("actor", "<kind>.<id>, e.g. portfolio.main", actor);
    return toPlainJson(await ask.inspect(actor.slice(0, dot), actor.slice(dot + 1)), 2);
  }),
  command("trades [limit]", "The newest fills", async (asked) => {
    const trades = await ask.trades(Number(text(asked, "limit") ?? SHOWN_MAX));
    return columns(
      ["time", "strategy", "instrument", "side", "quantity", "price", "fee", "tag"],
      trades.map(({ at, strategy, instrument, side, quantity, price, fee, feeAsset, tag }) => [
        new Date(at).toISOString(),
        strategy,
        instrument,
        side,
        format(quantity),
        format(price),
        `${format(fee)} ${feeAsset}`,
        tag,
      ]),
    );
  }),
];

const acts = (command: Command, act: Controls, by: string): readonly ReplCommand[] => [
  command(
    "halt [portfolio]",
    "Stop entries (or everything) of one or all portfolios",
    async (asked) => {
      const level = text(asked, "level") ?? "entries";
      if (level !== "entries" && level !== "all") throw new Invalid("level", "entries or all", level);
      const reason = text(asked, "reason") ?? "by hand";
      const portfolio = text(asked, "portfolio");
      const halted = await act.halt({ level, reason, portfolio }, by);
      const open = openLegsText(await act.openLegs(portfolio));
      return [`halted (${level}): ${halted.join(", ")}`, ...open].join("\n");
    },
    [
      { option: "-l, --level <level>", description: "entries (default) or all" },
      { option: "-r, --reason <reason>", description: "for the journal" },
    ],
  ),
  command("resume [portfolio]", "Trade again", async (asked) => {
    return `resumed: ${(await act.resume(text(asked, "portfolio"), by)).join(", ")}`;
  }),
];

/** Its `eval` is replaced below; the types say that nobody may. */
type Changeable<T> = { -readonly [K in keyof T]: T[K] };

const leaving = new Set(["quit", "q", "exit", ".exit"]);

/** Opens the prompt on this terminal. `quit` is called once when the user leaves it; by default the process gets a SIGTERM. */
export const startRepl = (
  engine: Engine,
  quit: () => void = () => {
    process.kill(process.pid, "SIGTERM");
  },
): REPLServer => {
  const { broker } = engine;
  (broker.options as { replOptions?: unknown }).replOptions = {
    delimiter: "shoal $",
    customCommands: replCommands(engine, (words) => process.stdout.write(words)),
  };
  const server = (broker as unknown as { repl(): Changeable<REPLServer> }).repl();
  const evaluate = server.eval;
  server.eval = function (line, context, file, done) {
    if (!leaving.has(line.trim())) {
      evaluate.call(server, line, context, file, done);
      return;
    }
    // A prompt that still evaluates would keep its end for later.
    (done as (error: null) => void)(null);
    server.close();
  };
  server.removeAllListeners("exit");
  server.once("exit", quit);
  return server;
};
