/**
 * What runs with no configuration: the sandbox exchange with its seeded synthetic market, one account, one portfolio
 * and a few strategies on each instrument; or, with `--replay`, the same on recorded data.
 */
import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { Invalid } from "../domain/values/invalid.ts";

const demoSymbols = ["BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT"];
const maximum = 12;

const strategiesOn = (symbol: string, timeframe: string, capital: string): object[] => {
  const slug = symbol.toLowerCase().replace("/", "-");
  const instruments = [`sandbox:${symbol}`];
  return [
    {
      id: `cross-${slug}`,
      strategy: "moving-average-cross",
      instruments,
      capital,
      params: { fast: 5, slow: 20, timeframe },
    },
    {
      id: `revert-${slug}`,
      strategy: "mean-reversion",
      instruments,
      capital,
      params: { memory: 20, entry: 1.2, exit: 0.2, timeframe },
    },
  ];
};

const shared = {
  dataDir: ".shoal",
  accounts: { main: { venue: "sandbox", apiKey: "sandbox-key", secret: "sandbox-secret" } },
};

export const demo = (symbols: readonly string[] = demoSymbols): Record<string, unknown> => ({
  ...shared,
  venues: {
    sandbox: { sandbox: { seed: 1, speed: 60, symbols: [...symbols], balances: { USDT: "100000" } } },
  },
  portfolios: { main: { accounts: ["main"], quote: "USDT" } },
  strategies: symbols.flatMap((symbol) => strategiesOn(symbol, "1m", "5000")),
});

/** Recorded data named like XRP_ETH-trades.csv.gz, BTC_USDT-5m.csv.gz or BTC_USDT-20240808.ws.gz. */
const recorded = /^([A-Z0-9]+)_([A-Z0-9]+)-(trades|\d+[mhd]|\d{8})\.(csv\.gz|csv|ws\.gz)$/;

export const replay = (
  path: string,
  range: {
    readonly from?: string | undefined;
    readonly to?: string | undefined;
    readonly symbols?: readonly string[] | undefined;
  },
): Record<string, unknown> => {
  const files = statSync(path, { throwIfNoEntry: false })?.isDirectory()
    ? readdirSync(path)
    : [basename(path)];
  const found = files.map((file) => recorded.exec(file)).filter((match) => match !== null);
  if (found.length === 0 || statSync(path, { throwIfNoEntry: false }) === undefined)
    throw new Invalid(
      "replay",
      "a file or folder with files such as XRP_ETH-trades.csv.gz, BTC_USDT-5m.csv.gz or BTC_USDT-20240808.ws.gz",
      path,
    );
  const trades = found.filter((match) => match[3] === "trades" || match[4] === "ws.gz");
  const used = trades.length > 0 ? trades : found;
  const every = [...new Set(used.map((match) => `${match[1]!}/${match[2]!}`))];
  const symbols = range.symbols ?? every.slice(0, maximum);
  const quote = symbols[0]!.slice(symbols[0]!.indexOf("/") + 1);
  const timeframe = trades.length > 0 ? "1m" : used[0]![3]!;
  const capital = quote === "USDT" ? "5000" : "5";
  return {
    ...shared,
    dataDir: join(".shoal", "replay"),
    venues: {
      sandbox: {
        quotes: false,
        sandbox: {
          replay: path,
          from: range.from,
          to: range.to,
          symbols,
          speed: 1,
          balances: { [quote]: quote === "USDT" ? "200000" : "1000" },
        },
      },
    },
    portfolios: { main: { accounts: ["main"], quote } },
    strategies: symbols.flatMap((symbol) => strategiesOn(symbol, timeframe, capital)),
  };
};
