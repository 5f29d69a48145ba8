/**
 * Fills become trades: a round trip begins when a flat position is opened and ends when it is flat again; what was added or
 * taken off in between is part of it. Of a short `bought` and `paid` are what opened it; of inverse contracts worths are coins. The profits of all trades, those still open valued at the last close, sum to the change of equity.
 */
import { excursionsOf } from "../../domain/performance/trade-metrics.ts";
import type { Worths } from "./contracts/worths.ts";
import type { BacktestTrade } from "./settings.ts";
import type { Lane } from "./lane.ts";
import type { LoggedOrder } from "./order-log.ts";

/** A rest this small beside the position's largest size is rounding, or dust that cannot be sold. */
const REST = 1e-9;

/** One for each market, begun anew with each trade. */
class OpenTrade {
  open = false;
  openAt = 0;
  tag = "";
  firstRow = 0;
  held = 0;
  largest = 0;
  bought = 0;
  paid = 0;
  openPrice = NaN;
  sold = 0;
  received = 0;
  closePrice = NaN;
  fees = 0;
  entryFees = 0;
  lowest = Infinity;
  highest = -Infinity;
  /** Of contracts. */
  short = false;
  carry = 0;
  /** Of one inverse contract; 0 of everything else. */
  readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  begin(openAt: number, tag: string, firstRow: number): void {
    this.open = true;
    this.short = false;
    this.carry = 0;
    this.openAt = openAt;
    this.tag = tag;
    this.firstRow = firstRow;
    this.held = this.largest = this.bought = this.paid = this.sold = this.received = 0;
    this.openPrice = this.closePrice = NaN;
    this.fees = this.entryFees = 0;
    this.lowest = Infinity;
    this.highest = -Infinity;
  }

  /** What adds to the position, or takes off it. */
  take(adds: boolean, price: number, quantity: number, fee: number): void {
    this.fees += fee;
    if (adds) {
      this.openPrice = this.#average(this.openPrice, this.bought, price, quantity);
      this.bought += quantity;
      this.paid += this.#worth(price, quantity);
      this.entryFees += fee;
    } else {
      this.leave(price, quantity);
    }
    this.held += adds ? quantity : -quantity;
    this.largest = Math.max(this.largest, this.held);
    this.lowest = Math.min(this.lowest, price);
    this.highest = Math.max(this.highest, price);
  }

  leave(price: number, quantity: number): void {
    this.closePrice = this.#average(this.closePrice, this.sold, price, quantity);
    this.sold += quantity;
    this.received += this.#worth(price, quantity);
  }

  /** Before fees and carry. */
  get gross(): number {
    return this.short === this.size > 0 ? this.received - this.paid : this.paid - this.received;
  }

  #worth(price: number, quantity: number): number {
    return this.size > 0 ? (this.size * quantity) / price : price * quantity;
  }

  /** The price itself as long as there is one only: a quotient would be a unit in the last place off. */
  #average(before: number, sum: number, price: number, quantity: number): number {
    if (sum === 0 || before === price) return price;
    return this.size > 0
      ? (sum + quantity) / (sum / before + quantity / price)
      : (before * sum + price * quantity) / (sum + quantity);
  }
}

export class TradeLog {
  readonly trades: BacktestTrade[] = [];
  readonly #lanes: readonly Lane[];
  readonly #open: readonly OpenTrade[];
  readonly #leverage: number | undefined;

  /** `contracts`: their trades may begin with a sale; undefined for spot. */
  constructor(
    lanes: readonly Lane[],
    contracts?: { readonly leverage: number; readonly worths: Pick<Worths, "size"> },
  ) {
    this.#lanes = lanes;
    this.#leverage = contracts?.leverage;
    this.#open = lanes.map((_, i) => new OpenTrade(contracts?.worths.size(i) ?? 0));
  }

  /** An order of the market `i` that has just been filled. */
  filled(i: number, order: LoggedOrder): void {
    if (this.#leverage !== undefined) {
      this.#filledContract(i, order);
      return;
    }
    const lane = this.#lanes[i]!;
    const trade = this.#open[i]!;
    const { quantity, reason, averagePrice: price, fees: fee, closedAt: at } = order;
    if (!trade.open) trade.begin(at, reason, lane.row + (lane.inside ? 1 : 0));
    trade.take(order.side === "buy", price, quantity, fee);
    if (trade.held <= REST * trade.largest) this.#close(i, trade, at, reason);
  }

  /** Funding or interest of the open trade, below zero where paid. */
  carried(i: number, amount: number): void {
    const trade = this.#open[i]!;
    if (trade.open) trade.carry += amount;
  }

  /** What goes beyond the position ends its trade with one part of itself, and begins one of the other side with the rest. */
  #filledContract(i: number, order: LoggedOrder): void {
    const { open, short, held } = this.#open[i]!;
    const beyond = open && (order.side === "buy") === short && order.quantity > held * (1 + REST);
    if (beyond) this.#part(i, order, held / order.quantity);
    this.#part(i, order, beyond ? 1 - held / order.quantity : 1);
  }

  #part(i: number, order: LoggedOrder, share: number): void {
    const lane = this.#lanes[i]!;
    const trade = this.#open[i]!;
    const { reason, averagePrice: price, closedAt: at } = order;
    const quantity = order.quantity * share;
    const fee = order.fees * share;
    const sells = order.side === "sell";
    if (!trade.open) {
      trade.begin(at, reason, lane.row + (lane.inside ? 1 : 0));
      trade.short = sells;
    }
    trade.take(sells === trade.short, price, quantity, fee);
    if (trade.held <= REST * trade.largest) this.#close(i, trade, at, reason);
  }

  /** Values what is still open at the last closes. */
  end(): void {
    for (const [i, trade] of this.#open.entries()) {
      if (!trade.open) continue;
      const lane = this.#lanes[i]!;
      const last = lane.lastClose;
      trade.leave(last, trade.held);
      this.#close(i, trade, lane.lastCloseAt, "force_exit");
    }
    // Those of one market are in order already.
    if (this.#lanes.length > 1) this.trades.sort((a, b) => a.closeAt - b.closeAt || a.openAt - b.openAt);
  }

  #close(i: number, trade: OpenTrade, closeAt: number, exitReason: string): void {
    trade.open = false;
    const lane = this.#lanes[i]!;
    lane.range(trade.firstRow, lane.row, trade);
    const { openPrice, closePrice } = trade;
    const side = trade.short ? "short" : "long";
    const { mae, mfe } = excursionsOf(side, openPrice, trade.lowest, trade.highest);
    const profit = trade.gross - trade.fees + trade.carry;
    const cost = this.#leverage === undefined ? trade.paid : trade.paid / this.#leverage;
    this.trades.push({
      pair: lane.pair,
      side,
      tag: trade.tag,
      exitReason,
      openAt: trade.openAt,
      closeAt,
      openPrice,
      closePrice,
      quantity: trade.bought,
      profit,
      profitRatio: profit / (cost + trade.entryFees),
      fees: trade.fees,
      ...(this.#leverage === undefined ? {} : { carry: trade.carry }),
      ...(trade.size > 0 && { contractSize: trade.size }),
      mae,
      mfe,
    });
  }
}
