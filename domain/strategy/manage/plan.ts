/**
 * What manages the positions of any strategy, as data: where they are left with loss and with profit, in how many parts they are built and
 * closed, and how large they are after good and bad trades. The same in backtests and live (managed.ts); read by read-plan.ts.
 */
import type { ExitRules } from "../exits/rules.ts";
import type { RangeStopRule } from "../exits/range-stop.ts";
import type { TakeProfit } from "./ladder.ts";
import type { Pyramid } from "./pyramid.ts";
import type { ScalingRule } from "./scaling.ts";

export interface ManagePlan {
  /** Stop loss, trailing, and profit by minutes held. */
  readonly rules: ExitRules;
  /** A stop by the average true range besides; the nearer of the two holds. */
  readonly range: RangeStopRule | undefined;
  /** Of resting orders; Infinity leaves them. */
  readonly unfilledTimeoutMinutes: number;
  readonly takeProfit: TakeProfit | undefined;
  /** The stop moves to the average entry with its fees after so many rungs, or at this profit. */
  readonly breakEven: { readonly after: number } | { readonly profit: number } | undefined;
  /** Minutes after which a position is left, whatever it has made. Infinity: never. */
  readonly timeLimitMinutes: number;
  readonly pyramid: Pyramid | undefined;
  readonly scaling: ScalingRule | undefined;
}

/** Whether a position has a stop of the plan's from its entry on. */
export const hasStop = ({ rules, range }: Pick<ManagePlan, "rules" | "range">): boolean =>
  !Number.isNaN(rules.stoploss) || range !== undefined;

/** In words: printed with every result. */
export const planText = (plan: ManagePlan): string => {
  const { stoploss, roi, trailing } = plan.rules;
  const { range, takeProfit, breakEven, pyramid, scaling } = plan;
  const parts: (string | undefined)[] = [
    range && `${range.kind} stop, ${range.ranges} average ranges of ${range.length} candles away`,
    Number.isNaN(stoploss) ? undefined : `stop at ${stoploss}`,
    trailing && trailingText(trailing),
    takeProfit && takeProfitText(takeProfit),
    breakEven &&
      `stop at the entry ${"after" in breakEven ? `after rung ${breakEven.after}` : `from a profit of ${breakEven.profit} on`}`,
    roi.length === 0
      ? undefined
      : `profit at a close: ${roi.map(({ minutes, ratio }) => `${ratio} from ${minutes} min`).join(", ")}`,
    plan.timeLimitMinutes < Infinity ? `left after ${plan.timeLimitMinutes} min` : undefined,
    plan.unfilledTimeoutMinutes < Infinity
      ? `orders given up after ${plan.unfilledTimeoutMinutes} min`
      : undefined,
    pyramid && pyramidText(pyramid),
    scaling &&
      `size ${scaling.least} to ${scaling.most} of the wish by steps of ${scaling.step}, as the last ${scaling.trades} trades made more than ${scaling.band} or less than ${-scaling.band}`,
  ];
  return parts.filter((part) => part !== undefined).join("; ");
};

const trailingText = ({
  positive,
  offset,
  onlyOffsetIsReached,
}: NonNullable<ExitRules["trailing"]>): string =>
  `it follows the highs${Number.isNaN(positive) ? "" : `, ${positive} behind once the profit is above ${offset}`}${onlyOffsetIsReached ? `, from a profit of ${offset} on` : ""}`;

const takeProfitText = ({ unit, rungs }: TakeProfit): string =>
  `profit taken: ${rungs.map(({ at, close }) => `${close} % at ${at}${unit === "r" ? " R" : ""}`).join(", ")}`;

const pyramidText = ({ adds, spacing, ratio, stop }: Pyramid): string =>
  `${adds} adds, each ${ratio} of the one before, ${"ratio" in spacing ? spacing.ratio : `${spacing.ranges} average ranges`} apart${stop === "average" ? ", the stop at the average" : ""}`;
