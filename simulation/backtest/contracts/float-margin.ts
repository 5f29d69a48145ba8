/**
 * Margin of contracts in doubles: the formulas of domain/positions (liquidation.ts, tiers.ts), for accounting in doubles. Costs are
 * signed like the quantities; `cash` counts contracts as paid for, so the wallet is cash and the costs of all positions.
 */
import { toFloat } from "../../../domain/values/values.ts";
import type { ContractTerms } from "./terms.ts";

interface Tier {
  readonly floor: number;
  readonly rate: number;
  readonly deduction: number;
}

export class FloatMargin {
  readonly leverage: number;
  readonly cross: boolean;
  readonly #tiers: readonly Tier[];

  constructor({ leverage, marginMode, tiers }: ContractTerms) {
    this.leverage = leverage;
    this.cross = marginMode === "cross";
    this.#tiers = tiers.map(({ floor, maintenanceRate, deduction }) => ({
      floor: toFloat(floor),
      rate: toFloat(maintenanceRate),
      deduction: toFloat(deduction),
    }));
  }

  /** What backs a position: its own margin, or the wallet less what the others need and have lost. Bankruptcy asks for no maintenance. */
  backing(
    i: number,
    {
      cash,
      quantities,
      costs,
    }: { readonly cash: number; readonly quantities: Float64Array; readonly costs: Float64Array },
    last: Float64Array,
  ): { readonly liquidation: number; readonly bankruptcy: number } {
    if (!this.cross) {
      const margin = Math.abs(costs[i]!) / this.leverage;
      return { liquidation: margin, bankruptcy: margin };
    }
    let wallet = cash;
    let kept = 0;
    for (let k = 0; k < quantities.length; k += 1) {
      if (quantities[k] === 0) continue;
      wallet += costs[k]!;
      if (k === i) continue;
      const worth = quantities[k]! * last[k]!;
      wallet += worth - costs[k]!;
      kept += this.#maintenance(Math.abs(worth));
    }
    return { liquidation: wallet - kept, bankruptcy: wallet };
  }

  /** (backing + deduction - cost) / (|quantity| * rate - quantity) in the tier that this price confirms; NaN where none above 0 does. */
  liquidationPrice(quantity: number, cost: number, backing: number): number {
    const size = Math.abs(quantity);
    for (let k = 0; k < this.#tiers.length; k += 1) {
      const { floor, rate, deduction } = this.#tiers[k]!;
      const at = (backing + deduction - cost) / (size * rate - quantity);
      if (!(at > 0)) continue;
      const next = this.#tiers[k + 1]?.floor ?? Infinity;
      if (size * at >= floor && size * at < next) return at;
    }
    return NaN;
  }

  bankruptcyPrice(quantity: number, cost: number, backing: number): number {
    const at = (cost - backing) / quantity;
    return at > 0 ? at : NaN;
  }

  #maintenance(notional: number): number {
    let found = this.#tiers[0]!;
    for (const tier of this.#tiers) if (tier.floor <= notional) found = tier;
    return notional * found.rate - found.deduction;
  }
}
