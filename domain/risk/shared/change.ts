/**
 * The shared limits as the configuration says them, and as people change them while it runs: lower at once, higher once a second person
 * has approved. What somebody changed stands until the configuration itself says something else of that limit.
 */
import { Invalid } from "../../values/invalid.ts";
import { toJson } from "../../values/json.ts";
import { format, type Money, type Timestamp } from "../../values/values.ts";
import {
  approveRaise,
  askRaise,
  withdrawRaise,
  type AskedRaise,
  type LimitChange,
  type RaiseCommand,
} from "../raises.ts";
import type { RiskEvent, RiskState } from "./granting.ts";
import { amountOf, checkOrder, type ByLimit, type SharedLimits } from "./shared-limits.ts";

const PATH = "sharedLimits";

export const decideShared = (
  { shared, configured = shared }: RiskState,
  { shared: said, at }: { readonly shared: SharedLimits; readonly at: Timestamp },
): readonly RiskEvent[] => {
  if (toJson(configured) === toJson(said)) return [];
  const limits: Record<string, Money> = {};
  for (const [key, limit] of Object.entries(said.limits))
    limits[key] = configured?.limits[key] === limit ? (shared?.limits[key] ?? limit) : limit;
  return [{ type: "SharedLimitsSet", shared: { ...said, limits }, configured: said, at }];
};

export const decideChange = (state: RiskState, command: RaiseCommand): readonly RiskEvent[] => {
  const { raises } = state;
  const { by, at } = command;
  const limits = state.shared!.limits;
  const changed = (change: LimitChange): RiskEvent => ({
    type: "SharedLimitsChanged",
    ...{ limits: changeShared(limits, change), change, by, at },
  });
  if (command.type === "WithdrawRaise") return [withdrawRaise(raises, command)];
  if (command.type === "ApproveRaise") {
    const { event, change } = approveRaise(raises, command);
    return change === undefined ? [event] : [event, changed(change)];
  }
  const next = changeShared(limits, command.change);
  const keys = Object.keys(next);
  if (keys.every((key) => next[key] === limits[key])) return [];
  return keys.some((key) => next[key]! > limits[key]!)
    ? [askRaise(raises, command)]
    : [changed(command.change)];
};

/** None can be added or taken away while it runs: who trades under it must know of it. */
const changeShared = (limits: ByLimit, change: LimitChange): ByLimit => {
  const next: Record<string, Money> = { ...limits };
  for (const [key, value] of Object.entries(change)) {
    if (limits[key] === undefined)
      throw new Invalid(`${PATH}.${key}`, `one of ${Object.keys(limits).join(", ")}`, key);
    const amount = amountOf(value ?? undefined, `${PATH}.${key}`);
    if (amount === undefined) throw new Invalid(`${PATH}.${key}`, "a decimal above 0", value);
    next[key] = amount;
  }
  checkOrder(next, PATH);
  return next;
};

const told = (limits: ByLimit | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(limits ?? {}).map(([key, amount]) => [key, format(amount)]));

/** For people: what counts, what the configuration says, and which raises wait for approval at `at`. */
export const sharedLimitsView = ({ shared, configured = shared, raises }: RiskState, at: Timestamp) => ({
  limits: told(shared?.limits),
  configured: told(configured?.limits),
  waiting: [...raises.waiting.values()].filter(({ until }) => until > at) as readonly AskedRaise[],
});
