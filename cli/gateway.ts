/**
 * The way to a running engine: its gateway, whose address and tokens lie in `gateway.json` of the data directory. Several
 * processes may share a directory, each in a folder of its own: the newest that answers is asked.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { Exit, exits, type ExitCode } from "./exit.ts";
import { verb, withJson, type VerbText } from "./verb.ts";

export interface Where {
  readonly dataDir?: string;
  readonly url?: string;
  readonly token?: string;
  readonly json?: boolean;
}

export interface Gateway {
  readonly url: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: object): Promise<T>;
}

interface Address {
  readonly url: string;
  readonly tokens: readonly { readonly token: string; readonly scopes: readonly string[] }[];
}

const PING_MS = 1_500;
const ANSWER_MS = 35_000;

/** A verb that asks a running engine. */
export const liveVerb = (text: VerbText): Command =>
  withJson(verb({ ...text, exits: [3, 4] }))
    .option(
      "-d, --data-dir <path>",
      "the engine's data directory (default: SHOAL_DATA_DIR, the configuration's, else .shoal)",
    )
    .option("--url <url>", "address of the gateway, instead of looking it up")
    .option("--token <token>", "bearer token, instead of the one in gateway.json");

/** Where the engine keeps its data: said, or as `start` would choose. Reads a configuration only if one lies here. */
export const dataDirOf = async (said: string | undefined): Promise<string> => {
  if (said !== undefined) return said;
  if (process.env["SHOAL_DATA_DIR"]) return process.env["SHOAL_DATA_DIR"];
  if (!existsSync("shoal.config.yaml")) return ".shoal";
  const { configure } = await import("../nodes/configuration.ts");
  return configure({}, process.env).dataDir;
};

/** Throws `Exit` 3 when no engine answers. `scope` picks the token. */
export const openGateway = async (where: Where, scope: "read" | "trade" | "admin"): Promise<Gateway> => {
  if (where.url !== undefined) {
    const token = where.token ?? tokenFor(await addresses(where), scope, where.url);
    if (!(await answers(where.url))) throw new Exit(exits.unreachable, `no engine answers at ${where.url}`);
    return client(where.url, token);
  }
  const found = await addresses(where);
  for (const address of found)
    if (await answers(address.url))
      return client(address.url, where.token ?? tokenFor([address], scope, address.url));
  const dataDir = await dataDirOf(where.dataDir);
  throw new Exit(
    exits.unreachable,
    found.length === 0
      ? `no engine has its gateway.json in ${dataDir}: start one with \`shoal start\`, or name its --data-dir or --url`
      : `the engine of ${dataDir} does not answer at ${found.map(({ url }) => url).join(", ")}: it is not running`,
  );
};

/** Newest first. */
const addresses = async ({ dataDir }: Where): Promise<readonly Address[]> => {
  const root = await dataDirOf(dataDir);
  if (!existsSync(root)) return [];
  const folders = [root, ...readdirSync(root).map((name) => join(root, name))];
  return folders
    .map((folder) => join(folder, "gateway.json"))
    .filter((path) => existsSync(path))
    .map((path) => ({ path, at: statSync(path).mtimeMs }))
    .sort((a, b) => b.at - a.at)
    .flatMap(({ path }) => read(path));
};

const read = (path: string): readonly Address[] => {
  try {
    const { url, tokens } = JSON.parse(readFileSync(path, "utf8")) as Partial<Address>;
    return url === undefined ? [] : [{ url, tokens: tokens ?? [] }];
  } catch (error) {
    throw new Exit(exits.usage, `${path} cannot be read: ${(error as Error).message}`);
  }
};

/** The one with the fewest scopes that will do. */
const tokenFor = (among: readonly Address[], scope: string, url: string): string | undefined =>
  among
    .filter((address) => address.url === url)
    .flatMap(({ tokens }) => tokens)
    .filter(({ scopes }) => scopes.includes(scope))
    .sort((a, b) => a.scopes.length - b.scopes.length)[0]?.token;

const answers = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(`${url}/api/v1/ping`, { signal: AbortSignal.timeout(PING_MS) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
};

const client = (url: string, token: string | undefined): Gateway => {
  const ask = async (method: string, path: string, body?: object): Promise<never> => {
    let response: Response;
    try {
      response = await fetch(`${url}/api/v1/${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        signal: AbortSignal.timeout(ANSWER_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new Exit(exits.unreachable, `the engine at ${url} went away: ${causeOf(error)}`);
    }
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as never;
    throw refused(response.status, text);
  };
  return { url, get: (path) => ask("GET", path), post: (path, body = {}) => ask("POST", path, body) };
};

const causeOf = (error: unknown): string => {
  const { cause, message } = error as Error & { readonly cause?: Error };
  return cause?.message ?? message;
};

const refused = (status: number, text: string): Exit => {
  let told: { readonly message?: string; readonly type?: string } = {};
  try {
    ({ error: told = {} } = JSON.parse(text) as { readonly error?: typeof told });
  } catch {
    // Not the engine's own answer: a proxy, perhaps.
  }
  return new Exit(codeOf(status, told.type), told.message ?? `the engine answered ${status}`);
};

const codeOf = (status: number, type: string | undefined): ExitCode => {
  if (type === "STARTING") return exits.unreachable;
  if (type === "PARTLY_DONE") return exits.refused;
  if (status === 400 || status === 404 || status === 422) return exits.usage;
  return status < 500 ? exits.refused : exits.failed;
};
