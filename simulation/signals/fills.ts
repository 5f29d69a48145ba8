/**
 * Two named ways to fill the orders of outside signals within a candle: freqtrade's, so that results can be compared, and
 * next-open, which gives nothing away (docs/exits.md).
 */
import { type Bar, freqtradeExit } from "../exits/freqtrade.ts";
import type { GuardedPosition } from "../../domain/strategy/exits/guarded-position.ts";
import { nextOpenExit } from "../exits/next-open.ts";
import type { Exit } from "../../domain/strategy/exits/rules.ts";

export interface Fills {
  /** Limit of a new order, wanted at `wanted`; NaN wants the market. */
  limit(buys: boolean, wanted: number, bar: Bar): number;
  /** Price that an order with this limit gets in the candle; NaN: none. */
  price(buys: boolean, limit: number, bar: Bar): number;
  /** What ends the position in this candle. `since`: it was opened in it, at a price that is not its open. */
  exit(
    position: GuardedPosition,
    bar: Bar,
    frame: number,
    exitSignal: boolean,
    since: boolean,
  ): Exit | undefined;
  /** Where what is open after the last candle is closed. */
  atEnd(bar: Bar): number;
  /** Whether a trade's time runs from the placing of its order, filled or not. */
  readonly fromPlacing: boolean;
  /** Whether a waiting exit order keeps stop and ROI table from being looked at. */
  readonly waitingExitHidesStop: boolean;
  /** Whether an entry may be placed on the last candle. */
  readonly entersOnLast: boolean;
  /** Whether a signal of the other side may enter at the open of a candle in which the trade was left after it. */
  readonly reversesAfterOpen: boolean;
}

export const freqtradeFills: Fills = {
  // Never worse than what the candle traded: such a limit would be a stop order, which is not sent.
  limit: (buys, wanted, { open, high, low }) =>
    Number.isNaN(wanted) ? open : buys ? Math.min(wanted, high) : Math.max(wanted, low),
  price: (_buys, limit, { high, low }) => (low <= limit && limit <= high ? limit : NaN),
  exit: (position, bar, frame, exitSignal) => freqtradeExit(position, bar, frame, exitSignal),
  atEnd: ({ open }) => open,
  fromPlacing: true,
  waitingExitHidesStop: true,
  entersOnLast: false,
  reversesAfterOpen: true,
};

export const nextOpenFills: Fills = {
  limit: (buys, wanted) => (Number.isNaN(wanted) ? (buys ? Infinity : 0) : wanted),
  price: (buys, limit, { open, high, low }) => {
    if (buys ? open <= limit : open >= limit) return open;
    return (buys ? low <= limit : high >= limit) ? limit : NaN;
  },
  exit: (position, bar, _frame, exitSignal, since) => nextOpenExit(position, bar, exitSignal, since),
  atEnd: ({ close }) => close,
  fromPlacing: false,
  waitingExitHidesStop: false,
  entersOnLast: true,
  reversesAfterOpen: false,
};
