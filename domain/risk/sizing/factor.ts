/** The factor that a strategy's aim is multiplied with, by the plan's method and what the memory knows. */
import { timeframes } from "../../market/candle.ts";
import type { RiskMemory } from "../memory.ts";
import {
  fixedFraction,
  kellyOfReturns,
  kellyOfTrades,
  rangeFraction,
  volatilityFraction,
} from "./factors.ts";
import type { Sizing } from "./sizing.ts";

const YEAR_MS = 365 * timeframes["1d"];

/** 0.01 / 0.05 is a fifth: what doubles add below twelve digits would cost a lot of the grid. */
export const plain = (value: number): number => Number(value.toPrecision(12));

/** From 0 to `most`; `otherwise` where too little is known. 1 without a method. */
export const sizeFactor = (memory: RiskMemory, instrument: string, strategy: string): number => {
  const { sizing } = memory.plan;
  if (sizing === undefined) return 1;
  const factor = byMethod(memory, sizing, instrument, strategy);
  return Number.isNaN(factor) ? sizing.otherwise : plain(Math.max(0, Math.min(sizing.most, factor)));
};

const byMethod = (memory: RiskMemory, sizing: Sizing, instrument: string, strategy: string): number => {
  const bars = memory.bars.get(instrument);
  switch (sizing.method) {
    case "fixed-fractional":
      return fixedFraction(sizing.risk, sizing.stop);
    case "atr":
      return bars === undefined
        ? NaN
        : rangeFraction(sizing.risk, sizing.ranges, bars.averageRange, bars.last);
    case "volatility-target":
      return bars === undefined || bars.count < 2
        ? NaN
        : volatilityFraction(sizing.volatility, bars.deviation, YEAR_MS / memory.barMs);
    case "kelly":
      return sizing.fraction * fullKelly(memory, sizing, instrument, strategy);
    case "equal-risk":
    case "hierarchical":
      return memory.similar.share(instrument, sizing.method);
  }
};

const fullKelly = (
  memory: RiskMemory,
  { estimate, trades }: Sizing,
  instrument: string,
  strategy: string,
): number => {
  if (estimate === "returns") {
    const bars = memory.bars.get(instrument);
    return bars === undefined || bars.count < trades ? NaN : kellyOfReturns(bars.returns());
  }
  const ratios = memory.trades.closed
    .filter((trade) => trade.strategy === strategy)
    .map(({ ratio }) => ratio);
  return ratios.length < trades ? NaN : kellyOfTrades(ratios);
};
