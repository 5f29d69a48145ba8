/**
 * A program that counts what strategies do, a measure that no busy machine disturbs: V8 counts every run of every block of code (its precise
 * coverage, which must be on before the code is compiled, hence a process of its own; without optimizing compilers, which count less). Each
 * strategy trades a market that repeats itself; what its code and the code below it ran in an early period is told beside a late one, and the
 * size of its saved state at the end of both. Run it by `node --no-opt --no-maglev`; it writes one object of JSON.
 */
import { type Profiler, Session } from "node:inspector";
import type { Params, Strategy, Trader } from "../../domain/strategy/strategy.ts";

export interface Work {
  /** Blocks of code that were run. */
  readonly early: number;
  readonly late: number;
  /** Characters of the saved state. */
  readonly small: number;
  readonly large: number;
  /** How many orders there were in all. */
  readonly orders: number;
}

const PERIOD = 300;
/** In candles: the two stretches, each one period of the market. */
const STRETCHES = [2 * PERIOD, 3 * PERIOD, 9 * PERIOD, 10 * PERIOD] as const;
const COUNTED =
  /\/(test\/strategies\/planted|(?<!test\/)strategies\/[^/]+|domain\/(strategy|indicators|arbitrage|execution|market)\/.+)\.ts$/;

const session = new Session();
session.connect();
/** Answered before it returns. */
const ask = (method: string, params?: object): unknown => {
  let answer: unknown;
  session.post(method, params, (error, result) => {
    if (error !== null) throw new Error(error.message);
    answer = result;
  });
  return answer;
};
ask("Profiler.enable");
ask("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

/** Blocks run since the last call. */
const blocksRun = (): number => {
  const { result } = ask("Profiler.takePreciseCoverage") as Profiler.TakePreciseCoverageReturnType;
  let sum = 0;
  for (const { url, functions } of result)
    if (COUNTED.test(url)) for (const { ranges } of functions) for (const { count } of ranges) sum += count;
  return sum;
};

const { strategies } = await import("../../strategies/index.ts");
const { planted } = await import("./planted.ts");
const { parseParams } = await import("../../domain/strategy/params.ts");
const { candlesOf, lively, runOn, walk } = await import("./markets.ts");
const { quick } = await import("./quick.ts");
const { startedRig, tellBooks } = await import("./books.ts");

/** Notes the work and the state as the stretches begin and end. */
class Notes {
  private readonly work: number[] = [];
  private readonly sizes: number[] = [];

  at(moment: number, trader: Trader): void {
    if (!(STRETCHES as readonly number[]).includes(moment)) return;
    this.sizes.push(JSON.stringify(trader.save()).length);
    this.work.push(blocksRun());
  }

  told(orders: number): Work {
    const [, early, , late] = this.work as [number, number, number, number];
    const [, small, , large] = this.sizes as [number, number, number, number];
    return { early, late, small, large, orders };
  }
}

const overCandles = (strategy: Strategy, params: Params): Work => {
  const notes = new Notes();
  const noting: Strategy = {
    ...strategy,
    start: (...told) => {
      const trader = strategy.start(...told);
      let candles = 0;
      const onCandle: Trader["onCandle"] = (candle, i, timeframe, desk) => {
        if (i === 0 && timeframe === "1m") notes.at(candles++, trader);
        trader.onCandle(candle, i, timeframe, desk);
      };
      return Object.assign(Object.create(trader) as Trader, { onCandle });
    },
  };
  const tables = [0, 1].map((i) => {
    const once = walk(`work ${i}`, PERIOD);
    return candlesOf(
      Array.from({ length: STRETCHES[3] + 2 }, (_, k) => once[k % PERIOD]!),
      0.001,
    );
  });
  const { orders } = runOn(noting, params, { tables, makerBps: 5, takerBps: 10 });
  return notes.told(orders.length);
};

/** A round of books counts as five candles. */
const overBooks = (strategy: Strategy, params: Params): Work => {
  const notes = new Notes();
  const rig = startedRig(strategy, params);
  for (let k = 0; k <= STRETCHES[3]; k += 5) {
    notes.at(k, rig.trader);
    tellBooks(rig, strategy.name, `work ${k % PERIOD}`);
  }
  return notes.told(rig.asked.length);
};

/** One that has no end within the run. */
const unending: Params = { algorithm: "twap", minutes: 3_600, slices: 900, children: "limit" };

const works = [...strategies.values(), ...planted].map((strategy): [string, Work] => {
  const { name } = strategy;
  const params = name === "execute" ? unending : { ...quick[name], ...lively[name] };
  const { books = false } = strategy.needs(parseParams(strategy, params));
  return [name, books ? overBooks(strategy, params) : overCandles(strategy, params)];
});
process.stdout.write(JSON.stringify(Object.fromEntries(works)));
