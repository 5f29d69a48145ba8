/**
 * Stops that a venue keeps in a list of their own until their price is reached (Binance futures: algo orders). There they have ids of
 * their own, are asked for and cancelled apart, and end as an order of the book, which carries our id on.
 */
import type { UnifiedOrder } from "./ccxt-words.ts";

/** Parameters that make ccxt look into that list. */
export const LISTED_APART = { trigger: true } as const;

export interface Conditional {
  /** It is an order of the book by now, or about to be: that order tells what becomes of it. */
  readonly triggered: boolean;
  /** The venue's id of that order, once it has one. */
  readonly became: string | undefined;
  /** Why it became none, in the venue's words. */
  readonly why: string | undefined;
}

const triggered: ReadonlySet<unknown> = new Set(["TRIGGERING", "TRIGGERED", "FINISHED"]);

const textIn = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;

/** By REST and on the stream; undefined for an order of the book. */
export const conditionalOf = ({ info = {} }: Pick<UnifiedOrder, "info">): Conditional | undefined => {
  if (info["algoId"] === undefined && info["aid"] === undefined) return undefined;
  return {
    triggered: triggered.has(info["algoStatus"] ?? info["X"]),
    became: textIn(info["actualOrderId"] ?? info["ai"]),
    why: textIn(info["rm"]),
  };
};

/** The event tells its time outside of the order, where ccxt does not look. */
export const datedEvent = (message: unknown): void => {
  const { e, T, o } = (message ?? {}) as { readonly e?: unknown; readonly T?: unknown; o?: { T?: unknown } };
  if (e === "ALGO_UPDATE" && o !== undefined) o.T ??= T;
};
