/** Options of verbs that run a strategy over recorded candles: which candles, and what trading costs there. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { fillConventions, type FillConvention } from "../simulation/backtest/settings.ts";
import { parseSlippage, type Slippage } from "../simulation/backtest/slippage.ts";
import { amount, list } from "./verb.ts";

export interface CandleOptions {
  readonly strategiesDir?: string;
  readonly pairs?: readonly string[];
  readonly timeframe?: string;
  readonly timerange?: string;
}

export interface CostOptions {
  readonly feeBps: number;
  readonly makerFeeBps?: number;
  readonly convention: FillConvention;
  readonly slippage: string;
  readonly startingBalance: number;
}

/** All but the path, which some verbs require and others do not. */
export const withCandles = (command: Command): Command =>
  command
    .option("--strategies-dir <path>", "a folder of your own strategies")
    .option("-p, --pairs <list>", "only these pairs, such as BTC/USDT,ETH/USDT", list)
    .option("-i, --timeframe <frame>", "of the candles; made of finer ones where there are none")
    .option("--timerange <range>", "20210101-20210301, 20210101- or -20210301, UTC; what is before warms up");

/** `conventions`: those that the verb can run by. */
export const withCosts = (command: Command, conventions: readonly string[] = fillConventions): Command =>
  command
    .option("--fee-bps <n>", "fee of takers, and of makers unless told, in basis points", basisPoints, 10)
    .option("--maker-fee-bps <n>", "fee of makers", basisPoints)
    .addOption(
      new Option("--convention <name>", "how orders are filled").choices(conventions).default("next-open"),
    )
    .option(
      "--slippage <model>",
      "none, bps:N, spread:N, volume-share[:impact], square-root[:factor]",
      "none",
    )
    .option("--starting-balance <n>", "in quote", amount, 10_000);

/** As a backtest takes them. Throws `Invalid` naming the option. */
export const costsOf = ({
  feeBps,
  makerFeeBps = feeBps,
  slippage,
  convention,
  startingBalance,
}: CostOptions): {
  readonly makerBps: number;
  readonly takerBps: number;
  readonly slippage: Slippage;
  readonly convention: FillConvention;
  readonly startingBalance: number;
} => ({
  makerBps: makerFeeBps,
  takerBps: feeBps,
  slippage: parseSlippage(slippage, "--slippage"),
  ...{ convention, startingBalance },
});

export const basisPoints = (text: string): number => {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < 10_000))
    throw new InvalidArgumentError("expected basis points from 0, below 10000");
  return value;
};
