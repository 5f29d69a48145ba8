/**
 * Look-ahead in what was computed outside: its foresight, and how it changes when it is computed again on cut data, be it files
 * that the user cut, or a program of the user's that is run on the first part of the candles, again and again.
 */
import { spawnSync } from "node:child_process";
import { Invalid } from "../../domain/values/invalid.ts";
import { cutDifferences, type CutDifference } from "../../simulation/bias/cut-data.ts";
import {
  type Feature,
  foresight,
  type Foresight,
  type ForesightPlan,
} from "../../simulation/bias/foresight.ts";
import { readText } from "../performance/rows.ts";
import { type Candles, readFeatures, readSignalColumns } from "./features-file.ts";

export interface Outside {
  readonly candles: Candles;
  readonly features: readonly Feature[];
  /** The same over the first candles only. */
  readonly cuts: readonly { readonly name: string; readonly features: readonly Feature[] }[];
}

/** Rows at the end of cut data that tell the most; distances below it are rounding. */
const TOLERANCE = 1e-9;

export const signalsOutside = (file: string, cutFiles: readonly string[]): Outside => ({
  ...readSignalColumns("--signals", file, readText("--signals", file)),
  cuts: cutFiles.map((name) => ({
    name,
    features: readSignalColumns("--cut", name, readText("--cut", name)).features,
  })),
});

export const featuresOutside = (file: string, candles: Candles, cutFiles: readonly string[]): Outside => ({
  candles,
  features: readFeatures("--features", file, readText("--features", file), candles),
  cuts: cutFiles.map((name) => {
    const features = readFeatures("--cut", name, readText("--cut", name), candles);
    return { name, features: features.map((each) => shortened(each, lastRow(features))) };
  }),
});

/** The program reads candles as CSV from its input and writes features as CSV; `cuts`: how many first parts it is run on. */
export const programOutside = (program: string, candles: Candles, cuts: number): Outside => {
  const count = candles.openAt.length;
  const run = (length: number): readonly Feature[] => {
    const { status, stdout, stderr, error } = spawnSync(program, {
      shell: true,
      input: csvOf(candles, length),
      encoding: "utf8",
      maxBuffer: 1 << 30,
    });
    if (error !== undefined || status !== 0)
      throw new Invalid(
        "--program",
        `a command that ends with 0 (${error?.message ?? stderr.trim().slice(-300)})`,
        program,
      );
    return readFeatures("--program", "its output", stdout, candles);
  };
  return {
    candles,
    features: run(count),
    cuts: Array.from({ length: cuts }, (_, i) => {
      // Over the second half: the first is left to warm up.
      const length = Math.round((count * (1 + i / cuts)) / 2);
      return {
        name: `${length} of ${count} candles`,
        features: run(length).map((each) => shortened(each, length)),
      };
    }),
  };
};

const lastRow = (features: readonly Feature[]): number =>
  1 + Math.max(...features.map(({ values }) => values.findLastIndex((value) => !Number.isNaN(value))));

const shortened = ({ name, values }: Feature, length: number): Feature => ({
  name,
  values: values.subarray(0, length),
});

const csvOf = ({ openAt, open, high, low, close, volume }: Candles, length: number): string => {
  const lines = ["ts_ms,open,high,low,close,volume"];
  for (let i = 0; i < length; i += 1)
    lines.push([openAt, open, high, low, close, volume].map((column) => column[i]).join(","));
  return `${lines.join("\n")}\n`;
};

export interface OutsideFinding extends Foresight {
  /** The cuts at which rows came out otherwise, the worst first. */
  readonly cuts: readonly (CutDifference & { readonly cut: string })[];
}

/** A column that differs on cut data is biased, whatever its foresight says. */
export const examined = (
  { candles, features, cuts }: Outside,
  plan: ForesightPlan,
): readonly OutsideFinding[] => {
  const differing = cuts.flatMap((cut) =>
    cutDifferences(features, cut.features, TOLERANCE)
      .filter((each) => each.differing > 0)
      .map((each) => ({ ...each, cut: cut.name })),
  );
  return foresight(features, candles, plan).map((each) => {
    const own = differing.filter(({ name }) => name === each.name).sort((a, b) => b.differing - a.differing);
    return { ...each, verdict: own.length > 0 ? "biased" : each.verdict, cuts: own };
  });
};
