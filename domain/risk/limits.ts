/**
 * The limits of one portfolio. Money limits are in the quote asset of the order's instrument and count per
 * quote asset. A limit that is absent does not limit. Limits stop what adds; orders that reduce are only
 * stopped by a halt of everything, a paused instrument and the price collar.
 */
import { Invalid } from "../values/invalid.ts";
import { format, money, type Money } from "../values/values.ts";
import type { LimitChange } from "./raises.ts";

export interface Limits {
  /** One order that adds, at its mark. */
  readonly orderNotionalMax?: Money;
  /** Held and being bought of one instrument by all strategies together, at its mark. */
  readonly positionNotionalMax?: Money;
  /** The same summed over all instruments of a quote asset. */
  readonly grossNotionalMax?: Money;
  /** All strategies together: entries in any 60 seconds of market time, exits counted but never stopped. */
  readonly ordersPerMinute?: number;
  /** Live orders of one strategy on one account. */
  readonly openOrdersMax?: number;
  /** How far beyond the mid an order may pay; market buys reserve up to it. */
  readonly collarPercent: number;
  /** How far beyond the touch a market order is expected to eat: our own orders within are cancelled first. */
  readonly marketReachPercent: number;
}

const fields = [
  "orderNotionalMax",
  "positionNotionalMax",
  "grossNotionalMax",
  "ordersPerMinute",
  "openOrdersMax",
  "collarPercent",
  "marketReachPercent",
] as const;
type Field = (typeof fields)[number];

/** From configuration: decimals as text or numbers. Throws `Invalid` naming `limits.<field>`. */
export const parseLimits = (raw: unknown, path = "limits"): Limits => {
  if (raw !== undefined && (typeof raw !== "object" || raw === null || Array.isArray(raw)))
    throw new Invalid(path, "an object of limits", raw);
  const found: Record<string, unknown> = { ...raw };
  for (const name of Object.keys(found))
    if (!(fields as readonly string[]).includes(name))
      throw new Invalid(`${path}.${name}`, `one of ${fields.join(", ")}`, name);
  const reader = new Reader(found, path);
  const orderNotionalMax = reader.money("orderNotionalMax");
  const positionNotionalMax = reader.money("positionNotionalMax");
  const grossNotionalMax = reader.money("grossNotionalMax");
  const ordersPerMinute = reader.count("ordersPerMinute");
  const openOrdersMax = reader.count("openOrdersMax");
  const collarPercent = reader.percent("collarPercent", 2);
  const marketReachPercent = reader.percent("marketReachPercent", Math.min(0.5, collarPercent));
  reader.ordered("orderNotionalMax", orderNotionalMax, "positionNotionalMax", positionNotionalMax);
  reader.ordered("positionNotionalMax", positionNotionalMax, "grossNotionalMax", grossNotionalMax);
  reader.ordered("orderNotionalMax", orderNotionalMax, "grossNotionalMax", grossNotionalMax);
  if (marketReachPercent > collarPercent)
    throw new Invalid(
      `${path}.marketReachPercent`,
      `at most collarPercent (${collarPercent})`,
      marketReachPercent,
    );
  return {
    ...(orderNotionalMax === undefined ? {} : { orderNotionalMax }),
    ...(positionNotionalMax === undefined ? {} : { positionNotionalMax }),
    ...(grossNotionalMax === undefined ? {} : { grossNotionalMax }),
    ...(ordersPerMinute === undefined ? {} : { ordersPerMinute }),
    ...(openOrdersMax === undefined ? {} : { openOrdersMax }),
    collarPercent,
    marketReachPercent,
  };
};

class Reader {
  private readonly raw: Readonly<Record<string, unknown>>;
  private readonly path: string;
  constructor(raw: Readonly<Record<string, unknown>>, path: string) {
    this.raw = raw;
    this.path = path;
  }

  money(field: Field): Money | undefined {
    const found = this.raw[field];
    if (found === undefined) return undefined;
    const name = `${this.path}.${field}`;
    if (typeof found !== "string" && typeof found !== "number")
      throw new Invalid(name, "a decimal above 0", found);
    const amount = money(String(found), name);
    if (amount <= 0n) throw new Invalid(name, "a decimal above 0", found);
    return amount;
  }

  count(field: Field): number | undefined {
    const found = this.raw[field];
    if (found === undefined) return undefined;
    if (typeof found !== "number" || !Number.isInteger(found) || found < 1 || found > 1_000_000)
      throw new Invalid(`${this.path}.${field}`, "a whole number from 1 to 1000000", found);
    return found;
  }

  percent(field: Field, otherwise: number): number {
    const found = this.raw[field];
    if (found === undefined) return otherwise;
    if (typeof found !== "number" || !(found >= 0.001 && found <= 50))
      throw new Invalid(`${this.path}.${field}`, "percent from 0.001 to 50", found);
    return found;
  }

  /** What cannot be used up within a smaller limit is a mistake in the configuration. */
  ordered(field: Field, value: Money | undefined, within: Field, limit: Money | undefined): void {
    if (value !== undefined && limit !== undefined && value > limit)
      throw new Invalid(`${this.path}.${field}`, `at most ${within}`, this.raw[field]);
  }
}

/** Decimals as text; those that do not limit are left out. */
export const limitValues = (limits: Limits): Readonly<Record<string, string | number>> => {
  const told: Record<string, string | number> = {};
  for (const name of fields) {
    const value = limits[name];
    if (value !== undefined) told[name] = typeof value === "bigint" ? format(value) : value;
  }
  return told;
};

/** With these new values; null takes a limit away, or a percent back to its usual one. Throws `Invalid` as `parseLimits` does. */
export const changeLimits = (limits: Limits, change: LimitChange, path = "limits"): Limits => {
  const raw: Record<string, unknown> = { ...limitValues(limits) };
  for (const [name, value] of Object.entries(change)) raw[name] = value ?? undefined;
  for (const name of Object.keys(raw)) {
    const text = raw[name];
    // Counts and percents may come as text too.
    if (typeof text === "string" && !name.endsWith("NotionalMax")) raw[name] = Number(text);
  }
  return parseLimits(raw, path);
};

/** Names of the limits that allow more than before. */
export const raisedIn = (before: Limits, after: Limits): readonly Field[] =>
  fields.filter((name) => {
    const [old, now] = [before[name], after[name]];
    return old !== undefined && (now === undefined || now > old);
  });
