/**
 * How a total is to be worked: the terms of an execution algorithm, declared as genes, so that a strategy may have them among its own
 * parameters and whoever writes `{ "algorithm": "twap", "minutes": 10 }` is told by name what is wrong with it. docs/execution.md has
 * the formula of each.
 */
import { parseParams } from "../strategy/params.ts";
import type { Genes } from "../strategy/strategy.ts";
import { countGene, realGene } from "../strategy/genes.ts";
import { readWeights } from "./profile.ts";

export type Algorithm = "twap" | "vwap" | "pov" | "iceberg" | "chase";

export type ExecutionTerms = {
  readonly algorithm: string;
  readonly minutes: number;
  readonly slices: number;
  readonly profile: string;
  readonly participation: number;
  readonly shown: number;
  readonly spread: number;
  readonly seed: number;
  readonly toleranceBps: number;
  readonly furthestBps: number;
  readonly children: string;
  readonly leftover: string;
};

const algorithms: readonly Algorithm[] = ["twap", "vwap", "pov", "iceberg", "chase"];

export const executionGenes: Genes<ExecutionTerms> = {
  algorithm: { kind: "choice", choices: algorithms, default: "twap", about: "How the total is worked." },
  minutes: countGene([1, 43_200, 10], "minutes", "Time-out: what is left over then is no longer waited for."),
  slices: countGene([1, 1_000, 10], "slices", "Equal parts of that time, for twap, vwap and pov."),
  profile: {
    kind: "text",
    default: "",
    about: "For vwap: weights of equal parts of the time, 1,2,3; empty learns them from candles.",
  },
  participation: realGene([0.1, 100, 10], "percent", "For pov: part of the traded volume."),
  shown: realGene([0.1, 100, 20], "percent of the total", "For iceberg: part that stands at a time."),
  spread: realGene([0, 50, 0], "percent", "For iceberg: how far its size varies at random."),
  seed: countGene([0, 1_000_000, 1], "", "Of that chance."),
  toleranceBps: realGene([0, 1_000, 2], "bps", "For chase: how far it may stand from the best price."),
  furthestBps: realGene([0, 10_000, 50], "bps", "For chase: how far from where it began it follows."),
  children: {
    kind: "choice",
    choices: ["market", "limit"],
    default: "market",
    about: "For twap, vwap and pov: take, or rest at the best price for a slice.",
  },
  leftover: {
    kind: "choice",
    choices: ["market", "leave"],
    default: "market",
    about: "What becomes of the rest at the time-out, or when it is chased too far.",
  },
};

export const learnGene = countGene(
  [1, 3_000, 1_440],
  "candles",
  "For vwap without a profile: warm-up to learn it from.",
);

/** What an execution wants to hear of besides candles. */
export const heardFor = ({
  algorithm,
  children,
}: Pick<ExecutionTerms, "algorithm" | "children">): {
  readonly trades: boolean;
  readonly quotes: boolean;
} => ({
  trades: algorithm === "pov",
  quotes: algorithm === "chase" || algorithm === "iceberg" || children === "limit",
});

/** Candles of warm-up that it learns from. */
export const warmupFor = ({ algorithm, profile }: ExecutionTerms, learn: number): number =>
  algorithm === "vwap" && profile === "" ? learn : 0;

/** The first rule between terms that is broken. */
export const impossibleTerms = ({ minutes, slices, profile }: ExecutionTerms): string | undefined => {
  if (slices > minutes * 60)
    return `slices must be at most one a second, which is ${minutes * 60} in ${minutes} minutes`;
  return profile === "" || readWeights(profile) !== undefined
    ? undefined
    : "profile must be empty, or 2 to 1,000 weights from 0 parted by commas, not all of them 0";
};

/** Complete terms; what is not told is the default. Throws `Invalid` naming the field, for example `execution.slices`. */
export const readTerms = (raw: unknown, field = "execution"): ExecutionTerms =>
  parseParams({ genes: executionGenes, impossible: impossibleTerms }, raw, field);
