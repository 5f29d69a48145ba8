/**
 * Margin of contracts in doubles: the formulas of domain/positions (liquidation.ts, tiers.ts), for accounting in doubles. Costs are
 * signed like the quantities; `cash` counts contracts as paid for (inverse ones as owed), so the wallet is cash and the costs of all.
 */
import { toFloat } from "../../../domain/values/values.ts";
import type { ContractTerms } from "./terms.ts";
import type { Worths } from "./worths.ts";

interface Tier {
  readonly floor: number;
  readonly rate: number;
  readonly deduction: number;
}

export class FloatMargin {
  readonly leverage: number;
  readonly cross: boolean;
  readonly #tiers: readonly Tier[];
  readonly #worths: Worths;

  constructor({ leverage, marginMode, tiers }: ContractTerms, worths: Worths) {
    this.leverage = leverage;
    this.cross = marginMode === "cross";
    this.#worths = worths;
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
      const sign = this.#worths.sign(k);
      wallet += sign * costs[k]!;
      if (k === i) continue;
      const worth = this.#worths.of(k, quantities[k]!, last[k]!);
      wallet += sign * (worth - costs[k]!);
      kept += this.#maintenance(Math.abs(worth));
    }
    return { liquidation: wallet - kept, bankruptcy: wallet };
  }

  /**
   * (backing + deduction - cost) / (|quantity| * rate - quantity), inverse size * (|quantity| * rate + quantity) / (backing +
   * deduction + cost), in the tier that this price confirms; NaN where none above 0 does.
   */
  liquidationPrice(i: number, quantity: number, cost: number, backing: number): number {
    for (let k = 0; k < this.#tiers.length; k += 1) {
      const { floor, rate, deduction } = this.#tiers[k]!;
      const at = this.#priceAt(i, quantity, cost, { backed: backing + deduction, rate });
      if (!(at > 0)) continue;
      const next = this.#tiers[k + 1]?.floor ?? Infinity;
      const notional = Math.abs(this.#worths.of(i, quantity, at));
      if (notional >= floor && notional < next) return at;
    }
    return NaN;
  }

  bankruptcyPrice(i: number, quantity: number, cost: number, backing: number): number {
    const at = this.#priceAt(i, quantity, cost, { backed: backing, rate: 0 });
    return at > 0 ? at : NaN;
  }

  /** Where margin balance is this rate of the notional. NaN of an inverse short that its margin pays for in full. */
  #priceAt(
    i: number,
    quantity: number,
    cost: number,
    { backed, rate }: { readonly backed: number; readonly rate: number },
  ): number {
    const size = Math.abs(quantity);
    if (!this.#worths.inverse(i)) return (backed - cost) / (size * rate - quantity);
    const at = (this.#worths.size(i) * (size * rate + quantity)) / (backed + cost);
    return Number.isFinite(at) ? at : NaN;
  }

  #maintenance(notional: number): number {
    let found = this.#tiers[0]!;
    for (const tier of this.#tiers) if (tier.floor <= notional) found = tier;
    return notional * found.rate - found.deduction;
  }
}
