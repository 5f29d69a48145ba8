/**
 * The returns that a verb computes with: read, matched with a benchmark by time, and compounded to UTC days where they
 * are finer and no number of periods was asked for.
 */
import { compoundDaily } from "../../domain/performance/daily-equity.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { readReturns, type ReturnsFile } from "./returns-file.ts";

export interface AlignedReturns {
  readonly returns: readonly number[];
  readonly at?: readonly number[] | undefined;
  readonly benchmark?: readonly number[];
  /** Finer returns were compounded to days. */
  readonly compounded: boolean;
}

const DAY_MS = 86_400_000;

/** `perTrade`: each return is one trade's, and is left as it is. */
export const alignedReturns = (
  file: string,
  benchmarkFile: string | undefined,
  periods: number | undefined,
  perTrade = false,
): AlignedReturns => {
  const read = readReturns("--returns", file);
  const own = perTrade ? { ...read, compounded: false } : daily(read, periods);
  if (benchmarkFile === undefined) return own;
  const other = daily(readReturns("--benchmark", benchmarkFile), periods);
  if (own.at === undefined || other.at === undefined) {
    if (own.returns.length !== other.returns.length)
      throw new Invalid(
        "--benchmark",
        `${own.returns.length} returns, as --returns has`,
        other.returns.length,
      );
    return { ...own, benchmark: other.returns };
  }
  const benchmark = new Map(other.at.map((at, i) => [at, other.returns[i]!]));
  const both = own.at.flatMap((at, i) =>
    benchmark.has(at) ? [{ at, own: own.returns[i]!, other: benchmark.get(at)! }] : [],
  );
  if (both.length === 0) throw new Invalid("--benchmark", "times that --returns has too", benchmarkFile);
  return {
    returns: both.map((each) => each.own),
    at: both.map((each) => each.at),
    benchmark: both.map((each) => each.other),
    compounded: own.compounded,
  };
};

const daily = ({ returns, at }: ReturnsFile, periods: number | undefined): AlignedReturns => {
  if (at === undefined) return { returns, compounded: false };
  const step = medianStep(at);
  if (periods !== undefined || !(step < 0.9 * DAY_MS)) {
    if (periods === undefined && step >= 3 * DAY_MS)
      throw new Invalid(
        "--periods",
        "how many returns there are in a year, as they are no daily ones",
        `${step / DAY_MS} days`,
      );
    return { returns, at, compounded: false };
  }
  const days = compoundDaily(returns, at);
  return { returns: Array.from(days.returns), at: Array.from(days.at), compounded: true };
};

/** NaN below two times. */
const medianStep = (at: readonly number[]): number => {
  const steps = at.slice(1).map((each, i) => each - at[i]!);
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? NaN;
};
