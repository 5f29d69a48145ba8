/** A recorded print as strategies hear it: a view that the next one overwrites. Its numbers are the doubles nearest to the venue's decimals. */
import type { Trade } from "../../domain/market/tick.ts";
import { toFloat, type Side, type Timestamp } from "../../domain/values/values.ts";
import type { Listing, PrintColumns } from "../venue/venue.ts";

/** By whether the taker bought: a table, for no processor foretells that branch. */
const SIDES: readonly Side[] = ["sell", "buy"];

export class PrintView implements Trade {
  at = 0 as Timestamp;
  price = 0;
  quantity = 0;
  side: Side = "buy";
  id = 0;
  private readonly tick: number;
  private readonly ticksPerOne: number;
  private readonly lot: number;
  private readonly lotsPerOne: number;

  constructor({ tick, lot }: Listing) {
    [this.tick, this.ticksPerOne] = stepOf(tick);
    [this.lot, this.lotsPerOne] = stepOf(lot);
  }

  show({ at, ticks, lots, ids, buys }: PrintColumns, k: number): void {
    this.at = at[k]! as Timestamp;
    this.price = this.priceOf(ticks[k]!);
    this.quantity = this.quantityOf(lots[k]!);
    this.side = SIDES[buys[k]!] ?? "sell";
    this.id = ids[k]!;
  }

  /** One division of whole numbers rounds as the decimal text does. */
  priceOf(ticks: number): number {
    return (ticks * this.tick) / this.ticksPerOne;
  }

  quantityOf(lots: number): number {
    return (lots * this.lot) / this.lotsPerOne;
  }
}

/** A step as multiple / divisor, both whole: 0.00000001 is 1 / 1e8. */
const stepOf = (step: bigint): [multiple: number, divisor: number] => {
  let divisor = 1n;
  let multiple = step;
  const one = 10n ** 18n;
  while (divisor < one && multiple % 10n === 0n && one % (divisor * 10n) === 0n) {
    multiple /= 10n;
    divisor *= 10n;
  }
  const number = Number(multiple);
  const parts = Number(one / divisor);
  return Number.isSafeInteger(number) && Number.isSafeInteger(parts) ? [number, parts] : [toFloat(step), 1];
};
