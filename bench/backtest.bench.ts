/**
 * P1: the event-driven engine over 500,000 candles of a minute, SMA 10/50 cross, long only, 0.1 % fee: the shipped strategy, its
 * orders, fills, fees, ledger, equity at each candle, list of trades. Beside it a bare loop that calls back for each candle over
 * typed arrays with the same streaming averages and a ledger of two numbers. A second cross of longer averages sends a tenth of the
 * orders: the two together tell what a candle costs and what an order. CPU time: machines are shared.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { CandleTable } from "../domain/history/candle-table.ts";
import { Sma } from "../domain/indicators/sma.ts";
import { parseParams } from "../domain/strategy/params.ts";
import { Chance } from "../domain/values/chance.ts";
import { backtest, type BacktestMarket, type BacktestSettings } from "../simulation/backtest/backtest.ts";
import { movingAverageCross } from "../strategies/moving-average-cross.ts";
import { benchInstrument } from "./instrument.ts";
import { inTurn, type Figure, type Result } from "./figure.ts";

const CANDLES = 500_000;
/** Runs until the compiler has settled, on a machine that it shares. */
const WARM_UP = 8;

/** Lengths of the two averages. An average costs the same whatever its length. */
interface Cross {
  readonly fast: number;
  readonly slow: number;
}
const many: Cross = { fast: 10, slow: 50 };
const few: Cross = { fast: 190, slow: 400 };

const madeUp = (count: number): CandleTable => {
  const chance = new Chance(1);
  const table = new CandleTable(count);
  let last = 40_000;
  for (let i = 0; i < count; i += 1) {
    const open = last;
    last = Math.round(last * (1 + 0.0005 * chance.gaussian()) * 100) / 100;
    table.push(1_500_000_000_000 + i * 60_000, open, Math.max(open, last), Math.min(open, last), last, 1, 0);
  }
  return table;
};

const marketOf = (candles: CandleTable): BacktestMarket => ({
  instrument: benchInstrument,
  timeframe: "1m",
  candles,
});

const settingsOf = (
  candles: CandleTable,
  accounting: "exact" | "float",
  lengths: Cross,
): BacktestSettings => ({
  strategy: movingAverageCross,
  params: parseParams(movingAverageCross, { timeframe: "1m", ...lengths }),
  markets: [marketOf(candles)],
  convention: "next-open",
  accounting,
  startingBalance: 10_000,
  makerBps: 10,
  takerBps: 10,
  slippage: { model: "none" },
  seed: 1,
});

class BareCross {
  cash = 10_000;
  held = 0;
  trades = 0;
  private wanted = -1;
  private side = 0;
  private readonly fast: Sma;
  private readonly slow: Sma;

  constructor({ fast, slow }: Cross) {
    this.fast = new Sma(fast);
    this.slow = new Sma(slow);
  }

  onCandle(open: number, close: number): void {
    if (this.wanted === 1 && this.held === 0) {
      this.held = (this.cash * 0.95) / open;
      this.cash -= this.held * open * 1.001;
    } else if (this.wanted === 0 && this.held > 0) {
      this.cash += this.held * open * 0.999;
      this.held = 0;
      this.trades += 1;
    }
    this.wanted = -1;
    const apart = this.fast.push(close) - this.slow.push(close);
    if (Number.isNaN(apart) || apart === 0) return;
    const side = apart > 0 ? 1 : -1;
    if (side === this.side) return;
    if (this.side !== 0) this.wanted = side > 0 ? 1 : 0;
    this.side = side;
  }
}

const bareLoop = ({ open, close, length }: CandleTable, lengths: Cross): number => {
  const bare = new BareCross(lengths);
  const equity = new Float64Array(length);
  for (let i = 0; i < length; i += 1) {
    bare.onCandle(open[i]!, close[i]!);
    equity[i] = bare.cash + bare.held * close[i]!;
  }
  return bare.trades;
};

/** Million candles a second of CPU. */
const rate = (candles: number, run: () => number): number => {
  const before = process.cpuUsage();
  if (run() < 500) throw new Error("too few trades");
  const { user, system } = process.cpuUsage(before);
  return candles / (user + system);
};

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes on the heap, columns aside, that a run over so many candles leaves behind while its result is held. */
const kept = (count: number): number => {
  const settings = settingsOf(madeUp(count), "float", many);
  const strategy = { ...movingAverageCross, start: () => idle };
  backtest({ ...settings, strategy });
  collect();
  const before = process.memoryUsage().heapUsed;
  const result = backtest({ ...settings, strategy });
  collect();
  const after = process.memoryUsage().heapUsed;
  return result.equity.at.length > 0 ? Math.max(0, after - before) : NaN;
};
const idle = { onCandle: () => undefined, save: () => ({}), load: () => undefined };

const measured = async (
  candles: CandleTable,
  accounting: "exact" | "float",
  lengths: Cross,
): Promise<Result & { readonly orders: number }> => {
  const settings = settingsOf(candles, accounting, lengths);
  let warmedUp = 0;
  for (let k = 0; k < WARM_UP; k += 1)
    warmedUp += backtest(settings).trades.length + bareLoop(candles, lengths);
  if (warmedUp === 0) throw new Error("no trades");
  const { ours, reference, ratio } = await inTurn(
    () => rate(CANDLES, () => backtest(settings).trades.length),
    () => rate(CANDLES, () => bareLoop(candles, lengths)),
  );
  const orders = backtest(settings).orders.length;
  return {
    figure: "P1",
    what: `backtest, ${accounting} accounting, SMA ${lengths.fast}/${lengths.slow}, ${orders} orders`,
    ours,
    reference,
    unit: "M candles/s of CPU",
    referenceName: "a callback loop with the same averages",
    ratio,
    target: ">= 0.25 (R at most 4)",
    met: ratio >= 0.25,
    note: `R ${(1 / ratio).toFixed(1)}`,
    orders,
  };
};

/** What a candle costs and what an order, from two runs over the same candles. */
const parts = (
  { orders: manyOrders, ours: manyRate }: Result & { readonly orders: number },
  { orders: fewOrders, ours: fewRate }: Result & { readonly orders: number },
): string => {
  const [manyNs, fewNs] = [(CANDLES * 1_000) / manyRate, (CANDLES * 1_000) / fewRate];
  const orderNs = (manyNs - fewNs) / (manyOrders - fewOrders);
  const candleNs = (fewNs - fewOrders * orderNs) / CANDLES;
  return `a candle ${candleNs.toFixed(0)} ns, an order ${(orderNs / 1_000).toFixed(1)} us`;
};

export const figure: Figure = {
  name: "backtest",
  async run() {
    const candles = madeUp(CANDLES);
    const results: Result[] = [];
    for (const accounting of ["float", "exact"] as const) {
      const most = await measured(candles, accounting, many);
      const least = await measured(candles, accounting, few);
      results.push(most, { ...least, note: `${least.note!}; ${parts(most, least)}` });
    }
    const [once, tenfold] = [kept(CANDLES / 10), kept(CANDLES)];
    results.push({
      figure: "P1",
      what: "heap kept by a history ten times as long, columns aside",
      ours: tenfold / 2 ** 20,
      reference: once / 2 ** 20,
      unit: "MiB",
      referenceName: "by the shorter one",
      ratio: tenfold / Math.max(1, once),
      target: "no growth by the candle (< 4 MiB more)",
      met: tenfold - once < 4 * 2 ** 20,
    });
    return results;
  },
};
