/** A real engine on its synthetic sandbox, small and in a folder of its own, with its gateway; and how to ask that. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger, moleculerLogger } from "../../adapters/log/log.ts";
import { configure, type Flags } from "../../nodes/configuration.ts";
import { startEngine, type Engine } from "../../nodes/engine.ts";
import type { Scope } from "../../nodes/gateway/tokens.ts";
import { parseSettings, type Settings } from "../../nodes/settings.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, never> & { readonly error?: Record<string, string> };
}

export interface Asker {
  readonly url: string;
  readonly dataDir: string;
  readonly tokens: Readonly<Record<"reader" | "trader" | "admin", string>>;
  get(path: string, token?: string): Promise<Answer>;
  post(path: string, body?: unknown, token?: string): Promise<Answer>;
}

export const folder = (): string => mkdtempSync(join(tmpdir(), "shoal-"));

export const askerOf = (dataDir: string): Asker => {
  const { url, tokens } = JSON.parse(readFileSync(join(dataDir, "gateway.json"), "utf8")) as {
    readonly url: string;
    readonly tokens: readonly { readonly name: string; readonly token: string; readonly scopes: Scope[] }[];
  };
  const named = Object.fromEntries(tokens.map(({ name, token }) => [name, token])) as Asker["tokens"];
  const ask = async (method: string, path: string, token: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: JSON.parse(text) as Answer["json"],
    };
  };
  return {
    url,
    dataDir,
    tokens: named,
    get: (path, token = named.admin) => ask("GET", path, token),
    post: (path, body, token = named.admin) => ask("POST", path, token, body),
  };
};

export interface RunningEngine {
  readonly engine: Engine;
  readonly ask: Asker;
  stop(): Promise<void>;
}

const nobody = new Proxy({} as Asker, {
  get: () => {
    throw new Error("this process has no gateway");
  },
});

/** One instrument, two strategies, a market day in 24 minutes. `more` is laid over the settings. */
export const startDemo = async (
  flags: Flags = {},
  more: Partial<Record<keyof Settings, unknown>> = {},
): Promise<RunningEngine> => {
  const dataDir = flags.dataDir ?? folder();
  const base = configure({ symbols: ["BTC/USDT"], ...flags, dataDir }, {});
  const settings = parseSettings({ ...base, ...more });
  const logger = createLogger({ destination: join(dataDir, "shoal.log"), level: "trace" });
  const engine = await startEngine(settings, { environment: {}, logger: moleculerLogger(logger) });
  return {
    engine,
    ask: engine.gateway === undefined ? nobody : askerOf(engine.dataDir),
    async stop() {
      await engine.stop();
      logger.flush();
      if (flags.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
