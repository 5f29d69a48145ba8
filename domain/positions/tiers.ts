/**
 * Leverage and margin by tiers of notional, as Binance publishes them for USD-M futures: maintenance margin = notional * rate
 * - deduction of the notional's tier. The deductions make it continuous: deduction(k) = deduction(k - 1) + floor(k) *
 * (rate(k) - rate(k - 1)), so they are computed here, and checked where they are told.
 */
import { Invalid } from "../values/invalid.ts";
import { readDecimal, readObject, readPositive } from "../values/read.ts";
import { absolute, fromFloat, ONE, over, times, type Decimal, type Money } from "../values/values.ts";

export interface Tier {
  /** Notional from here on, in the settle asset; 0 of the first. */
  readonly floor: Money;
  readonly maintenanceRate: Decimal;
  readonly deduction: Money;
  /** The most times its margin that a position of this tier may be worth. */
  readonly leverageMax: number;
}

/** One rate for every notional: what is assumed where nobody knows the venue's tiers. */
export const oneTier = (maintenanceRate: Decimal, leverageMax = 125): readonly Tier[] => [
  { floor: 0n as Money, maintenanceRate, deduction: 0n as Money, leverageMax },
];

/** Binance's `leverageBracket` of one symbol (the list, or the object that has it), or ccxt's market leverage tiers. */
export const parseTiers = (raw: unknown, field = "tiers"): readonly Tier[] => {
  const rows = rowsOf(raw, field).map((row, k) => readRow(row, `${field}[${k}]`));
  rows.sort((a, b) => (a.floor < b.floor ? -1 : a.floor > b.floor ? 1 : 0));
  const tiers: Tier[] = [];
  for (const [k, { told, ...row }] of rows.entries()) {
    const before = tiers.at(-1);
    if (before === undefined ? row.floor !== 0n : row.floor === before.floor)
      throw new Invalid(`${field}[${k}]`, "tiers from 0 upwards, each floor once", String(row.floor));
    if (before !== undefined && row.maintenanceRate < before.maintenanceRate)
      throw new Invalid(`${field}[${k}]`, "a maintenance rate not below that of the tier before", k);
    const deduction = (
      before === undefined
        ? 0n
        : before.deduction + times(row.floor, row.maintenanceRate - before.maintenanceRate)
    ) as Money;
    if (told !== undefined && absolute(told - deduction) > ONE)
      throw new Invalid(`${field}[${k}].cum`, `the deduction that makes margin continuous`, String(told));
    tiers.push({ ...row, deduction });
  }
  return tiers;
};

const rowsOf = (raw: unknown, field: string): readonly unknown[] => {
  const list: unknown = Array.isArray(raw) && raw.length === 1 && hasBrackets(raw[0]) ? raw[0] : raw;
  const rows = hasBrackets(list) ? list.brackets : list;
  if (!Array.isArray(rows) || rows.length === 0) throw new Invalid(field, "a list of tiers", raw);
  return rows;
};

const hasBrackets = (raw: unknown): raw is { readonly brackets: unknown } =>
  typeof raw === "object" && raw !== null && "brackets" in raw;

const readRow = (raw: unknown, field: string) => {
  const row = readObject(raw, field);
  const floor = readDecimal(row.notionalFloor ?? row.minNotional, 0n, `${field}.notionalFloor`) as Money;
  const rateField = `${field}.maintMarginRatio`;
  const maintenanceRate = readDecimal(row.maintMarginRatio ?? row.maintenanceMarginRate, 1n, rateField);
  if (maintenanceRate >= ONE) throw new Invalid(rateField, "a fraction below 1", String(maintenanceRate));
  const leverageMax = readPositive(row.initialLeverage ?? row.maxLeverage, `${field}.initialLeverage`);
  const told = row.cum === undefined ? undefined : readDecimal(row.cum, 0n, `${field}.cum`);
  return { floor, maintenanceRate, leverageMax, told };
};

export const tierOf = (tiers: readonly Tier[], notional: Decimal): Tier => {
  let found = tiers[0]!;
  for (const tier of tiers) if (tier.floor <= notional) found = tier;
  return found;
};

/** What the position must keep, of its notional at the mark. */
export const maintenanceMargin = (tiers: readonly Tier[], notional: Decimal): Money => {
  const { maintenanceRate, deduction } = tierOf(tiers, notional);
  return (times(notional, maintenanceRate) - deduction) as Money;
};

/** What is set aside when it is opened, of its notional at its entry; rounded up at 1e-18. */
export const initialMargin = (notional: Decimal, leverage: number): Money => {
  const exact = fromFloat(leverage, "leverage");
  const margin = over(notional, exact);
  return (times(margin, exact) < notional ? margin + 1n : margin) as Money;
};

/** Why a position of this notional may not be opened with this leverage, or undefined. */
export const leverageRefusal = (
  tiers: readonly Tier[],
  notional: Decimal,
  leverage: number,
): { readonly rule: "leverage"; readonly asked: number; readonly max: number } | undefined => {
  const { leverageMax } = tierOf(tiers, notional);
  return leverage > leverageMax ? { rule: "leverage", asked: leverage, max: leverageMax } : undefined;
};
