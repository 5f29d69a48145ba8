/**
 * Composite: any conditions over indicators and timeframes, joined by and, or, vote or weight, written as data
 * (domain/strategy/clauses.ts). Buys when `enter` holds and `exit` does not; leaves when `exit` holds, or, without one, when
 * `enter` no longer does. The numbers a to d may be named in the text, so that a search can move them.
 */
import type { Candle, Timeframe } from "../domain/market/candle.ts";
import { type Clause, type Join, joins, parseClauses, Rule } from "../domain/strategy/clauses.ts";
import { Closes } from "../domain/strategy/closes.ts";
import { exposureGene, realGene, timeframeGene } from "../domain/strategy/genes.ts";
import { loadLanes, saveLanes } from "../domain/strategy/saved.ts";
import type { Desk, Saved, Strategy, Trader } from "../domain/strategy/strategy.ts";
import { Invalid } from "../domain/values/invalid.ts";

export type CompositeParams = {
  readonly enter: string;
  readonly exit: string;
  readonly join: string;
  readonly threshold: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly timeframe: string;
  readonly exposure: number;
};

/** Throws `Invalid` naming the clause and the character. */
export const clausesOf = (params: CompositeParams, name: "enter" | "exit"): readonly Clause[] => {
  const { a, b, c, d, timeframe } = params;
  return parseClauses(params[name], timeframe as Timeframe, { a, b, c, d }, name);
};

const ruleOf = (params: CompositeParams, name: "enter" | "exit"): Rule =>
  new Rule(clausesOf(params, name), params.join as Join, params.threshold);

/** Its own, at whose closes it looks, and those of its clauses. */
const timeframesOf = (
  { timeframe }: CompositeParams,
  { enter, exit }: { readonly enter: Rule; readonly exit: Rule },
): ReadonlySet<Timeframe> => new Set([timeframe as Timeframe, ...enter.timeframes, ...exit.timeframes]);

class Lane {
  readonly enter: Rule;
  readonly exit: Rule;
  readonly closes: Closes;
  /** 1 long, 0 out. */
  lean = 0;

  constructor(params: CompositeParams) {
    this.enter = ruleOf(params, "enter");
    this.exit = ruleOf(params, "exit");
    this.closes = new Closes(timeframesOf(params, this));
  }
}

class CompositeTrader implements Trader {
  private readonly params: CompositeParams;
  private readonly share: number;
  private readonly timeframes: ReadonlySet<Timeframe>;
  private readonly lanes: readonly Lane[];

  constructor(params: CompositeParams, instruments: number) {
    this.params = params;
    this.share = params.exposure / instruments;
    this.lanes = Array.from({ length: instruments }, () => new Lane(params));
    this.timeframes = timeframesOf(params, this.lanes[0]!);
  }

  onCandle(candle: Candle, i: number, timeframe: Timeframe, desk: Desk): void {
    if (!this.timeframes.has(timeframe)) return;
    const lane = this.lanes[i]!;
    const { enter, exit, closes } = lane;
    enter.push(candle, timeframe);
    exit.push(candle, timeframe);
    if (!closes.isLast(candle, timeframe)) return;
    const out = exit.empty ? !enter.holds : exit.holds;
    const lean = out ? 0 : enter.holds ? 1 : lane.lean;
    if (lean === lane.lean) return;
    lane.lean = lean;
    desk.aim(i, lean * this.share, lean > 0 ? "enter" : "exit", enter.score, exit.score);
  }

  save(): Saved {
    return saveLanes(this.params, this.lanes);
  }

  load(saved: Saved): void {
    loadLanes(saved, this.params, this.lanes);
  }
}

export const composite: Strategy<CompositeParams> = {
  name: "composite",
  about: "Trades conditions over indicators and timeframes that are written as text.",
  genes: {
    enter: {
      kind: "text",
      default: "close > ema(50); rsi(14) > a",
      about: "Clauses that buy, parted by ;, each [timeframe:] condition [@ weight].",
    },
    exit: { kind: "text", default: "rsi(14) < b", about: "Clauses that sell; none: when enter fails." },
    join: {
      kind: "choice",
      choices: [...joins],
      default: "and",
      about: "How the clauses of a rule are joined.",
    },
    threshold: realGene([0.01, 1, 0.5], "part", "Votes or weights that must hold (vote, weight)."),
    a: realGene([0, 100, 55], "", "A number named a in the clauses."),
    b: realGene([0, 100, 45], "", "A number named b."),
    c: realGene([-10, 10, 0], "", "A number named c."),
    d: realGene([-10, 10, 0], "", "A number named d."),
    timeframe: timeframeGene("Looked at by clauses that name none; at its closes the rules are asked."),
    exposure: exposureGene(),
  },
  impossible(params) {
    for (const name of ["enter", "exit"] as const)
      try {
        if (ruleOf(params, name).empty && name === "enter") return "enter must have at least one clause";
      } catch (error) {
        if (error instanceof Invalid) return `${name} must be readable: ${error.message}`;
        throw error;
      }
    return undefined;
  },
  needs(params) {
    const [enter, exit] = [ruleOf(params, "enter"), ruleOf(params, "exit")];
    return {
      timeframes: [...timeframesOf(params, { enter, exit })],
      // Exponential averages still hold a part of their start: three more lookbacks.
      warmupCandles: 4 * Math.max(enter.lookback, exit.lookback) + 1,
    };
  },
  start: (params, market) => new CompositeTrader(params, market.length),
};
