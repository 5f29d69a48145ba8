/** Guards of all positions in doubles, each at the price that its margin, or under cross margin the whole wallet, leads to. */
import type { FloatContractLedger } from "./float-contract-ledger.ts";
import type { Guards } from "./guards.ts";

export const guardPositions = (
  guards: Guards,
  ledger: FloatContractLedger,
  partners: readonly number[],
  last: Float64Array,
): void => {
  const { positions } = ledger;
  for (let i = 0; i < positions.length; i += 1) {
    const partner = partners[i]!;
    if (partner >= 0) {
      if (partner > i) guardLegs(guards, ledger, [i, partner], last);
    } else if (positions[i] === 0) guards.set(i, 0, NaN, NaN);
    else {
      const { liquidation, bankruptcy } = pricesOf(ledger, [i], last);
      guards.set(i, positions[i]!, liquidation, bankruptcy);
    }
  }
};

const guardLegs = (
  guards: Guards,
  ledger: FloatContractLedger,
  legs: readonly [number, number],
  last: Float64Array,
): void => {
  const [first, second] = [ledger.positions[legs[0]]!, ledger.positions[legs[1]]!];
  if (first === 0 && second === 0) {
    for (const leg of legs) guards.set(leg, 0, NaN, NaN);
    return;
  }
  const { liquidation, bankruptcy } = pricesOf(ledger, legs, last);
  const guarded = ledger.margin.guarded(legs[0], first, second, liquidation);
  for (const k of [0, 1] as const)
    guards.set(legs[k], k === 0 ? first : second, k === guarded ? liquidation : NaN, bankruptcy);
};

const pricesOf = (
  { cash, positions, costs, margin }: FloatContractLedger,
  together: readonly number[],
  last: Float64Array,
): { readonly liquidation: number; readonly bankruptcy: number } => {
  const { liquidation, bankruptcy } = margin.backing(together, { cash, quantities: positions, costs }, last);
  const legs = together
    .filter((i) => positions[i] !== 0)
    .map((i) => ({ quantity: positions[i]!, cost: costs[i]! }));
  return {
    liquidation: margin.liquidationPrice(together[0]!, legs, liquidation),
    bankruptcy: margin.bankruptcyPrice(together[0]!, legs, bankruptcy),
  };
};
