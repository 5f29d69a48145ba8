/** One running strategy. It hears the market by road and its orders by `updated`, which may come twice. */
import * as v from "valibot";
import type { OrderUpdate, Params, Saved } from "../domain/strategy/strategy.ts";
import type { Unhedged } from "../domain/strategy/unhedged.ts";
import { command, contract, nothing, query } from "./contract.ts";
import { parser } from "./parsers.ts";

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

export interface StrategyView {
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
  /** Only of those whose legs answer one another. */
  readonly unhedged?: Unhedged;
  readonly state: Saved;
}

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
    updated: command<Standing, undefined>((raw) => standing(raw) as unknown as Standing),
    inspect: query<void, StrategyView>(nothing),
  },
  tells: {},
});
