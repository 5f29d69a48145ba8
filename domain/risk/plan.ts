/**
 * The risk plan of a portfolio: every rule beyond its money limits, as data. It is journaled with the rules, so that a day is
 * replayed under the plan it had. A rule that is not named does nothing. Ratios are of the equity of all strategies together.
 */
import { timeframe, timeframes, type Timeframe } from "../market/candle.ts";
import { Invalid } from "../values/invalid.ts";
import { type Controls, readControls } from "./controls/controls.ts";
import { checkZone } from "./controls/zone.ts";
import { Fields } from "./fields.ts";
import { type LiquidationLimit, readLiquidation } from "./liquidation.ts";
import type { Guard } from "./guards/guard.ts";
import { readGuards } from "./guards/read-guards.ts";
import { readSizing, type Sizing } from "./sizing/sizing.ts";
import { readScenarios, type Scenario } from "./tail/stress.ts";
import { type TailMethod, tailMethods } from "./tail/value-at-risk.ts";

/** Value held and being bought, of equity. */
export interface ExposureLimits {
  readonly gross?: number;
  readonly net?: number;
  readonly asset?: number;
  readonly venue?: number;
  readonly strategy?: number;
  readonly cluster?: number;
  /** From which correlation on instruments belong together. */
  readonly clusterCorrelation: number;
}

export interface TailLimits {
  readonly method: TailMethod;
  readonly confidence: number;
  /** Over how many bars. */
  readonly bars: number;
  readonly valueAtRisk?: number;
  readonly expectedShortfall?: number;
}

export interface DailyLoss {
  readonly max: number;
  readonly timeZone: string;
}

export interface RiskPlan {
  /** Length of a bar: of returns, ranges and the candles that guards count. */
  readonly timeframe: Timeframe;
  /** How many returns are kept of each instrument. */
  readonly window: number;
  readonly exposure: ExposureLimits;
  readonly tail?: TailLimits;
  readonly stress: readonly Scenario[];
  /** Furthest fall of equity below its highest: beyond it entries are halted until somebody resumes. */
  readonly drawdown?: number;
  readonly dailyLoss?: DailyLoss;
  readonly guards: readonly Guard[];
  readonly sizing?: Sizing;
  /** Entries of contracts after which a liquidation would be nearer are refused. */
  readonly liquidation?: LiquidationLimit;
  /** A liquidation halts entries until somebody resumes. */
  readonly haltOnLiquidation?: true;
  /** A stop may only be moved nearer while its position stands. */
  readonly stopsNeverLoosen: boolean;
  readonly controls: Controls;
}

/** How often the plan wants to see the prices at least, where candles are that fine, ms. */
export const lookEveryMs = ({ timeframe: bar }: RiskPlan): number =>
  Math.min(timeframes[bar], timeframes["5m"]);

/** Undefined for an absent or empty section. Throws `Invalid` naming `<path>.<field>`. */
export const parseRiskPlan = (raw: unknown, path = "risk"): RiskPlan | undefined => {
  if (raw === undefined || (typeof raw === "object" && raw !== null && Object.keys(raw).length === 0))
    return undefined;
  const fields = new Fields(raw, path, [
    "timeframe",
    "window",
    "exposure",
    "tail",
    "stress",
    "drawdown",
    "dailyLoss",
    "protections",
    "sizing",
    "liquidation",
    "haltOnLiquidation",
    "stopsNeverLoosen",
    "controls",
  ]);
  const frame = timeframe(fields.text("timeframe", /./, "a timeframe", "1h"), fields.at("timeframe"));
  const window = fields.count("window", 20, 5_000, 120);
  const tail = readTail(fields.get("tail"), fields.at("tail"), window);
  const drawdown = fields.maybeRatio("drawdown", 1);
  const dailyLoss = readDailyLoss(fields.get("dailyLoss"), fields.at("dailyLoss"));
  if (drawdown !== undefined && dailyLoss !== undefined && dailyLoss.max > drawdown)
    new Fields({ max: dailyLoss.max }, fields.at("dailyLoss"), ["max"]).refuse(
      "max",
      `at most drawdown (${drawdown})`,
    );
  const sizing = readSizing(fields.get("sizing"), fields.at("sizing"));
  if (sizing?.method === "kelly" && sizing.estimate === "returns" && sizing.trades > window)
    throw new Invalid(
      fields.at("sizing.trades"),
      `at most window (${window}): no more returns are kept`,
      sizing.trades,
    );
  const exposure = readExposure(fields.get("exposure"), fields.at("exposure"));
  const controls = readControls(fields.get("controls"), fields.at("controls"));
  return {
    timeframe: frame,
    window,
    exposure,
    ...(tail === undefined ? {} : { tail }),
    stress: readScenarios(fields, "stress"),
    ...(drawdown === undefined ? {} : { drawdown }),
    ...(dailyLoss === undefined ? {} : { dailyLoss }),
    guards: readGuards(fields.list("protections"), fields.at("protections"), timeframes[frame]),
    ...(sizing === undefined ? {} : { sizing }),
    ...(fields.has("liquidation")
      ? {
          liquidation: readLiquidation(
            new Fields(fields.get("liquidation"), fields.at("liquidation"), ["distance", "maintenance"]),
          ),
        }
      : {}),
    ...(fields.flag("haltOnLiquidation") ? { haltOnLiquidation: true } : {}),
    stopsNeverLoosen: fields.flag("stopsNeverLoosen"),
    controls,
  };
};

const within = ["asset", "venue", "strategy", "cluster"] as const;

const readExposure = (raw: unknown, path: string): ExposureLimits => {
  const names = ["gross", "net", ...within] as const;
  const fields = new Fields(raw, path, [...names, "clusterCorrelation"]);
  const limits: Partial<Record<(typeof names)[number], number>> = {};
  for (const name of names) {
    const limit = fields.maybeRatio(name, 100);
    if (limit !== undefined) limits[name] = limit;
  }
  const { gross, net, asset, cluster } = limits;
  // What cannot be used up within a larger one is a mistake.
  for (const name of ["net", ...within] as const)
    if (gross !== undefined && (limits[name] ?? 0) > gross) fields.refuse(name, `at most gross (${gross})`);
  if (asset !== undefined && cluster !== undefined && asset > cluster)
    fields.refuse("asset", `at most cluster (${cluster})`);
  if (net !== undefined && asset !== undefined && asset > net) fields.refuse("asset", `at most net (${net})`);
  if (fields.has("clusterCorrelation") && cluster === undefined)
    fields.refuse("clusterCorrelation", "left out where cluster is");
  return { ...limits, clusterCorrelation: fields.number("clusterCorrelation", 0.01, 0.999, 0.7) };
};

const readTail = (raw: unknown, path: string, window: number): TailLimits | undefined => {
  if (raw === undefined) return undefined;
  const fields = new Fields(raw, path, ["method", "confidence", "bars", "valueAtRisk", "expectedShortfall"]);
  const confidence = fields.number("confidence", 0.5, 0.999, 0.95);
  const method = fields.choice("method", tailMethods, "historical");
  const valueAtRisk = fields.maybeRatio("valueAtRisk", 100);
  const expectedShortfall = fields.maybeRatio("expectedShortfall", 100);
  if (valueAtRisk === undefined && expectedShortfall === undefined)
    fields.refuse("valueAtRisk", "a loss allowed, or expectedShortfall");
  if (valueAtRisk !== undefined && expectedShortfall !== undefined && expectedShortfall < valueAtRisk)
    fields.refuse("expectedShortfall", `at least valueAtRisk (${valueAtRisk}): a shortfall is never less`);
  if (method === "historical" && window * (1 - confidence) < 1)
    fields.refuse("confidence", `one that ${window} returns can show: at most ${1 - 1 / window}`);
  return {
    method,
    confidence,
    bars: fields.count("bars", 1, 1_000, 1),
    ...(valueAtRisk === undefined ? {} : { valueAtRisk }),
    ...(expectedShortfall === undefined ? {} : { expectedShortfall }),
  };
};

const readDailyLoss = (raw: unknown, path: string): DailyLoss | undefined => {
  if (raw === undefined) return undefined;
  const fields = new Fields(raw, path, ["max", "timeZone"]);
  return {
    max: fields.ratio("max", 1),
    timeZone: checkZone(fields.text("timeZone", /./, "a time zone", "UTC"), fields.at("timeZone")),
  };
};
