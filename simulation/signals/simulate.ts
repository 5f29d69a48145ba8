/**
 * Replays outside signals on the candles of one instrument, one position at a time. Each candle: orders that waited too long
 * are given up and entries re-priced; the signal of the candle before may place an entry; the entry may fill; what is open may
 * be left; and a signal of the other side may enter once the position is gone.
 */
import { GuardedPosition } from "../../domain/strategy/exits/guarded-position.ts";
import type { Bar } from "../exits/freqtrade.ts";
import type { Exit, ExitReason } from "../../domain/strategy/exits/rules.ts";
import type { Fills } from "./fills.ts";
import { directionOf, endsPosition, type SignalOrder, type SignalResult } from "./signals.ts";
import type { SignalRun, SignalTrade } from "./signals.ts";

interface Order {
  readonly limit: number;
  readonly placedAt: number;
}

class Trade {
  readonly position: GuardedPosition;
  readonly tag: string;
  /** Waiting. */
  entry: Order | undefined;
  exit: (Order & { readonly reason: ExitReason }) | undefined;

  constructor(position: GuardedPosition, tag: string, entry: Order) {
    this.position = position;
    this.tag = tag;
    this.entry = entry;
  }
}

/** The current candle, written anew for each. */
class View implements Bar {
  at = 0;
  open = 0;
  high = 0;
  low = 0;
  close = 0;
}

/** Candle after candle from the second on, so that signals may be written as it goes. */
export class Replay {
  private readonly trades: SignalTrade[] = [];
  private readonly orders: SignalOrder[] = [];
  private timedOutEntries = 0;
  private timedOutExits = 0;
  private replacedEntries = 0;
  private trade: Trade | undefined;
  private readonly bar = new View();
  private readonly run: SignalRun;
  private readonly fills: Fills;

  constructor(run: SignalRun, fills: Fills) {
    this.run = run;
    this.fills = fills;
  }

  candle(row: number): void {
    const { candles, signals } = this.run;
    this.see(row);
    const flags = signals.flags[row - 1]!;
    const direction = row < candles.length - 1 || this.fills.entersOnLast ? directionOf(flags) : 0;
    const before = this.trade;
    this.manage();
    if (this.trade === undefined && direction !== 0) this.place(direction < 0, row);
    if (this.trade !== undefined) this.work(this.trade, row);
    if (before === undefined || this.trade !== undefined || direction === 0) return;
    if (direction < 0 === before.position.short) return;
    const left = this.trades.at(-1);
    if (!this.fills.reversesAfterOpen && left?.exitReason !== "exit_signal") return;
    this.place(direction < 0, row);
    this.work(this.trade!, row);
  }

  end(): void {
    const trade = this.trade;
    if (trade === undefined || trade.entry !== undefined) return;
    this.close(trade, this.fills.atEnd(this.bar), "force_exit");
  }

  /** 1 holds a long position, -1 a short one. */
  get side(): number {
    const { trade } = this;
    if (trade === undefined || trade.entry !== undefined) return 0;
    return trade.position.short ? -1 : 1;
  }

  result(): SignalResult {
    return {
      trades: this.trades,
      orders: this.orders,
      timedOut: { entries: this.timedOutEntries, exits: this.timedOutExits },
      replacedEntries: this.replacedEntries,
    };
  }

  private see(row: number): void {
    const { candles } = this.run;
    this.bar.at = candles.at[row]!;
    this.bar.open = candles.open[row]!;
    this.bar.high = candles.high[row]!;
    this.bar.low = candles.low[row]!;
    this.bar.close = candles.close[row]!;
  }

  /** Gives up what waited too long, and re-prices a waiting entry. */
  private manage(): void {
    const { trade, bar } = this;
    if (trade === undefined) return;
    const { unfilledTimeoutMinutes, adjustEntryPrice } = this.run.settings;
    const oldest = bar.at - unfilledTimeoutMinutes * 60_000;
    if (trade.exit !== undefined && trade.exit.placedAt < oldest) {
      this.timedOutExits += 1;
      trade.exit = undefined;
    }
    if (trade.entry === undefined) return;
    if (trade.entry.placedAt < oldest) {
      this.timedOutEntries += 1;
      this.trade = undefined;
    } else if (!Number.isNaN(adjustEntryPrice) && adjustEntryPrice !== trade.entry.limit) {
      this.replacedEntries += 1;
      trade.entry = { limit: adjustEntryPrice, placedAt: bar.at };
    }
  }

  private place(short: boolean, row: number): void {
    const { signals, settings } = this.run;
    const { at } = this.bar;
    const position = new GuardedPosition(
      settings.rules,
      { short, leverage: settings.leverage, fee: settings.fee },
      at,
    );
    const limit = this.fills.limit(!short, signals.entryPrice[row - 1]!, this.bar);
    this.trade = new Trade(position, signals.tags[row - 1]!, { limit, placedAt: at });
  }

  private work(trade: Trade, row: number): void {
    const { fills, bar } = this;
    const { position } = trade;
    let since = false;
    if (trade.entry !== undefined) {
      const price = fills.price(!position.short, trade.entry.limit, bar);
      if (Number.isNaN(price)) return;
      trade.entry = undefined;
      if (!fills.fromPlacing) position.openAt = bar.at;
      position.filled(price);
      since = price !== bar.open;
      this.orders.push({ at: bar.at, side: position.short ? "sell" : "buy", price, reason: "entry" });
    }
    if (trade.exit === undefined || !fills.waitingExitHidesStop) this.leave(trade, row, since);
    const waiting = trade.exit;
    if (waiting === undefined || this.trade !== trade) return;
    const price = fills.price(position.short, waiting.limit, bar);
    if (!Number.isNaN(price)) this.close(trade, price, waiting.reason);
  }

  /** Places the exit order that this candle asks for, if any; what is sure of its price is closed at once. */
  private leave(trade: Trade, row: number, since: boolean): void {
    const { run, fills, bar } = this;
    const { position } = trade;
    const signalled =
      run.settings.useExitSignal &&
      trade.exit === undefined &&
      endsPosition(run.signals.flags[row - 1]!, position.short);
    const wanted = run.signals.exitPrice[row - 1]!;
    const limited = signalled && !Number.isNaN(wanted);
    if (limited) trade.exit = this.order(fills.limit(position.short, wanted, bar), "exit_signal");
    if (limited && fills.waitingExitHidesStop) {
      // The order waits, and the trailing stop goes on.
      fills.exit(position, bar, run.frame, true, since);
      return;
    }
    // What fills at the open is gone before the stop can be met.
    if (trade.exit !== undefined && fills.price(position.short, trade.exit.limit, bar) === bar.open) return;
    const exit: Exit | undefined = fills.exit(position, bar, run.frame, signalled && !limited, since);
    if (exit === undefined) return;
    if (fills.waitingExitHidesStop) trade.exit = this.order(exit.price, exit.reason);
    else this.close(trade, exit.price, exit.reason);
  }

  private order(limit: number, reason: ExitReason): NonNullable<Trade["exit"]> {
    return { limit, placedAt: this.bar.at, reason };
  }

  private close({ position, tag }: Trade, price: number, exitReason: ExitReason): void {
    const { at } = this.bar;
    this.trade = undefined;
    this.orders.push({ at, side: position.short ? "buy" : "sell", price, reason: exitReason });
    this.trades.push({
      openAt: position.openAt,
      closeAt: at,
      side: position.short ? "short" : "long",
      openPrice: position.openPrice,
      closePrice: price,
      profitRatio: position.profitAt(price),
      exitReason,
      tag,
    });
  }
}

export const simulateSignals = (run: SignalRun, fills: Fills): SignalResult => {
  const replay = new Replay(run, fills);
  for (let row = 1; row < run.candles.length; row += 1) replay.candle(row);
  replay.end();
  return replay.result();
};
