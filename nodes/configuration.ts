/**
 * Where settings come from, later wins: the demo, the file, the environment (`SHOAL__SECTION__KEY`, and
 * NATS_URL, INFLUX_URL, REDIS_URL), flags. Secrets written `env:NAME` or `file:PATH` are looked up here and nowhere else.
 */
import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { Invalid } from "../domain/values/invalid.ts";
import { demo, replay } from "./demo.ts";
import { dryRunOf } from "./dry-run.ts";
import { parseSettings, trainsOnly, type Settings } from "./settings.ts";
import { isTree, merge, type Tree } from "./tree.ts";

export interface Flags {
  readonly config?: readonly string[];
  readonly dataDir?: string;
  readonly node?: string;
  readonly roles?: readonly string[];
  readonly threads?: number;
  readonly nats?: string;
  readonly influx?: string;
  readonly redis?: string;
  readonly venueUrl?: string;
  readonly port?: number;
  readonly metricsPort?: number;
  readonly logLevel?: string;
  readonly seed?: number;
  readonly replay?: string;
  readonly speed?: string;
  readonly from?: string;
  readonly to?: string;
  readonly symbols?: readonly string[];
  readonly dryRun?: boolean;
  readonly dryRunWallet?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const at = (path: readonly string[], value: unknown): Tree =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Tree;

const fromFile = (path: string): Tree => {
  if (!existsSync(path)) throw new Invalid("config", "a file that exists", path);
  let parsed: unknown;
  try {
    parsed = parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Invalid(
      `config ${path}`,
      `YAML or JSON (${(error as Error).message.split("\n")[0] ?? ""})`,
      "a broken file",
    );
  }
  if (!isTree(parsed)) throw new Invalid(`config ${path}`, "an object at the top", parsed);
  return parsed;
};

/** `SHOAL__GATEWAY__PORT=8080` sets gateway.port; values are read as YAML, so numbers are numbers. */
const fromEnvironment = (environment: Environment): Tree => {
  let tree: Tree = {};
  const short: readonly (readonly [string, readonly string[]])[] = [
    ["NATS_URL", ["nats", "url"]],
    ["INFLUX_URL", ["influx", "url"]],
    ["REDIS_URL", ["redis", "url"]],
    ["SHOAL_DATA_DIR", ["dataDir"]],
  ];
  for (const [key, path] of short) if (environment[key]) tree = merge(tree, at(path, environment[key]));
  for (const [key, value] of Object.entries(environment)) {
    if (!key.startsWith("SHOAL__") || value === undefined) continue;
    const path = key.slice(7).split("__").map(camel);
    tree = merge(tree, at(path, parse(value) as unknown));
  }
  return tree;
};

const camel = (part: string): string =>
  part.toLowerCase().replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());

const fromFlags = (flags: Flags, base: Tree): Tree => {
  const tree: Tree = {
    dataDir: flags.dataDir,
    node: flags.node,
    roles: flags.roles,
    nats: flags.nats === undefined ? undefined : { url: flags.nats },
    influx: flags.influx === undefined ? undefined : { url: flags.influx },
    redis: flags.redis === undefined ? undefined : { url: flags.redis },
    trainer: flags.threads === undefined ? undefined : { threads: flags.threads },
    gateway: flags.port === undefined ? undefined : { port: flags.port },
    metrics: flags.metricsPort === undefined ? undefined : { port: flags.metricsPort },
    log: flags.logLevel === undefined ? undefined : { level: flags.logLevel },
  };
  const venues = isTree(base["venues"]) ? base["venues"] : {};
  const seeded: Tree = { seed: flags.seed, speed: speedOf(flags.speed), from: flags.from, to: flags.to };
  const changed: Tree = {};
  for (const [id, venue] of Object.entries(venues))
    if (isTree(venue) && isTree(venue["sandbox"]))
      changed[id] = { sandbox: seeded, ...(flags.venueUrl === undefined ? {} : { url: flags.venueUrl }) };
  return merge(tree, { venues: changed });
};

const speedOf = (text: string | undefined): unknown =>
  text === undefined || text === "max" ? text : Number(text);

/** The settings to run with. Throws `Invalid` naming the field of the first mistake. */
export const configure = (flags: Flags, environment: Environment): Settings => {
  const files = flags.config ?? (existsSync("shoal.config.yaml") ? ["shoal.config.yaml"] : []);
  let tree: Tree = {};
  if (files.length === 0)
    tree =
      flags.replay === undefined
        ? demo(flags.symbols)
        : replay(flags.replay, { from: flags.from, to: flags.to, symbols: flags.symbols });
  for (const file of files) tree = merge(tree, fromFile(file));
  tree = merge(tree, fromEnvironment(environment));
  if (flags.dryRun === true) tree = dryRunOf(tree, { wallet: flags.dryRunWallet, dataDir: flags.dataDir });
  const settings = parseSettings(merge(tree, fromFlags(flags, tree)));
  return trainsOnly(settings)
    ? { ...settings, venues: {}, accounts: {}, portfolios: {}, strategies: [] }
    : settings;
};

/** `env:NAME` and `file:PATH` name a secret; anything else is the secret itself. */
export const lookUpSecret = (field: string, text: string, environment: Environment): string => {
  if (text.startsWith("env:")) {
    const value = environment[text.slice(4)];
    if (!value) throw new Invalid(field, `the environment variable ${text.slice(4)}`, "nothing");
    return value;
  }
  if (text.startsWith("file:")) {
    const path = text.slice(5);
    if (!existsSync(path)) throw new Invalid(field, "a file that exists", path);
    return readFileSync(path, "utf8").trim();
  }
  return text;
};
