/** What happens to contracts beside trades: payments for holding them, and the venue closing what its margin no longer carries. */
import type { Fill } from "../order/order.ts";
import type {
  AccountId,
  Decimal,
  InstrumentId,
  Money,
  Price,
  Quantity,
  StrategyId,
  Timestamp,
} from "../values/values.ts";

/** Of what the venue's own order traded, where a strategy's order has the strategy's tag. */
export const LIQUIDATION_TAG = "liquidation";

/** Funding of a perpetual, or interest on what a position owes. */
export type Carry = "funding" | "interest";

export type ContractCommand =
  /** Each book's position pays or receives it. One that is not after the last of its kind on this instrument changes nothing. */
  | {
      readonly type: "RecordCarry";
      readonly account: AccountId;
      readonly instrument: InstrumentId;
      readonly carry: Carry;
      /** Of this one payment, a fraction of the worth at `mark`. */
      readonly rate: Decimal;
      readonly mark: Price;
      /** What the venue says that the account received. What the books are not due of it, for they traded meanwhile, is `unallocated`'s. */
      readonly amount?: Money;
      readonly at: Timestamp;
    }
  /** The venue's own order. Closes what the books hold, in proportion; what is beyond them lands on `unallocated`. */
  | { readonly type: "RecordLiquidation"; readonly fill: Fill };

export type ContractEvent =
  | {
      readonly type: "CarryPaid";
      readonly account: AccountId;
      readonly instrument: InstrumentId;
      readonly carry: Carry;
      readonly rate: Decimal;
      readonly mark: Price;
      /** Below zero: paid. */
      readonly payments: readonly { readonly strategy: StrategyId; readonly amount: Money }[];
      readonly at: Timestamp;
    }
  | {
      readonly type: "Liquidated";
      readonly fill: Fill;
      readonly shares: readonly {
        readonly strategy: StrategyId;
        readonly quantity: Quantity;
        readonly notional: Money;
        readonly fee: Money;
      }[];
      readonly at: Timestamp;
    };
