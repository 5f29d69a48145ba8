/** Positions from flat to flat, as the guards and Kelly's formula count them: what was paid for each, and what came of it. */
import type { ClosedTrade, TradeSide } from "./guards/guard.ts";

/** Kept for guards that look back and for Kelly's formula. */
const CLOSED_MAX = 2_000;

interface OpenTrade {
  readonly side: TradeSide;
  /** Profit realised in this instrument before it. */
  readonly before: number;
  paid: number;
  size: number;
}

/** One fill of a position, in doubles. */
export interface PositionChange {
  readonly key: string;
  readonly instrument: string;
  readonly strategy: string;
  readonly at: number;
  /** Held after the fill, below 0 when short; 0 where what is left is too little to be sold. */
  readonly held: number;
  readonly quantity: number;
  readonly notional: number;
  /** Realised in this instrument by the strategy so far. */
  readonly realised: number;
  readonly stopped: boolean;
}

export class Trades {
  readonly open = new Map<string, OpenTrade>();
  /** Oldest first. */
  readonly closed: ClosedTrade[] = [];

  /** The trade that this fill ended, if it did. */
  take(change: PositionChange): ClosedTrade | undefined {
    const { key, held, notional, quantity, realised } = change;
    const open = this.open.get(key);
    const side: TradeSide = held < 0 ? "short" : "long";
    const size = Math.abs(held);
    if (open !== undefined && size > 0 && side === open.side) {
      if (size > open.size) open.paid += notional;
      open.size = size;
      return undefined;
    }
    // A fill that turns a position around opens the other one with what went beyond flat.
    if (size > 0)
      this.open.set(key, {
        side,
        before: realised,
        paid: (notional * size) / Math.max(size, quantity),
        size,
      });
    else this.open.delete(key);
    if (open === undefined) return undefined;
    const { instrument, strategy, at, stopped } = change;
    const ratio = open.paid > 0 ? (realised - open.before) / open.paid : 0;
    const trade: ClosedTrade = { instrument, strategy, side: open.side, closeAt: at, ratio, stopped };
    this.closed.push(trade);
    if (this.closed.length > CLOSED_MAX) this.closed.splice(0, this.closed.length - CLOSED_MAX);
    return trade;
  }

  save() {
    return { open: [...this.open], closed: [...this.closed] };
  }

  load({ open, closed }: ReturnType<Trades["save"]>): this {
    for (const [key, trade] of open) this.open.set(key, { ...trade });
    this.closed.push(...closed);
    return this;
  }
}
