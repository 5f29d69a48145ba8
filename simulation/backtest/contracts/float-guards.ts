/** Guards of all positions in doubles, each at the price that its margin, or under cross margin the whole wallet, leads to. */
import type { FloatContractLedger } from "./float-contract-ledger.ts";
import type { Guards } from "./guards.ts";

export const guardPositions = (
  guards: Guards,
  { cash, positions, costs, margin }: FloatContractLedger,
  last: Float64Array,
): void => {
  for (let i = 0; i < positions.length; i += 1) {
    const held = positions[i]!;
    if (held === 0) {
      guards.set(i, 0, NaN, NaN);
      continue;
    }
    const { liquidation, bankruptcy } = margin.backing(i, { cash, quantities: positions, costs }, last);
    const cost = costs[i]!;
    guards.set(
      i,
      held,
      margin.liquidationPrice(i, held, cost, liquidation),
      margin.bankruptcyPrice(i, held, cost, bankruptcy),
    );
  }
};
