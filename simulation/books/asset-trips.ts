/**
 * Fills over books become round trips, asset by asset over all books and venues: one begins when as much is held as at the start, and
 * ends when that is so again, so that what is bought at one venue and sold at another is a trade. Selling what was held at the start
 * is a short one. Worths are in the home asset; the other asset of a pair without it is traded too, at its middle of that moment. The
 * profits of all trades, those still open valued at the end, sum to the change of equity less what the stock of the start has gained.
 */
import { toFloat, type Asset } from "../../domain/values/values.ts";
import type { BacktestTrade } from "../backtest/settings.ts";

/** What one fill has changed of one asset. */
export interface Flow {
  readonly at: number;
  readonly asset: Asset;
  /** Above 0 where it came; 1e-18 units. */
  readonly amount: bigint;
  /** Of a unit without fees, and the fee; home units. */
  readonly price: number;
  readonly fee: number;
  readonly reason: string;
}

class Trip {
  readonly openAt: number;
  readonly tag: string;
  readonly short: boolean;
  opened = 0;
  openedFor = 0;
  closed = 0;
  closedFor = 0;
  fees = 0;
  openFees = 0;

  constructor(openAt: number, tag: string, short: boolean) {
    this.openAt = openAt;
    this.tag = tag;
    this.short = short;
  }

  /** `units`: above 0 where they came. */
  add(units: number, price: number): void {
    this.opened += this.short ? -units : units;
    this.openedFor += (this.short ? -units : units) * price;
  }

  leave(units: number, price: number): void {
    this.closed += this.short ? units : -units;
    this.closedFor += (this.short ? units : -units) * price;
  }
}

const unitsOf = (amount: bigint): number => toFloat(amount);
const size = (amount: bigint): bigint => (amount < 0n ? -amount : amount);

export class AssetTrips {
  private readonly asset: Asset;
  private readonly pair: string;
  private readonly dust: bigint;
  private readonly trades: BacktestTrade[] = [];
  private open: Trip | undefined = undefined;
  /** Beyond what there was at the start; while no trip is open less than `dust`, worth so much a unit. */
  private held = 0n;
  private restPrice = 0;

  /** `dust`: with less than this, 1e-18 units, a trip is over, for it cannot be traded; what is left goes into the next one. */
  constructor(asset: Asset, home: Asset, dust: bigint) {
    this.asset = asset;
    this.pair = `${asset}/${home}`;
    this.dust = dust;
  }

  /** Those of another asset are passed over. */
  take(flow: Flow): void {
    const { open, held } = this;
    const { asset, amount, fee } = flow;
    if (asset !== this.asset || amount === 0n) return;
    const crosses = open !== undefined && amount < 0n !== open.short && size(amount) > size(held);
    if (!crosses) {
      this.part(flow);
      return;
    }
    const share = Number(size(held)) / Number(size(amount));
    this.part({ ...flow, amount: -held, fee: fee * share });
    this.part({ ...flow, amount: amount + held, fee: fee * (1 - share) });
  }

  /** In the order in which they were closed; what is open is valued at `price`. */
  end(at: number, price: number): readonly BacktestTrade[] {
    this.open?.leave(-unitsOf(this.held), price);
    if (this.open !== undefined) this.close(this.open, at, "force_exit");
    return this.trades;
  }

  private part({ at, amount, price, fee, reason }: Flow): void {
    const before = this.held;
    const units = unitsOf(amount);
    this.held += amount;
    const little = size(this.held) < this.dust;
    if (this.open === undefined) {
      if (little) {
        const worth = unitsOf(before) * this.restPrice + units * price;
        this.restPrice = this.held === 0n ? 0 : worth / unitsOf(this.held);
        return;
      }
      this.open = new Trip(at, reason, this.held < 0n);
      this.open.add(unitsOf(before), this.restPrice);
    }
    const { open } = this;
    const adds = amount < 0n === open.short;
    open.fees += fee;
    if (adds) {
      open.add(units, price);
      open.openFees += fee;
    } else open.leave(units, price);
    if (!little || adds) return;
    open.leave(-unitsOf(this.held), price);
    this.restPrice = price;
    this.close(open, at, reason);
  }

  private close(trip: Trip, closeAt: number, exitReason: string): void {
    this.open = undefined;
    const { openAt, tag, short, opened, openedFor, closed, closedFor, fees, openFees } = trip;
    const profit = (short ? openedFor - closedFor : closedFor - openedFor) - fees;
    this.trades.push({
      ...{ pair: this.pair, side: short ? "short" : "long", tag, exitReason, openAt, closeAt },
      ...{ openPrice: openedFor / opened, closePrice: closedFor / closed, quantity: opened },
      ...{ profit, profitRatio: profit / (openedFor + openFees), fees, mae: NaN, mfe: NaN },
    });
  }
}
