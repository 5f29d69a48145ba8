/** Which rules may refuse an entry under these limits and this plan: a report tells of each of them, also of one that had nothing to do. */
import { lockRules } from "./guards/guard.ts";
import type { Limits } from "./limits.ts";
import type { RiskPlan } from "./plan.ts";
import type { Rule } from "./risk.ts";

/** By name, in order. */
export const rulesOn = (limits: Limits, plan: RiskPlan): readonly Rule[] => {
  const { exposure, tail, stress, controls } = plan;
  const rules: [on: boolean, ...rules: Rule[]][] = [
    [true, "price-collar"],
    [limits.orderNotionalMax !== undefined, "order-notional"],
    [limits.positionNotionalMax !== undefined, "position"],
    [limits.grossNotionalMax !== undefined || exposure.gross !== undefined, "gross-exposure"],
    [limits.openOrdersMax !== undefined, "open-orders"],
    [limits.ordersPerMinute !== undefined, "order-rate"],
    [controls.restricted.length > 0, "restricted"],
    [controls.allowed.length > 0, "not-allowed"],
    [controls.jurisdiction !== undefined, "jurisdiction"],
    [controls.calendars.length > 0, "closed-hours"],
    [controls.events.length > 0, "event"],
    [controls.funding !== undefined, "funding-time"],
    ...plan.guards.map(({ method }): [boolean, Rule] => [true, lockRules[method]]),
    [plan.dailyLoss !== undefined, "daily-loss"],
    [plan.drawdown !== undefined, "drawdown"],
    [controls.cancelsPerMinute !== undefined, "cancel-rate"],
    [controls.orderToTrade !== undefined, "order-to-trade"],
    [controls.models?.ordersPerHour !== undefined, "model-rate"],
    [controls.models?.exposure !== undefined, "model-exposure"],
    [exposure.net !== undefined, "net-exposure"],
    [exposure.asset !== undefined, "asset-exposure"],
    [exposure.venue !== undefined, "venue-exposure"],
    [exposure.strategy !== undefined, "strategy-exposure"],
    [exposure.cluster !== undefined, "cluster-exposure"],
    [tail !== undefined, "no-history"],
    [tail?.valueAtRisk !== undefined, "value-at-risk"],
    [tail?.expectedShortfall !== undefined, "expected-shortfall"],
    [stress.some(({ max }) => max !== undefined), "stress"],
    [plan.liquidation !== undefined, "liquidation-distance"],
    [plan.stopsNeverLoosen, "stop-loosened"],
  ];
  return [...new Set(rules.flatMap(([on, ...names]) => (on ? names : [])))].sort();
};
