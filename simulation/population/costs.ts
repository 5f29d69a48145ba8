/** What trading costs in a population: fees, and slippage that asks for nothing but the price. */
import { Invalid } from "../../domain/values/invalid.ts";
import { slippageOf, type Slippage } from "../backtest/slippage.ts";

export interface PopulationCosts {
  readonly startingBalance: number;
  readonly makerBps: number;
  readonly takerBps: number;
  readonly slippage: Slippage;
}

export interface Costs {
  /** Of the notional. */
  readonly takerFee: number;
  /** 1 and the higher of both fees. */
  readonly worstFee: number;
  /** What a buyer and a seller at the market gets for a price of 1. */
  readonly buyFactor: number;
  readonly sellFactor: number;
  /** Of a price of 1, what a buyer at the market pays on top, and what a seller does not get, the fee included. */
  readonly buyingCost: number;
  readonly sellingCost: number;
}

/** Throws `Invalid` for a slippage that knows volumes. */
export const costsOf = ({ makerBps, takerBps, slippage }: PopulationCosts): Costs => {
  if (slippage.model === "volume-share" || slippage.model === "square-root")
    throw new Invalid("slippage", "none, bps or spread: a population knows no volumes", slippage.model);
  const part = slippageOf(slippage, 0, 0, 0);
  const takerFee = takerBps / 10_000;
  const [buyFactor, sellFactor] = [1 + part, Math.max(0, 1 - part)];
  return {
    takerFee,
    worstFee: 1 + Math.max(makerBps / 10_000, takerFee),
    buyFactor,
    sellFactor,
    buyingCost: buyFactor * (1 + takerFee) - 1,
    sellingCost: 1 - sellFactor * (1 - takerFee),
  };
};
