/**
 * P4: 1,000 parameter sets of trend-pullback over 100,000 candles of a minute, reckoned in bulk in doubles and screened in single
 * precision, beside a bare loop that reckons the same rule inline, one set at a time (population-plain.ts); and as many random rules of
 * composite beside the same loop. CPU time: machines are shared. P5: two threads beside one, by the clock, on the sets of P4.
 */
import { CandleTable } from "../domain/history/candle-table.ts";
import { Chance } from "../domain/values/chance.ts";
import { deal } from "../nodes/population/deal.ts";
import { type PopulationCompute, populationThreads, reckon } from "../nodes/population/reckon.ts";
import { bulks } from "../simulation/population/bulk.ts";
import type { PopulationCosts } from "../simulation/population/costs.ts";
import { type Ground, groundOf } from "../simulation/population/ground.ts";
import { evaluatePopulation } from "../simulation/population/population.ts";
import { evaluateRules } from "../simulation/population/rules/rules.ts";
import { screenPopulation } from "../simulation/population/screen/screen.ts";
import type { PullbackParams } from "../strategies/trend-pullback.ts";
import { benchInstrument } from "./instrument.ts";
import { inTurn, type Figure, median, type Result } from "./figure.ts";
import { drawnRules } from "./population-rules.ts";
import { differencesOf, inlineLoop } from "./population-plain.ts";

const CANDLES = 100_000;
const SETS = 1_000;
const MINUTE = 60_000;
const START = 1_500_000_000_000;

/** A walk in four steps a candle, whose drift changes every 600. */
const madeUp = (): CandleTable => {
  const chance = new Chance(1);
  const table = new CandleTable(CANDLES);
  let last = 30_000;
  let drift = 0;
  for (let i = 0; i < CANDLES; i += 1) {
    if (i % 600 === 0) drift = 0.00004 * chance.gaussian();
    const open = last;
    let [high, low] = [open, open];
    for (let step = 0; step < 4; step += 1) {
      last *= 1 + drift / 4 + 0.0004 * chance.gaussian();
      [high, low] = [Math.max(high, last), Math.min(low, last)];
    }
    table.push(START + i * MINUTE, open, high, low, last, 1, 0);
  }
  return table;
};

const drawn = (): readonly PullbackParams[] => {
  const chance = new Chance(2);
  return Array.from({ length: SETS }, () => ({
    fast: 3 + chance.integer(48),
    slow: 55 + chance.integer(146),
    rsi: 5 + chance.integer(26),
    ceiling: 55 + 30 * chance.next(),
    atr: 7 + chance.integer(22),
    distance: 1 + 4 * chance.next(),
    timeframe: "1m",
    exposure: 0.95,
  }));
};

const costs = { startingBalance: 10_000, makerBps: 10, takerBps: 10, slippage: { model: "none" } } as const;

/** Million strategy-candles a second of CPU. */
const rate = (run: () => void): number => {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (SETS * CANDLES) / (user + system);
};

const inBulk = async (
  candles: CandleTable,
  sets: readonly PullbackParams[],
  { what, least, run }: Form,
): Promise<Result> => {
  const ground = groundOf(candles, MINUTE, START);
  const differences = differencesOf(candles);
  const plain = new Float64Array(5 * SETS);
  let trades = 0;
  const { ours, reference, ratio } = await inTurn(
    () => rate(() => void (trades = run(ground, costs, sets).trades.reduce((a, b) => a + b))),
    () => rate(() => sets.forEach((set, i) => inlineLoop(differences, set, plain, 5 * i))),
  );
  return {
    figure: "P4",
    what,
    ours,
    reference,
    unit: "M strategy-candles/s of CPU",
    referenceName: "the rule inline, one set at a time",
    ratio,
    target: `>= ${least}`,
    met: ratio >= least,
    note: `${Math.round(trades / SETS)} trades a set`,
  };
};

interface Form {
  readonly what: string;
  readonly least: number;
  readonly run: (
    ground: Ground,
    costs: PopulationCosts,
    sets: readonly PullbackParams[],
  ) => { readonly trades: Float64Array };
}
const doubles: Form = { what: "a population in doubles", least: 2, run: evaluatePopulation };
const singles: Form = {
  what: "a population screened in single precision",
  least: 4,
  run: (ground, costs, sets) => screenPopulation(ground, costs, sets),
};
const rules = drawnRules(SETS, 3);
const trees: Form = {
  what: "a population of rule trees",
  least: 0.4,
  run: (ground, costs) => evaluateRules(ground, costs, rules),
};

/** What two threads could gain at most, by the CPU time of their tasks: what both must do, and how alike they are, but no waiting for the machine. */
const byTasks = (candles: CandleTable, sets: readonly PullbackParams[]): number => {
  const ground = groundOf(candles, MINUTE, START);
  const { shares } = bulks.get("trend-pullback")!;
  const halves = deal(sets.map(shares), 2).map((places) => places.map((place) => sets[place]!));
  const costOf = (some: readonly PullbackParams[]): number =>
    1 / rate(() => void evaluatePopulation(ground, costs, some));
  const ratios = Array.from({ length: 5 }, () => costOf(sets) / Math.max(...halves.map(costOf)));
  return median(ratios);
};

const byThreads = async (candles: CandleTable, sets: readonly PullbackParams[]): Promise<Result> => {
  const market = {
    instrument: benchInstrument,
    timeframe: "1m",
    candles,
  } as const;
  const open = (workers: number): PopulationCompute =>
    populationThreads(
      { strategy: "trend-pullback", market, from: START, costs, loss: "sharpe", tradesMin: 1 },
      { workers, tell: (line) => process.stderr.write(`${line}\n`) },
    );
  const [one, two] = [open(1), open(2)];
  const days = groundOf(candles, MINUTE, START).days.length;
  const { shares } = bulks.get("trend-pullback")!;
  const sums: number[] = [];
  const round = async (compute: PopulationCompute, workers: number): Promise<number> => {
    const began = performance.now();
    const { equity } = await reckon(compute, sets, shares, { workers, days });
    sums.push(equity.reduce((sum, each) => sum + each));
    return (SETS * CANDLES) / (performance.now() - began) / 1_000;
  };
  const { ours, reference, ratio } = await inTurn(
    () => round(two, 2),
    () => round(one, 1),
  );
  await Promise.all([one.close(), two.close()]);
  const same = sums.every((sum) => sum === sums[0]);
  return {
    figure: "P5",
    what: "a population by two threads",
    ours,
    reference,
    unit: "M strategy-candles/s by the clock",
    referenceName: "by one",
    ratio,
    target: ">= 1.7 on a quiet machine, and the same result",
    met: ratio >= 1.7 && same,
    note: `${same ? "the same result" : "NOT the same result"}; ${byTasks(candles, sets).toFixed(2)} by the CPU time of the tasks`,
  };
};

export const figure: Figure = {
  name: "population",
  async run() {
    const candles = madeUp();
    const sets = drawn();
    return [
      await inBulk(candles, sets, doubles),
      await inBulk(candles, sets, singles),
      await inBulk(candles, sets, trees),
      await byThreads(candles, sets),
    ];
  },
};
