/**
 * The values everything is made of: exact decimals, ids and time.
 *
 * A Decimal is a bigint counting units of 1e-18, so that a price times a quantity of any venue's grid
 * is exact. Price, Quantity and Money are Decimals that the compiler keeps apart: same-type addition
 * keeps the type, multiplication goes through `notional`. Floats appear only in signals; `toFloat` and
 * `fromFloat` are the two doors between the worlds.
 */
import { Invalid } from "./invalid.ts";

declare const brand: unique symbol;
export type Brand<T, B extends string> = T & { readonly [brand]: B };

/** Any scaled decimal: units of 1e-18. */
export type Decimal = bigint;
/** Quote asset per unit of base asset. */
export type Price = Brand<bigint, "Price">;
/** Amount of the base asset of an instrument; never negative in an order. */
export type Quantity = Brand<bigint, "Quantity">;
/** Amount of any asset; may be negative. */
export type Money = Brand<bigint, "Money">;

/** `<venue>:<BASE>/<QUOTE>`, for example `sandbox:BTC/USDT`. */
export type InstrumentId = Brand<string, "InstrumentId">;
export type VenueId = Brand<string, "VenueId">;
export type AccountId = Brand<string, "AccountId">;
export type PortfolioId = Brand<string, "PortfolioId">;
export type StrategyId = Brand<string, "StrategyId">;
/** Ours, at most 18 characters of `[a-z0-9]`, never used before on its account. */
export type ClientOrderId = Brand<string, "ClientOrderId">;
export type Asset = Brand<string, "Asset">;
/** Milliseconds since the epoch, UTC. */
export type Timestamp = Brand<number, "Timestamp">;

export type Side = "buy" | "sell";

export const DECIMALS = 18;
export const ONE = 10n ** 18n;
export const ZERO = 0n as Money;

const decimalPattern = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,2}))?$/;

/** Parse decimal text exactly. Throws `Invalid` naming `field` for anything else, or for more than 18 decimals. */
export const decimal = (text: string, field = "amount"): Decimal => {
  const match = decimalPattern.exec(text);
  if (match === null) throw new Invalid(field, "a decimal number", text);
  const fraction = match[3] ?? "";
  const shift = DECIMALS - fraction.length + Number(match[4] ?? 0);
  const digits = BigInt(match[2]! + fraction);
  let units: bigint;
  if (shift >= 0) units = digits * 10n ** BigInt(shift);
  else {
    const divisor = 10n ** BigInt(-shift);
    if (digits % divisor !== 0n) throw new Invalid(field, "at most 18 decimals", text);
    units = digits / divisor;
  }
  return match[1] === "-" ? -units : units;
};

/** Decimal text without trailing zeros: `format(decimal("1.50"))` is "1.5". */
export const format = (value: Decimal): string => {
  const negative = value < 0n;
  const digits = (negative ? -value : value).toString().padStart(DECIMALS + 1, "0");
  const cut = digits.length - DECIMALS;
  let end = digits.length;
  while (end > cut && digits.charCodeAt(end - 1) === 48) end -= 1;
  const text = end === cut ? digits.slice(0, cut) : `${digits.slice(0, cut)}.${digits.slice(cut, end)}`;
  return negative ? `-${text}` : text;
};

export const price = (text: string, field = "price"): Price => decimal(text, field) as Price;
export const quantity = (text: string, field = "quantity"): Quantity => decimal(text, field) as Quantity;
export const money = (text: string, field = "amount"): Money => decimal(text, field) as Money;

const EIGHT_DECIMALS = 10n ** 10n;

/** The nearest double: the door from money to signals. */
export const toFloat = (value: Decimal): number => {
  // Up to eight decimals, as most amounts have: a quotient of exact doubles is the nearest one, and no text is made.
  const units = value / EIGHT_DECIMALS;
  if (units * EIGHT_DECIMALS === value) {
    const exact = Number(units);
    if (Number.isSafeInteger(exact)) return exact / 1e8;
  }
  const whole = value / ONE;
  if (whole * ONE === value) return Number(whole);
  return Number(format(value));
};

/** The door from signals to money: the shortest decimal text of the double, cut to 18 decimals. Throws on NaN and infinity. */
export const fromFloat = (value: number, field = "amount"): Decimal => {
  // Up to eight decimals and fifteen digits, as most prices have: no other decimal so short is this double, and no text is made.
  const units = Math.round(value * 1e8);
  if (Math.abs(units) < 1e15 && units / 1e8 === value) return BigInt(units) * EIGHT_DECIMALS;
  if (!Number.isFinite(value)) throw new Invalid(field, "a finite number", value);
  const text = String(value);
  return text.includes("e") || text.length > 17 ? decimal(value.toFixed(18), field) : decimal(text, field);
};

/** Price times quantity, rounded down; exact whenever tick size times lot size has at most 18 decimals. */
export const notional = (at: Price, size: Quantity): Money => ((at * size) / ONE) as Money;
export const times = (a: Decimal, b: Decimal): Decimal => (a * b) / ONE;
/** a / b rounded towards zero. b must not be zero. */
export const over = (a: Decimal, b: Decimal): Decimal => (a * ONE) / b;
export const plus = <T extends Decimal>(a: T, b: T): T => ((a as bigint) + b) as T;
export const minus = <T extends Decimal>(a: T, b: T): T => ((a as bigint) - b) as T;
export const absolute = <T extends Decimal>(a: T): T => (a < 0n ? 0n - (a as bigint) : a) as T;
export const least = <T extends Decimal>(a: T, b: T): T => (a < b ? a : b);
export const most = <T extends Decimal>(a: T, b: T): T => (a > b ? a : b);
/** Round towards zero to a multiple of `step`; a step of zero leaves the value. */
export const roundDown = <T extends Decimal>(value: T, step: Decimal): T =>
  (step === 0n ? value : value - (value % step)) as T;
/** Round a positive value up to a multiple of `step`. */
export const roundUp = <T extends Decimal>(value: T, step: Decimal): T =>
  (step === 0n || value % step === 0n ? value : value - (value % step) + step) as T;
/** `bps` hundredths of a percent of `value`, rounded up to a multiple of `step` (fees round against the payer). */
export const basisPoints = (value: Money, bps: number, step: Decimal): Money =>
  roundUp(((value * BigInt(Math.round(bps * 1_000))) / 10_000_000n) as Money, step);

export const asset = (text: string): Asset => text as Asset;
export const timestamp = (ms: number): Timestamp => ms as Timestamp;
