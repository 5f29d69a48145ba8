/** `shoal sandbox`: the sandbox exchange alone, for trying any program that speaks ccxt. */
import type { Command } from "commander";
import { faultPlan, type FaultPlan } from "../sandbox/faults/plan.ts";
import type { SandboxOptions } from "../sandbox/options.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { answer, say } from "./terminal.ts";
import { duration, list, speed, verb, wholeNumber, withJson } from "./verb.ts";

interface Options {
  readonly port: number;
  readonly host: string;
  readonly seed: number;
  readonly speed: string;
  readonly replay?: string;
  readonly symbols?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly for?: number;
  readonly futures?: boolean;
  readonly fundingRate?: string;
  readonly faults?: FaultPlan;
  readonly json?: boolean;
}

export const make = (): Command =>
  withJson(
    verb({
      name: "sandbox",
      about:
        "Run the sandbox exchange alone: Binance's wire, spot or futures, play money, a market you choose.",
      examples: [
        [`sandbox --faults '{"seed":7,"mix":0.2}'`, "a seeded synthetic market on a bad day"],
        [
          "sandbox --replay ../shared/data/trades-binance-xrpeth-2019-10 --speed 100",
          "recorded trades, a hundred times as fast",
        ],
        [
          "sandbox --futures --speed 60",
          "perpetual contracts, long and short, on margin; funding every 8 minutes",
        ],
      ],
    }),
  )
    .option("--port <n>", "to listen on (0: a free one)", wholeNumber(0, 65_535), 0)
    .option("--host <address>", "to listen on; 0.0.0.0 in a container", "127.0.0.1")
    .option("--seed <n>", "of the synthetic market", wholeNumber(0, 2 ** 32 - 1), 1)
    .option(
      "--speed <n|max>",
      "market time per wall time; max waits for a lock-step reader (docs/sandbox.md)",
      speed,
      "1",
    )
    .option(
      "--replay <path>",
      "recorded trades, candles or books: a folder or one file (default: the synthetic market)",
    )
    .option(
      "-p, --symbols <list>",
      "pairs, such as BTC/USDT,ETH/USDT (default: five of them, or all that are recorded)",
      list,
    )
    .option("--from <time>", "first moment of a replay: 2021-05-19, an ISO time (UTC) or ms")
    .option("--to <time>", "end of a replay, itself excluded")
    .option(
      "--futures",
      "Binance's USD-margined futures instead of spot: positions, leverage, funding, liquidation",
    )
    .option(
      "--funding-rate <fraction>",
      "of a --futures sandbox, paid by longs every eight hours of market time, such as 0.0001",
    )
    .option("--faults <json>", "trouble from the beginning: a plan of docs/sandbox.md", plan)
    .option("--for <duration>", "end by itself after 500ms, 30s, 5m, 2h (default: never)", duration)
    .action(run);

const run = async (options: Options): Promise<void> => {
  const { startSandbox } = await import("../sandbox/sandbox.ts");
  const ended = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
    if (options.for !== undefined) setTimeout(resolve, options.for);
  });
  const sandbox = await startSandbox(optionsOf(options));
  const { url, wsUrl, adminUrl, symbols, accounts } = sandbox;
  const keys = accounts.map(({ name, apiKey, secret, balances }) => ({ name, apiKey, secret, balances }));
  answer(options.json === true, { url, wsUrl, adminUrl, symbols, accounts: keys }, () =>
    [
      `the sandbox exchange listens at ${url} (WebSocket ${wsUrl}, admin ${adminUrl}/state)`,
      `pairs: ${symbols.join(", ")}`,
      ...keys.map(({ name, apiKey, secret }) => `account ${name}: key ${apiKey}, secret ${secret}`),
      "",
      "ccxt trades on it once its addresses point here:",
      `  const ex = new ccxt.pro.${options.futures === true ? "binanceusdm" : "binance"}({ apiKey: "${keys[0]?.apiKey}", secret: "${keys[0]?.secret}",`,
      `    options: { fetchMarkets: { types: ["${options.futures === true ? "linear" : "spot"}"] }, fetchCurrencies: false, fetchMargins: false } });`,
      `  // in every text under ex.urls.api: https://<host> -> ${url}, wss://<host> -> ${wsUrl}`,
      "  await ex.loadHttpProxyAgent(); await ex.loadMarkets();",
      ...(options.futures === true ? [] : [`shoal trades on it with: npx shoal start --venue-url ${url}`]),
    ].join("\n"),
  );
  if (options.json !== true) say("Ctrl-C ends it");
  await ended;
  await sandbox.stop();
};

const optionsOf = ({
  port,
  host,
  seed,
  speed: pace,
  replay,
  symbols,
  from,
  to,
  faults,
  futures,
  fundingRate,
}: Options): SandboxOptions => {
  if (replay === undefined && (from !== undefined || to !== undefined))
    throw new Invalid(from === undefined ? "--to" : "--from", "a --replay beside it", from ?? to);
  if (futures !== true && fundingRate !== undefined)
    throw new Invalid("--funding-rate", "a --futures beside it", fundingRate);
  const some = symbols === undefined ? {} : { symbols };
  return {
    port,
    host,
    seed,
    ...(faults === undefined ? {} : { faults }),
    ...(futures === true ? { futures: { fundingRate } } : {}),
    speed: pace === "max" ? "max" : Number(pace),
    market:
      replay === undefined
        ? { kind: "synthetic", ...some }
        : { kind: "replay", path: replay, ...some, ...moment("from", from), ...moment("to", to) },
  };
};

const plan = (text: string): FaultPlan => {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new Invalid("--faults", "JSON", text);
  }
  return faultPlan(raw);
};

const moment = (field: "from" | "to", text: string | undefined): Record<string, number> => {
  if (text === undefined) return {};
  const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
  if (!Number.isFinite(ms))
    throw new Invalid(`--${field}`, "a date such as 2021-01-31 or a time in ms", text);
  return { [field]: ms };
};
