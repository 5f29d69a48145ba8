/**
 * The price at which margin balance equals maintenance margin. The formula is Binance's published one for USD-M futures
 * ("How to calculate liquidation price of USD-M futures contracts"), with cost = side * position * entry price of each leg:
 *
 *   price = (WB - TMM + UPNL + sum(deduction) - sum(cost)) / (sum(|quantity| * rate) - sum(quantity))
 *
 * and its COIN-M one for inverse contracts: size * (sum(|quantity| * rate) + sum(quantity)) / (WB - TMM + UPNL + sum(deduction) +
 * sum(cost)). Rates and deductions are of the tiers in which the legs stand at that very price. Bankruptcy is the same with all
 * rates and deductions 0: there the margin is gone.
 */
import { absolute, ONE, type Decimal, type Money, type Price } from "../values/values.ts";
import { worth, type Contract } from "./contract.ts";
import type { Leg } from "./leg.ts";
import { tierOf, type Tier } from "./tiers.ts";

/** What backs a position. Isolated: its own margin alone. Cross: the wallet, with what the account's other contracts do to it. */
export interface Backing {
  readonly wallet: Money;
  /** Maintenance margin and unrealised profit of the account's other contracts; 0 where isolated. */
  readonly otherMaintenance: Money;
  readonly otherUnrealised: Money;
}

export const isolated = (margin: Money): Backing => ({
  wallet: margin,
  otherMaintenance: 0n as Money,
  otherUnrealised: 0n as Money,
});

/** One leg in net mode, two in hedge mode. Undefined where no price above 0 liquidates. Rounded towards 0 at 1e-18. */
export const liquidationPrice = (
  contract: Contract,
  legs: readonly Leg[],
  backing: Backing,
  tiers: readonly Tier[],
): Price | undefined => {
  const held = legs.filter(({ quantity }) => quantity !== 0n);
  if (held.length === 0) return undefined;
  // Tiers are few: the combination that its own price confirms is looked for among all.
  for (const chosen of combinations(tiers, held.length)) {
    const at = priceIn(contract, held, backing, chosen);
    if (at === undefined) continue;
    const stands = held.every(
      ({ quantity }, k) => tierOf(tiers, absolute(worth(contract, quantity, at))) === chosen[k],
    );
    if (stands) return at;
  }
  return undefined;
};

/** The price at which nothing of the backing is left. Undefined where no price above 0 takes it. */
export const bankruptcyPrice = (
  contract: Contract,
  legs: readonly Leg[],
  backing: Backing,
): Price | undefined => {
  const nothing: Tier = { floor: 0n as Money, maintenanceRate: 0n, deduction: 0n as Money, leverageMax: 1 };
  return priceIn(
    contract,
    legs,
    { ...backing, otherMaintenance: 0n as Money },
    legs.map(() => nothing),
  );
};

const priceIn = (
  { kind, size }: Contract,
  legs: readonly Leg[],
  { wallet, otherMaintenance, otherUnrealised }: Backing,
  tiers: readonly Tier[],
): Price | undefined => {
  let balance = wallet - otherMaintenance + otherUnrealised;
  let cost = 0n;
  let net = 0n;
  let kept = 0n;
  for (const [k, leg] of legs.entries()) {
    const { maintenanceRate, deduction } = tiers[k]!;
    balance += deduction;
    cost += leg.cost;
    net += leg.quantity;
    kept += absolute(leg.quantity) * maintenanceRate;
  }
  // Units: quantities are of 1e-18, `kept` of 1e-36.
  const [over, under] =
    kind === "linear"
      ? [(balance - cost) * ONE * ONE * ONE, (kept - net * ONE) * size]
      : [(kept + net * ONE) * size, (balance + cost) * ONE];
  if (under === 0n) return undefined;
  const at: Decimal = over / under;
  return at > 0n ? (at as Price) : undefined;
};

function* combinations(tiers: readonly Tier[], count: number): Generator<readonly Tier[]> {
  for (const tier of tiers)
    if (count === 1) yield [tier];
    else for (const rest of combinations(tiers, count - 1)) yield [tier, ...rest];
}
