/** Under which rules a portfolio decides, and who changed them. */
import type { Limits } from "../risk/limits.ts";
import type { RiskPlan } from "../risk/plan.ts";
import type { LimitChange, RaiseEvent } from "../risk/raises.ts";
import type { Timestamp } from "../values/values.ts";
import type { Rules } from "./commands.ts";

export type RulesEvent =
  /** From here on decisions are made under these. */
  | ({
      readonly type: "RulesChanged";
      /** What the configuration says, where that is not what counts. */
      readonly configured?: Limits;
      /** The same of the risk plan; null where it says none. */
      readonly configuredRisk?: RiskPlan | null;
      readonly at: Timestamp;
    } & Rules)
  /** Somebody changed limits while it ran; they count from here on. */
  | {
      readonly type: "LimitsChanged";
      readonly limits: Limits;
      /** Where the change was to the risk plan, too. */
      readonly risk?: RiskPlan;
      readonly change: LimitChange;
      readonly by: string;
      readonly at: Timestamp;
    }
  | RaiseEvent;
