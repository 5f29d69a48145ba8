/**
 * One listing's numbers as Binance writes them: integer ticks and lots become decimal text with at least
 * eight decimals, and decimal text of an order becomes ticks and lots, or a filter failure.
 * Writing goes by digits, never by floats, because it happens for every trade and every level.
 */
import { decimal, DECIMALS, format, type Decimal } from "../domain/values/values.ts";

const WIRE_DECIMALS = 8;

/** Decimal text with at least eight decimals: `wireDecimal(10n ** 18n)` is "1.00000000". */
export const wireDecimal = (value: Decimal): string => {
  const text = format(value);
  const dot = text.indexOf(".");
  if (dot < 0) return `${text}.00000000`;
  return text.padEnd(dot + 1 + WIRE_DECIMALS, "0");
};

/** Writes and reads integer multiples of one step. */
export class Steps {
  readonly step: Decimal;
  readonly float: number;
  readonly #factor: number;
  readonly #decimals: number;
  readonly #padding: string;

  constructor(step: Decimal) {
    this.step = step;
    this.float = Number(format(step));
    const fraction = format(step).split(".")[1] ?? "";
    this.#decimals = fraction.length;
    this.#factor = Number(step / 10n ** BigInt(DECIMALS - this.#decimals));
    this.#padding = "0".repeat(Math.max(0, WIRE_DECIMALS - this.#decimals));
  }

  /** `count` steps as decimal text. */
  text(count: number): string {
    if (this.#decimals === 0) return `${String(count * this.#factor)}.${this.#padding}`;
    const digits = String(count * this.#factor).padStart(this.#decimals + 1, "0");
    const cut = digits.length - this.#decimals;
    return `${digits.slice(0, cut)}.${digits.slice(cut)}${this.#padding}`;
  }

  /** Whole steps in decimal text; undefined when it is no decimal, or does not stand on the grid. */
  count(text: string): number | undefined {
    try {
      const value = decimal(text);
      if (value % this.step !== 0n) return undefined;
      const count = Number(value / this.step);
      return Number.isSafeInteger(count) ? count : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Decimals of a recorded number: float noise (more than eight decimals) is cut at 15 significant digits first. */
export const cleanNumber = (text: string): string => {
  const dot = text.indexOf(".");
  if (dot < 0) return /[eE]/.test(text) ? trimmed(format(decimal(text))) : text;
  if (text.length - dot - 1 <= WIRE_DECIMALS && !/[eE]/.test(text)) return trimmed(text);
  const value = Number(text);
  const digits = 15 - Math.max(1, Math.ceil(Math.log10(Math.abs(value) + 1)));
  return trimmed(value.toFixed(Math.max(0, Math.min(WIRE_DECIMALS, digits))));
};

const trimmed = (text: string): string => {
  if (!text.includes(".")) return text;
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end -= 1;
  if (text.charCodeAt(end - 1) === 46) end -= 1;
  return text.slice(0, end);
};

export const decimalsOf = (clean: string): number => {
  const dot = clean.indexOf(".");
  return dot < 0 ? 0 : clean.length - dot - 1;
};

/** Clean decimal text times 10^decimals, exact for up to 15 digits; surplus decimals are rounded. */
export const scaled = (clean: string, decimals: number): number => {
  const own = decimalsOf(clean);
  if (own > decimals) return Math.round(Number(clean) * 10 ** decimals);
  const digits = own === 0 ? clean : clean.slice(0, -own - 1) + clean.slice(-own);
  return Number(digits + "0".repeat(decimals - own));
};

/** 10^-decimals in units of 1e-18. */
export const stepOf = (decimals: number): Decimal => 10n ** BigInt(DECIMALS - decimals);
