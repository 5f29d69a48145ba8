/** Genes that many strategies have, with one meaning each. */
import { timeframes } from "../market/candle.ts";
import type { Gene } from "./strategy.ts";

export const timeframeGene = (about = "Candles to look at."): Gene => ({
  kind: "choice",
  choices: Object.keys(timeframes),
  default: "1m",
  about,
});

export const exposureGene = (fallback = 0.95): Gene => ({
  kind: "real",
  min: 0.01,
  max: 1,
  unit: "fraction of equity",
  default: fallback,
  about: "How much to hold at most; a little below 1 leaves room for fees.",
});

export const sideGene = (about: string): Gene => ({
  kind: "choice",
  choices: ["long", "both"],
  default: "long",
  about,
});

type Range = readonly [min: number, max: number, fallback: number];

/** A whole number. */
export const countGene = ([min, max, fallback]: Range, unit: string, about: string): Gene => ({
  kind: "integer",
  min,
  max,
  unit,
  default: fallback,
  about,
});

export const realGene = ([min, max, fallback]: Range, unit: string, about: string): Gene => ({
  kind: "real",
  min,
  max,
  unit,
  default: fallback,
  about,
});
