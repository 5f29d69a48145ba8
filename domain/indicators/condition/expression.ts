/** A condition as a pure declaration: what `parse.ts` reads out of text and `program.ts` turns into steps. */
import type { AnyValues, Column, Declaration } from "../declaration.ts";

/** Gives a number a candle, NaN where there is none. */
export type Numeric =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "column"; readonly column: Column }
  | {
      readonly kind: "indicator";
      readonly of: Declaration;
      readonly params: AnyValues;
      /** One for each input of the declaration. */
      readonly inputs: readonly Numeric[];
      /** Which of its outputs. */
      readonly output: number;
    }
  | { readonly kind: "past"; readonly of: Numeric; readonly candles: number }
  | { readonly kind: "negative"; readonly of: Numeric }
  | { readonly kind: "+" | "-" | "*" | "/"; readonly left: Numeric; readonly right: Numeric };

export type Comparison = "<" | "<=" | ">" | ">=" | "crosses above" | "crosses below";

/** Gives 1, 0, or NaN where it cannot be known yet. */
export type Truth =
  | {
      readonly kind: Comparison;
      readonly left: Numeric;
      readonly right: Numeric;
    }
  | { readonly kind: "and" | "or"; readonly left: Truth; readonly right: Truth }
  | { readonly kind: "not"; readonly of: Truth };

export type Expression = Numeric | Truth;

const truths: ReadonlySet<string> = new Set([
  "<",
  "<=",
  ">",
  ">=",
  "crosses above",
  "crosses below",
  "and",
  "or",
  "not",
]);

export const isTruth = (expression: Expression): expression is Truth => truths.has(expression.kind);

/** How many candles pass at most before it is known; where an indicator is `late`, at least. */
export const lookbackOf = (expression: Expression): number => {
  switch (expression.kind) {
    case "number":
    case "column":
      return 0;
    case "indicator":
      return Math.max(0, ...expression.inputs.map(lookbackOf)) + expression.of.lookback(expression.params);
    case "past":
      return lookbackOf(expression.of) + expression.candles;
    case "negative":
    case "not":
      return lookbackOf(expression.of);
    default: {
      const crosses = expression.kind === "crosses above" || expression.kind === "crosses below";
      return Math.max(lookbackOf(expression.left), lookbackOf(expression.right)) + (crosses ? 1 : 0);
    }
  }
};

/** The same text for the same calculation, so that what stands twice runs once. */
export const textOf = (expression: Expression): string => {
  switch (expression.kind) {
    case "number":
      return String(expression.value);
    case "column":
      return expression.column;
    case "indicator": {
      const params = Object.entries(expression.params).map(([name, value]) => `${name}=${value}`);
      const inputs = expression.inputs.map((input, i) => `${expression.of.inputs[i]!.name}=${textOf(input)}`);
      return `${expression.of.name}(${[...params, ...inputs].join(", ")}).${expression.of.outputs[expression.output]!}`;
    }
    case "past":
      return `${textOf(expression.of)}[${expression.candles}]`;
    case "negative":
      return `-${textOf(expression.of)}`;
    case "not":
      return `not (${textOf(expression.of)})`;
    default:
      return `(${textOf(expression.left)} ${expression.kind} ${textOf(expression.right)})`;
  }
};
