/**
 * How large a whole position is. A strategy's aim of 1 means one whole position; the method says which fraction of the sub-ledger's
 * equity that is (or, for risk shared between instruments, by how much this one's share differs from an equal one). The factor is
 * taken when a position is opened and holds until it is flat. The venue's steps come after it, always downwards.
 */
import { Fields } from "../fields.ts";

export const sizingMethods = [
  "fixed-fractional",
  "atr",
  "volatility-target",
  "kelly",
  "equal-risk",
  "hierarchical",
] as const;
export type SizingMethod = (typeof sizingMethods)[number];

export interface Sizing {
  readonly method: SizingMethod;
  /** Loss at the stop that one position may make, of equity. */
  readonly risk: number;
  /** fixed-fractional: distance of the stop, of the price. */
  readonly stop: number;
  /** atr: distance of the stop, in average true ranges. */
  readonly ranges: number;
  /** volatility-target: deviation of a year's return that the position shall have. */
  readonly volatility: number;
  /** kelly: which part of the full Kelly fraction. */
  readonly fraction: number;
  readonly estimate: "trades" | "returns";
  /** kelly: closed trades (or returns) below which `otherwise` holds. */
  readonly trades: number;
  /** The factor while a method knows too little. */
  readonly otherwise: number;
  /** The factor is never above it. */
  readonly most: number;
}

const own: Readonly<Record<SizingMethod, readonly string[]>> = {
  "fixed-fractional": ["risk", "stop"],
  atr: ["risk", "ranges"],
  "volatility-target": ["volatility"],
  kelly: ["fraction", "estimate", "trades"],
  "equal-risk": [],
  hierarchical: [],
};

/** Throws `Invalid` naming the field; a parameter that the method does not have is refused. */
export const readSizing = (raw: unknown, path: string): Sizing | undefined => {
  if (raw === undefined) return undefined;
  const all = ["method", "otherwise", "most", ...new Set(Object.values(own).flat())];
  const method = new Fields(raw, path, all).choice("method", sizingMethods);
  const fields = new Fields(raw, path, ["method", "otherwise", "most", ...own[method]]);
  const stop = fields.ratio("stop", 1, 0.05);
  const risk = fields.ratio("risk", 1, 0.01);
  if (method === "fixed-fractional" && risk > stop)
    fields.refuse("risk", `at most stop (${stop}): a position cannot lose more than all`);
  const most = fields.ratio("most", 100, 1);
  const otherwise = fields.number("otherwise", 0, 100, 0);
  if (otherwise > most) fields.refuse("otherwise", `at most most (${most})`);
  return {
    method,
    risk,
    stop,
    ranges: fields.ratio("ranges", 100, 2),
    volatility: fields.ratio("volatility", 10, 0.2),
    fraction: fields.ratio("fraction", 1, 0.25),
    estimate: fields.choice("estimate", ["trades", "returns"], "trades"),
    trades: fields.count("trades", 2, 2_000, 20),
    otherwise,
    most,
  };
};
