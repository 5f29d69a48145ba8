/** What the risk plan did to a portfolio, apart from refusals: which have their own event. */
import type { LockRule, TradeSide } from "../risk/guards/guard.ts";
import type { SizingMethod } from "../risk/sizing/sizing.ts";
import type { AccountId, InstrumentId, StrategyId, Timestamp } from "../values/values.ts";

export type RiskEvent =
  /** No entries of this instrument and side, or of all, until then. */
  | {
      readonly type: "EntriesLocked";
      /** Counts from 1. */
      readonly number: number;
      readonly rule: LockRule;
      /** Or `*`: all. */
      readonly instrument: string;
      readonly side: TradeSide | "*";
      readonly until: Timestamp;
      readonly at: Timestamp;
    }
  /** Aims for this instrument are multiplied with the factor, until its position has ended. */
  | {
      readonly type: "AimSized";
      readonly strategy: StrategyId;
      readonly account: AccountId;
      readonly instrument: InstrumentId;
      readonly method: SizingMethod;
      readonly asked: number;
      readonly factor: number;
      readonly at: Timestamp;
    };
