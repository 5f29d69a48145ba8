/**
 * Margin of contracts in doubles: the formulas of domain/positions (liquidation.ts, tiers.ts), for accounting in doubles. Costs are
 * signed like the quantities; `cash` counts contracts as paid for (inverse ones as owed), so the wallet is cash and the costs of all.
 */
import { toFloat } from "../../../domain/values/values.ts";
import { guardedLeg } from "./partners.ts";
import type { ContractTerms } from "./terms.ts";
import type { Worths } from "./worths.ts";

interface Tier {
  readonly floor: number;
  readonly rate: number;
  readonly deduction: number;
}

interface FloatLeg {
  readonly quantity: number;
  readonly cost: number;
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

  /** What backs positions that are liquidated together: their own margin, or the wallet less what the others need and have lost. Bankruptcy asks for no maintenance. */
  backing(
    together: readonly number[],
    {
      cash,
      quantities,
      costs,
    }: { readonly cash: number; readonly quantities: Float64Array; readonly costs: Float64Array },
    last: Float64Array,
  ): { readonly liquidation: number; readonly bankruptcy: number } {
    if (!this.cross) {
      const margin = Math.abs(costs[together[0]!]!) / this.leverage;
      return { liquidation: margin, bankruptcy: margin };
    }
    let wallet = cash;
    let kept = 0;
    for (let k = 0; k < quantities.length; k += 1) {
      if (quantities[k] === 0) continue;
      const sign = this.#worths.sign(k);
      wallet += sign * costs[k]!;
      if (together.includes(k)) continue;
      const worth = this.#worths.of(k, quantities[k]!, last[k]!);
      wallet += sign * (worth - costs[k]!);
      kept += this.#maintenance(Math.abs(worth));
    }
    return { liquidation: wallet - kept, bankruptcy: wallet };
  }

  /**
   * (backing + deductions - costs) / (sum of |quantity| * rate - quantities), inverse size * (the same sum + quantities) / (backing +
   * deductions + costs), in the tiers that this price confirms; NaN where none above 0 does. All of one contract, that of market `i`.
   */
  liquidationPrice(i: number, legs: readonly FloatLeg[], backing: number): number {
    for (const tiers of combinations(this.#tiers, legs.length)) {
      const at = this.#priceAt(i, legs, tiers, backing);
      const confirmed =
        at > 0 &&
        legs.every(({ quantity }, k) => this.#tier(Math.abs(this.#worths.of(i, quantity, at))) === tiers[k]);
      if (confirmed) return at;
    }
    return NaN;
  }

  /** Which of two legs of market `i`'s contract the stop at this price stands for. */
  guarded(i: number, first: number, second: number, at: number): 0 | 1 {
    const kept = [first, second].reduce((sum, quantity) => {
      const size = Math.abs(quantity);
      return sum + size * this.#tier(this.#worths.of(i, size, at)).rate;
    }, 0);
    return guardedLeg(first, second, kept, this.#worths.inverse(i));
  }

  bankruptcyPrice(i: number, legs: readonly FloatLeg[], backing: number): number {
    const at = this.#priceAt(
      i,
      legs,
      legs.map(() => NOTHING),
      backing,
    );
    return at > 0 ? at : NaN;
  }

  /** Where margin balance is what the tiers ask for. NaN of an inverse short that its margin pays for in full. */
  #priceAt(i: number, legs: readonly FloatLeg[], tiers: readonly Tier[], backing: number): number {
    let [backed, cost, net, kept] = [backing, 0, 0, 0];
    for (const [k, leg] of legs.entries()) {
      backed += tiers[k]!.deduction;
      cost += leg.cost;
      net += leg.quantity;
      kept += Math.abs(leg.quantity) * tiers[k]!.rate;
    }
    if (!this.#worths.inverse(i)) return (backed - cost) / (kept - net);
    const at = (this.#worths.size(i) * (kept + net)) / (backed + cost);
    return Number.isFinite(at) ? at : NaN;
  }

  #maintenance(notional: number): number {
    const { rate, deduction } = this.#tier(notional);
    return notional * rate - deduction;
  }

  #tier(notional: number): Tier {
    let found = this.#tiers[0]!;
    for (const tier of this.#tiers) if (tier.floor <= notional) found = tier;
    return found;
  }
}

const NOTHING: Tier = { floor: 0, rate: 0, deduction: 0 };

/** One leg, or two. */
function* combinations(tiers: readonly Tier[], count: number): Generator<readonly Tier[]> {
  for (const tier of tiers)
    if (count === 1) yield [tier];
    else for (const other of tiers) yield [tier, other];
}
