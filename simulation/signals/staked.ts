/**
 * Trades that are known by their prices alone become amounts, and amounts an equity. Every entry stakes an equal part of the balance:
 * what the account began with and what was earned by trades left on earlier candles, over the number of markets (freqtrade's
 * "unlimited" stake with as many open trades as markets).
 *
 *   quantity  stake * leverage / open price
 *   profit    long: quantity * (close * (1 - fee) - open * (1 + fee)); short: quantity * (open * (1 - fee) - close * (1 + fee))
 *   equity    at each close: start + profits of what was left by then + open trades at that close, fees of their entry taken off
 */
import { excursionsOf } from "../../domain/performance/trade-metrics.ts";
import type { CandleTable } from "../../domain/history/candle-table.ts";
import { LoggedOrder, OrderLog } from "../backtest/order-log.ts";
import type { BacktestOrder, BacktestTrade } from "../backtest/settings.ts";
import type { SignalTrade } from "./signals.ts";

export interface TradedMarket {
  readonly pair: string;
  readonly candles: CandleTable;
  readonly trades: readonly SignalTrade[];
}

export interface Stakes {
  readonly startingBalance: number;
  readonly leverage: number;
  /** Of each side, as a ratio. */
  readonly fee: number;
  /** Ms of a candle. */
  readonly span: number;
  /** Equity is told for closes after it. */
  readonly from: number;
}

export interface Staked {
  /** By the time of their end. */
  readonly trades: readonly BacktestTrade[];
  readonly orders: readonly BacktestOrder[];
  readonly equity: { readonly at: Float64Array; readonly value: Float64Array };
}

export const staked = (markets: readonly TradedMarket[], stakes: Stakes): Staked => {
  const entries = markets
    .flatMap((market, i) => market.trades.map((trade) => ({ market, i, trade })))
    .sort((a, b) => a.trade.openAt - b.trade.openAt || a.i - b.i);
  let balance = stakes.startingBalance;
  let open: BacktestTrade[] = [];
  const trades = entries.map(({ market, trade }) => {
    for (const { closeAt, profit } of open) if (closeAt < trade.openAt) balance += profit;
    open = open.filter(({ closeAt }) => closeAt >= trade.openAt);
    const stake = Math.max(0, balance / markets.length);
    const amount = sized(market, trade, (stake * stakes.leverage) / trade.openPrice, stakes.fee);
    open.push(amount);
    return amount;
  });
  trades.sort((a, b) => a.closeAt - b.closeAt || a.openAt - b.openAt);
  return { trades, orders: ordersOf(trades, stakes.fee), equity: equityOf(markets, trades, stakes) };
};

const sized = (
  { pair, candles }: TradedMarket,
  trade: SignalTrade,
  quantity: number,
  fee: number,
): BacktestTrade => {
  const { side, openPrice, closePrice, openAt, closeAt } = trade;
  let [lowest, highest] = [Math.min(openPrice, closePrice), Math.max(openPrice, closePrice)];
  for (let row = candles.indexOf(openAt); row < candles.indexOf(closeAt); row += 1) {
    lowest = Math.min(lowest, candles.low[row]!);
    highest = Math.max(highest, candles.high[row]!);
  }
  const fees = quantity * fee * (openPrice + closePrice);
  return {
    ...trade,
    pair,
    quantity,
    profit: quantity * (side === "long" ? closePrice - openPrice : openPrice - closePrice) - fees,
    fees,
    ...excursionsOf(side, openPrice, lowest, highest),
  };
};

/** Two a trade, at the market, in the order in which they were filled. */
const ordersOf = (trades: readonly BacktestTrade[], fee: number): readonly BacktestOrder[] => {
  const log = new OrderLog();
  const fills = trades.flatMap((trade) => [
    { trade, opens: true, at: trade.openAt, price: trade.openPrice, reason: trade.tag },
    { trade, opens: false, at: trade.closeAt, price: trade.closePrice, reason: trade.exitReason },
  ]);
  fills.sort((a, b) => a.at - b.at);
  for (const [k, { trade, opens, at, price, reason }] of fills.entries()) {
    const buys = (trade.side === "long") === opens;
    const order = new LoggedOrder(buys ? "buy" : "sell", "market", trade.quantity, reason, reason);
    log.approved(order, String(k + 1), trade.pair, at);
    order.fill(price, trade.quantity * price * fee, at);
  }
  return log.orders;
};

/** One point for each close of any market. A trade of a candle counts from the close of that candle. */
const equityOf = (
  markets: readonly TradedMarket[],
  trades: readonly BacktestTrade[],
  { startingBalance, fee, span, from }: Stakes,
): Staked["equity"] => {
  const opens = [...new Set(markets.flatMap(({ candles }) => [...candles.at.subarray(0, candles.length)]))]
    .filter((at) => at + span > from)
    .sort((a, b) => a - b);
  const value = new Float64Array(opens.length);
  /** What was earned for good, by the close that it counts from. */
  const earned = new Float64Array(opens.length + 1);
  for (const trade of trades) {
    const { candles } = markets.find(({ pair }) => pair === trade.pair)!;
    const { side, quantity, openPrice, openAt, closeAt, profit } = trade;
    const left = indexOf(opens, closeAt);
    earned[left] = earned[left]! + profit;
    let row = candles.indexOf(openAt);
    for (let k = indexOf(opens, openAt); k < left; k += 1) {
      while (row + 1 < candles.length && candles.at[row + 1]! <= opens[k]!) row += 1;
      const moved = candles.close[row]! - openPrice;
      value[k] = value[k]! + quantity * ((side === "long" ? moved : -moved) - openPrice * fee);
    }
  }
  let balance = startingBalance;
  for (let k = 0; k < opens.length; k += 1) {
    balance += earned[k]!;
    value[k] = value[k]! + balance;
  }
  return { at: Float64Array.from(opens, (at) => at + span), value };
};

/** The first that is not below. */
const indexOf = (ascending: readonly number[], at: number): number => {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
};
