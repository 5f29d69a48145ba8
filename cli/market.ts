/** `shoal market movers|correlations|depth`: markets side by side out of recorded candles, and what a book costs to trade on. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import type { BookLevels } from "../domain/market/book.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { correlationsText, depthText, moversText } from "./market/shown.ts";
import { answer, say } from "./terminal.ts";
import { amount, list, verb, wholeNumber, withJson } from "./verb.ts";

interface Candles {
  readonly candles: string;
  readonly pairs?: readonly string[];
  readonly timeframe?: string;
  readonly last: number;
  readonly json?: boolean;
}

export const make = (): Command =>
  new Command("market")
    .description("Markets side by side: movers, liquidity, correlations, clusters; and the depth of a book.")
    .helpOption("-h, --help", "show this help")
    .addHelpText(
      "after",
      `
Examples:
  npx shoal market movers --candles history/binance --timeframe 1h --last 24
  npx shoal market correlations --candles history/binance --timeframe 1h`,
    )
    .addCommand(movers())
    .addCommand(correlations())
    .addCommand(depth());

const withCandles = (command: Command, last: number): Command =>
  withJson(command)
    .requiredOption("--candles <path>", "a file of candles, or a folder of such files")
    .option("-p, --pairs <list>", "only these pairs, such as BTC/USDT,ETH/USDT", list)
    .option("-i, --timeframe <frame>", "of the candles; made of finer ones where there are none")
    .option("--last <n>", "how many of the last candles count", wholeNumber(2, 10_000_000), last);

const movers = (): Command =>
  withCandles(
    verb({
      name: "movers",
      about:
        "Who rose and fell furthest; turnover, volatility, illiquidity and an estimate of the spread of each.",
      examples: [
        ["market movers --candles history/binance --timeframe 1h --last 24", "the last day"],
        ["market movers --candles history/binance -p BTC/USDT,ETH/USDT --json", "two of them, for a script"],
      ],
    }),
    24,
  )
    .option("--most <n>", "how many each way", wholeNumber(1, 1_000), 5)
    .action(async ({ candles: path, json, most, ...rest }: Candles & { readonly most: number }) => {
      const { marketMovers } = await import("../nodes/market-tools.ts");
      const found = await marketMovers({ ...rest, path }, most);
      for (const note of found.notes) say(note);
      answer(json === true, found, () => moversText(found));
    });

const ratio = (text: string): number => {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && value < 1))
    throw new Invalid("--correlation", "a number between 0 and 1", text);
  return value;
};

const correlations = (): Command =>
  withCandles(
    verb({
      name: "correlations",
      about:
        "Correlations of returns, pulled towards none by Ledoit and Wolf's weight, and clusters of what moves together.",
      examples: [
        ["market correlations --candles history/binance --timeframe 1h --last 720", "the last thirty days"],
        [
          "market correlations --candles history/binance --timeframe 1h --window 168 --json",
          "and week by week",
        ],
      ],
    }),
    720,
  )
    .option("--correlation <r>", "from where on markets belong together", ratio, 0.7)
    .option(
      "--window <n>",
      "besides, how it was over windows of so many candles",
      wholeNumber(0, 10_000_000),
      0,
    )
    .action(
      async ({
        candles: path,
        json,
        correlation,
        window,
        ...rest
      }: Candles & { readonly correlation: number; readonly window: number }) => {
        const { marketCorrelations } = await import("../nodes/market-tools.ts");
        const found = await marketCorrelations({ ...rest, path }, correlation, window);
        for (const note of found.notes) say(note);
        answer(json === true, found, () => correlationsText(found));
      },
    );

const depth = (): Command =>
  withJson(
    verb({
      name: "depth",
      about:
        "Spread, imbalance, depth by distance and the cost of an order, of a book as JSON with bids and asks.",
      examples: [
        ["market depth book.json --quantity 5", "what 5 BTC would cost"],
        ["market depth book.json --json", "for a script"],
      ],
    }),
  )
    .argument("<file>", 'JSON such as {"bids":[["99","1"]],"asks":[["101","2"]]}, best first')
    .option("--quantity <n>", "base units to trade", amount, 1)
    .action(
      async (file: string, { quantity, json }: { readonly quantity: number; readonly json?: boolean }) => {
        const { depthOf } = await import("../nodes/market-figures.ts");
        const found = depthOf(readBook(file), quantity);
        answer(json === true, found, () => depthText(found));
      },
    );

const readBook = (file: string): { readonly bids: BookLevels; readonly asks: BookLevels } => {
  let raw: { readonly bids?: unknown; readonly asks?: unknown };
  try {
    raw = (JSON.parse(readFileSync(file, "utf8")) ?? {}) as typeof raw;
  } catch (error) {
    throw new Invalid("file", `JSON with bids and asks (${(error as Error).message})`, file);
  }
  const side = (name: "bids" | "asks", way: 1 | -1): BookLevels => {
    const levels = raw[name];
    if (!Array.isArray(levels) || levels.length === 0)
      throw new Invalid(name, "a list of at least one [price, quantity]", levels);
    let before = way * -Infinity;
    return levels.map((level: unknown, k) => {
      const [price, size] = (Array.isArray(level) ? level : []).map(Number);
      if (!(price! > 0 && size! > 0 && way * (price! - before) > 0))
        throw new Invalid(`${name}.${k}`, "[price, quantity] above 0, best first", level);
      before = price!;
      return [price!, size!] as const;
    });
  };
  const book = { bids: side("bids", -1), asks: side("asks", 1) };
  if (book.bids[0]![0] >= book.asks[0]![0])
    throw new Invalid("bids.0", "a bid below the best ask", book.bids[0]![0]);
  return book;
};
