/** A portfolio under a risk plan, and fills for what it sends. */
import type { Mark } from "../../../domain/portfolio/commands.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import { parseRiskPlan } from "../../../domain/risk/plan.ts";
import { format, type InstrumentId } from "../../../domain/values/values.ts";
import { Turns } from "./turns.ts";
import { instrument, time } from "./words.ts";

export const ETH = "sandbox:ETH/USDT" as InstrumentId;
export const SOL = "sandbox:SOL/USDT" as InstrumentId;
export const HOUR = 3_600_000;

/** 1,000 USDT for each strategy, under this plan. */
export const under = (plan: object, ...names: readonly string[]): Turns => {
  const turns = new Turns({ collarPercent: 2 });
  turns.now = Date.UTC(2026, 0, 5, 12);
  turns.turn({
    type: "SetRules",
    limits: parseLimits({ collarPercent: 2 }),
    balanceSettleMs: 5_000,
    risk: parseRiskPlan(plan),
    at: time(turns.now),
  });
  turns.open({ USDT: "10000" }, instrument(), instrument("ETH/USDT"), instrument("SOL/USDT"));
  for (const name of names.length === 0 ? ["a"] : names) turns.allot(name, "1000");
  return turns;
};

/** Every order that went out, filled at once at its mark. */
export const fillAll = (turns: Turns, marks: Record<string, Mark>): void => {
  for (const live of [...turns.state.orders.values()])
    if (live.phase === "placed" && live.order.stopPrice === undefined) {
      const at = format(marks[live.order.instrument]!.last);
      turns.turn(turns.fill(live.order.id, format(live.remaining), at));
    }
};
