/**
 * Public trades of one instrument in the venue's order: none twice, none left out. Where ids are dense, a jump holds
 * later trades back until the missing ones were fetched. Pure: says what to tell and what is missing.
 */
import type { Trade } from "../../domain/market/tick.ts";

export interface Offered {
  readonly tell: readonly Trade[];
  /** Ids to fetch, both included; later trades are held until `filled`. */
  readonly missing?: { readonly from: number; readonly to: number };
}

export class TradeSequence {
  private readonly dense: boolean;
  private held: Trade[] | undefined;
  /** Id and time of the last trade told; 0 before the first. */
  lastId = 0;
  lastAt = 0;
  /** Trades that the venue no longer had. */
  lost = 0;

  constructor(dense: boolean) {
    this.dense = dense;
  }

  offer(trades: readonly Trade[]): Offered {
    if (this.held === undefined) return this.accept(trades);
    for (const trade of trades) this.held.push(trade);
    return { tell: [] };
  }

  /** What was fetched for the gap, in any order; whatever still lacks below the held trades is counted as lost. */
  filled(fetched: readonly Trade[]): Offered {
    const held = this.held ?? [];
    this.held = undefined;
    const end = held[0]?.id ?? Number.POSITIVE_INFINITY;
    const tell: Trade[] = [];
    for (const trade of [...fetched].sort((a, b) => a.id - b.id))
      if (trade.id > this.lastId && trade.id < end) {
        if (this.lastId !== 0) this.lost += this.dense ? trade.id - this.lastId - 1 : 0;
        this.take(trade, tell);
      }
    if (held.length === 0) return { tell };
    if (this.dense && this.lastId !== 0) {
      this.lost += Math.max(0, end - this.lastId - 1);
      this.lastId = Math.max(this.lastId, end - 1);
    }
    const rest = this.accept(held);
    return { ...rest, tell: [...tell, ...rest.tell] };
  }

  private accept(trades: readonly Trade[]): Offered {
    const tell: Trade[] = [];
    for (let i = 0; i < trades.length; i += 1) {
      const trade = trades[i]!;
      if (trade.id <= this.lastId) continue;
      if (this.dense && this.lastId !== 0 && trade.id > this.lastId + 1) {
        this.held = trades.slice(i);
        return { tell, missing: { from: this.lastId + 1, to: trade.id - 1 } };
      }
      this.take(trade, tell);
    }
    return { tell };
  }

  private take(trade: Trade, tell: Trade[]): void {
    this.lastId = trade.id;
    this.lastAt = trade.at;
    tell.push(trade);
  }
}
