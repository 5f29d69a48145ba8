/** What happened to the protection of positions. */
import type { AccountId, InstrumentId, Price, StrategyId, Timestamp } from "../values/values.ts";

interface OfPosition {
  readonly strategy: StrategyId;
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly at: Timestamp;
}

export type ProtectionEvent =
  /** The stop that a position shall have from now; without a price, none: withdrawn, or its position is gone. */
  | (OfPosition & {
      readonly type: "ProtectionSet";
      readonly stopPrice?: Price;
      /** The position was there already. */
      readonly held: boolean;
      readonly reason: string;
    })
  /** A stop ended that we had not asked to end. Without `againAt` no other is placed until something changes. */
  | (OfPosition & {
      readonly type: "StopFailed";
      readonly why: string;
      readonly tries: number;
      readonly againAt?: Timestamp;
    })
  /** The pause after a failed stop is over. */
  | (OfPosition & { readonly type: "StopDue" });
