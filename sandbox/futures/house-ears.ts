/** Who is told of changes of a margin account that no order shows. */
import type { Money } from "../../domain/values/values.ts";
import type { MarginAccount, VenuePosition } from "./margin-account.ts";

export interface HouseEars {
  /** `reason` as Binance names it: ORDER, FUNDING_FEE, DEPOSIT, WITHDRAW, INSURANCE_CLEAR. */
  changed(
    account: MarginAccount,
    reason: string,
    asset: string,
    amount: Money,
    positions: readonly VenuePosition[],
  ): void;
  endangered(account: MarginAccount, positions: readonly VenuePosition[]): void;
}
