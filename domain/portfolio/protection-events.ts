/** What happened to the protection of positions. */
import type {
  AccountId,
  InstrumentId,
  Price,
  Quantity,
  Side,
  StrategyId,
  Timestamp,
} from "../values/values.ts";
import type { PriceTarget } from "./targets.ts";

interface OfPosition {
  readonly strategy: StrategyId;
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly at: Timestamp;
}

export type ProtectionEvent =
  /** The stop and the targets that a position shall have from now; without either, none: withdrawn, or its position is gone. */
  | (OfPosition & {
      readonly type: "ProtectionSet";
      readonly stopPrice?: Price;
      /** The position was there already. */
      readonly held: boolean;
      readonly reason: string;
      readonly targets?: readonly PriceTarget[];
      /** Of the sales at the targets: "buy" for those of a short. */
      readonly side?: Side;
    })
  /** The price `last` was seen: so much more of the position is to be sold at the market. */
  | (OfPosition & {
      readonly type: "TargetReached";
      readonly price: Price;
      readonly part: number;
      readonly rung?: number;
      readonly quantity: Quantity;
      readonly last: Price;
    })
  /** Somebody closes so much more of the position by hand, at the market. */
  | (OfPosition & {
      readonly type: "CloseAsked";
      readonly side: Side;
      readonly quantity: Quantity;
      readonly by: string;
    })
  /** A sale at a target ended without being filled. Without `againAt` what is left of it is given up. */
  | (OfPosition & {
      readonly type: "TargetFailed";
      readonly why: string;
      readonly tries: number;
      readonly againAt?: Timestamp;
    })
  /** A stop ended that we had not asked to end. Without `againAt` no other is placed until something changes. */
  | (OfPosition & {
      readonly type: "StopFailed";
      readonly why: string;
      readonly tries: number;
      readonly againAt?: Timestamp;
    })
  /** A pause after a failed stop, or a failed sale at a target, is over. */
  | (OfPosition & { readonly type: "StopDue" });
