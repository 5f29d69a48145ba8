/** One running strategy. It hears the market by road and its orders by `updated`, which may come twice. */
import * as v from "valibot";
import type { Guiding } from "../domain/strategy/predictions.ts";
import type { OrderUpdate, Params, Saved } from "../domain/strategy/strategy.ts";
import type { Inventory, Unhedged } from "../domain/strategy/unhedged.ts";
import { command, contract, nothing, query } from "./contract.ts";
import { parser, timeMs } from "./parsers.ts";

/** What the portfolio tells a strategy after a turn: its figures, and what became of its orders. */
export interface Standing {
  /** Grows with each turn of the portfolio; an older one is ignored. */
  readonly version: number;
  /** Highest proposal the portfolio has seen of this strategy. */
  readonly sequence: number;
  /** Quote amount in the strategy's sub-ledger. */
  readonly cash: number;
  /** Base units by index of its instruments. */
  readonly positions: readonly number[];
  /** What there is of each instrument's quote asset and base at its venue; absent from an older portfolio. */
  readonly cashes?: readonly number[];
  readonly holdings?: readonly number[];
  readonly orders: readonly {
    readonly i: number;
    readonly tag: string;
    readonly side: "buy" | "sell";
    readonly price: number;
    readonly remaining: number;
  }[];
  readonly updates: readonly OrderUpdate[];
}

export interface StrategyView extends StrategyFigures {
  readonly strategy: string;
  readonly instruments: readonly string[];
  readonly params: Params;
  readonly running: boolean;
  readonly candles: number;
  readonly proposals: number;
  readonly lastCandleAt: number;
  readonly equity: number;
  readonly exposures: readonly number[];
  /** As the portfolio has told them last: base units, and the orders that stand. */
  readonly positions: readonly number[];
  readonly orders: Standing["orders"];
  readonly state: Saved;
}

/** What is watched of a strategy. `unhedged`: of those whose legs answer one another; `inventory`: of market makers; `guiding`: of those that a model guides. */
export interface StrategyFigures {
  readonly unhedged?: Unhedged;
  readonly inventory?: readonly Inventory[];
  readonly guiding?: Guiding;
}

/** What a model says of an instrument; `at`, when it was known, is now unless it is told. */
const told = v.strictObject({
  symbol: v.pipe(v.string(), v.minLength(1), v.maxLength(40)),
  at: v.optional(timeMs),
  score: v.pipe(v.number(), v.minValue(-1, "a number from -1 to 1"), v.maxValue(1, "a number from -1 to 1")),
  confidence: v.pipe(
    v.number(),
    v.minValue(0, "a number from 0 to 1"),
    v.maxValue(1, "a number from 0 to 1"),
  ),
});
export type Told = v.InferOutput<typeof told>;
export const toldPredictions = v.pipe(v.array(told), v.minLength(1), v.maxLength(1_000));

export type StopMode = "keep" | "cancel" | "flatten";

const standing = parser(
  v.looseObject({
    version: v.number(),
    sequence: v.number(),
    cash: v.number(),
    positions: v.array(v.number()),
    orders: v.array(v.unknown()),
    updates: v.array(v.unknown()),
  }),
);

export const StrategyContract = contract({
  kind: "strategy",
  answers: {
    /** Trading stops; what rests is kept or cancelled, what is held is kept or sold. Indicators go on. Survives restarts. */
    stop: command<{ readonly orders: StopMode }, undefined>(
      parser(v.object({ orders: v.picklist(["keep", "cancel", "flatten"]) })),
    ),
    start: command<void, undefined>(nothing),
    /** Of a model that guides it. Told again, they change nothing. */
    predict: command<
      { readonly predictions: readonly Told[] },
      { readonly taken: number; readonly known: number }
    >(parser(v.object({ predictions: toldPredictions }))),
    updated: command<Standing, undefined>((raw) => standing(raw) as unknown as Standing),
    inspect: query<void, StrategyView>(nothing),
    figures: query<void, StrategyFigures>(nothing),
  },
  tells: {},
});
