/** Options of `shoal backtesting` for contracts: shorts, leverage, funding, liquidation. The words are freqtrade's where it has them. */
import { type Command, Option } from "commander";
import { Invalid } from "../../domain/values/invalid.ts";
import type { ContractChoice } from "../../nodes/backtest-contracts.ts";
import { positionModes, type PositionMode } from "../../nodes/contract-terms.ts";
import { marginModes, type MarginMode } from "../../simulation/backtest/contracts/terms.ts";

export interface ContractOptions {
  readonly tradingMode: "spot" | "futures";
  readonly inverse?: string;
  readonly positionMode?: PositionMode;
  readonly leverage?: number;
  readonly marginMode?: MarginMode;
  readonly funding?: string;
  readonly borrowRate?: number;
  readonly maintenance?: string;
}

export const withContracts = (command: Command): Command =>
  command
    .addOption(
      new Option("--trading-mode <mode>", "futures: the pairs are perpetual contracts, which may be short")
        .choices(["spot", "futures"])
        .default("spot"),
    )
    .option(
      "--inverse <size>",
      "they settle in their base (BTC/USD:BTC), and each is worth so much of the quote, such as 100 (default: linear ones)",
    )
    .addOption(
      new Option(
        "--position-mode <mode>",
        "hedge: a long and a short position of each pair beside one another (default: net)",
      ).choices(positionModes),
    )
    .option("--leverage <n>", "times its margin that a position is worth (default: 1)", number("--leverage"))
    .addOption(
      new Option("--margin-mode <mode>", "what backs a position (default: isolated)").choices(marginModes),
    )
    .option(
      "--funding <rate|file>",
      "paid by longs every 8 hours, such as 0.0001, or recorded rates (default: none)",
    )
    .option(
      "--borrow-rate <percent>",
      "a year, on what a position owes (default: none)",
      number("--borrow-rate"),
    )
    .option("--maintenance <percent|file>", "maintenance margin, or a file of tiers (default: 0.5)");

const number =
  (option: string) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value)) throw new Invalid(option, "a number", text);
    return value;
  };

/** Undefined for spot. Throws `Invalid` for an option that means nothing there. */
export const contractsOf = (options: ContractOptions): ContractChoice | undefined => {
  const { tradingMode, inverse, positionMode, leverage, marginMode, funding, borrowRate, maintenance } =
    options;
  if (tradingMode === "spot") {
    const given = {
      inverse,
      "position-mode": positionMode,
      leverage,
      "margin-mode": marginMode,
      funding,
      "borrow-rate": borrowRate,
      maintenance,
    };
    for (const [name, value] of Object.entries(given))
      if (value !== undefined) throw new Invalid(`--${name}`, "none without --trading-mode futures", value);
    return undefined;
  }
  return {
    inverse,
    positionMode,
    leverage: leverage ?? 1,
    marginMode: marginMode ?? "isolated",
    funding,
    borrowRate,
    maintenance: maintenance ?? "0.5",
  };
};
