/** The closed names of the rules of a risk plan, by which an entry is refused. */
import type { PlaceRule } from "./controls/controls.ts";
import type { LockRule } from "./guards/guard.ts";

export type PlanRule =
  | PlaceRule
  | LockRule
  | "drawdown"
  | "cancel-rate"
  | "order-to-trade"
  | "model-exposure"
  | "model-rate"
  | "net-exposure"
  | "asset-exposure"
  | "venue-exposure"
  | "strategy-exposure"
  | "cluster-exposure"
  | "no-history"
  | "value-at-risk"
  | "expected-shortfall"
  | "stress"
  | "liquidation-distance"
  | "stop-loosened";
