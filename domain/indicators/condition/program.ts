/**
 * A condition as a list of steps over slots of numbers, each after those that it reads; what stands twice in the text is one
 * step. NaN is "not known": it passes through sums and comparisons; `and` and `or` need it only where the other side leaves it
 * open. Nothing is allocated for a candle.
 */
import { columns, type Calculation } from "../declaration.ts";
import { Window } from "../parts/window.ts";
import { type Expression, type Numeric, textOf, type Truth } from "./expression.ts";

interface Step {
  /** Reads slots and writes its own. */
  run(slots: Float64Array): void;
}

export class Program {
  /** The candle's columns come first, in the order of `columns`. */
  readonly slots: Float64Array;
  private readonly steps: readonly Step[];
  private readonly result: number;

  constructor(expression: Expression) {
    const build = new Build();
    this.result = build.place(expression);
    this.steps = build.steps;
    this.slots = new Float64Array(build.count).fill(Number.NaN);
    for (const [slot, value] of build.constants) this.slots[slot] = value;
  }

  /** After the columns of a candle were put. */
  run(): number {
    const { steps, slots } = this;
    for (let k = 0; k < steps.length; k += 1) steps[k]!.run(slots);
    return slots[this.result]!;
  }
}

class Build {
  readonly steps: Step[] = [];
  readonly constants: [slot: number, value: number][] = [];
  count = columns.length;
  private readonly known = new Map<string, number>();

  /** The slot in which its value stands after a run. */
  place(expression: Expression): number {
    if (expression.kind === "column") return columns.indexOf(expression.column);
    if (expression.kind === "indicator") return this.indicator(expression) + expression.output;
    return this.once(textOf(expression), 1, (slot) => this.step(expression, slot));
  }

  private indicator(expression: Numeric & { readonly kind: "indicator" }): number {
    const { of, params, inputs } = expression;
    return this.once(textOf({ ...expression, output: 0 }), of.outputs.length, (slot) => {
      const reads = inputs.map((input) => this.place(input));
      this.steps.push(new Indicate(of.start(params), reads, slot, of.outputs.length));
    });
  }

  private step(expression: Exclude<Expression, { kind: "column" | "indicator" }>, slot: number): void {
    switch (expression.kind) {
      case "number":
        this.constants.push([slot, expression.value]);
        return;
      case "past":
        this.steps.push(new Past(this.place(expression.of), slot, expression.candles));
        return;
      case "negative":
      case "not":
        this.steps.push(new Unary(unary[expression.kind], this.place(expression.of), slot));
        return;
      case "crosses above":
      case "crosses below": {
        const [left, right] = [this.place(expression.left), this.place(expression.right)];
        this.steps.push(
          expression.kind === "crosses above" ? new Cross(left, right, slot) : new Cross(right, left, slot),
        );
        return;
      }
      default: {
        const [left, right] = [this.place(expression.left), this.place(expression.right)];
        this.steps.push(new Binary(binary[expression.kind], left, right, slot));
      }
    }
  }

  private once(key: string, width: number, add: (slot: number) => void): number {
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const slot = this.count;
    this.count += width;
    this.known.set(key, slot);
    add(slot);
    return slot;
  }
}

const truth = (holds: boolean, a: number, b: number): number =>
  a !== a || b !== b ? Number.NaN : holds ? 1 : 0;

const unary = {
  negative: (x: number) => -x,
  not: (x: number) => 1 - x,
};

type BinaryKind = Exclude<
  (Numeric | Truth)["kind"],
  "number" | "column" | "indicator" | "past" | "negative" | "not" | "crosses above" | "crosses below"
>;

const binary: Readonly<Record<BinaryKind, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  // By zero nothing is known, and nothing is endless.
  "/": (a, b) => (b === 0 ? Number.NaN : a / b),
  "<": (a, b) => truth(a < b, a, b),
  "<=": (a, b) => truth(a <= b, a, b),
  ">": (a, b) => truth(a > b, a, b),
  ">=": (a, b) => truth(a >= b, a, b),
  and: (a, b) => (a === 0 || b === 0 ? 0 : a + b === 2 ? 1 : Number.NaN),
  or: (a, b) => (a === 1 || b === 1 ? 1 : a + b === 0 ? 0 : Number.NaN),
};

class Indicate implements Step {
  private readonly calculation: Calculation;
  private readonly reads: Float64Array;
  private readonly slot: number;
  private readonly row: Float64Array;
  private readonly values: Float64Array;

  constructor(calculation: Calculation, reads: readonly number[], slot: number, outputs: number) {
    this.calculation = calculation;
    this.reads = Float64Array.from(reads);
    this.slot = slot;
    this.row = new Float64Array(reads.length);
    this.values = new Float64Array(outputs);
  }

  run(slots: Float64Array): void {
    const { reads, row, values, slot } = this;
    for (let i = 0; i < row.length; i += 1) row[i] = slots[reads[i]!]!;
    this.calculation.step(row, values);
    for (let k = 0; k < values.length; k += 1) slots[slot + k] = values[k]!;
  }
}

class Past implements Step {
  private readonly from: number;
  private readonly slot: number;
  private readonly window: Window;

  constructor(from: number, slot: number, candles: number) {
    this.from = from;
    this.slot = slot;
    this.window = new Window(candles);
  }

  run(slots: Float64Array): void {
    slots[this.slot] = this.window.push(slots[this.from]!);
  }
}

class Unary implements Step {
  private readonly of: (x: number) => number;
  private readonly from: number;
  private readonly slot: number;

  constructor(of: (x: number) => number, from: number, slot: number) {
    this.of = of;
    this.from = from;
    this.slot = slot;
  }

  run(slots: Float64Array): void {
    slots[this.slot] = this.of(slots[this.from]!);
  }
}

class Binary implements Step {
  private readonly of: (a: number, b: number) => number;
  private readonly left: number;
  private readonly right: number;
  private readonly slot: number;

  constructor(of: (a: number, b: number) => number, left: number, right: number, slot: number) {
    this.of = of;
    this.left = left;
    this.right = right;
    this.slot = slot;
  }

  run(slots: Float64Array): void {
    slots[this.slot] = this.of(slots[this.left]!, slots[this.right]!);
  }
}

/** 1 where `rising` stands above `other` now and did not one candle ago. */
class Cross implements Step {
  private readonly rising: number;
  private readonly other: number;
  private readonly slot: number;
  private before = Number.NaN;

  constructor(rising: number, other: number, slot: number) {
    this.rising = rising;
    this.other = other;
    this.slot = slot;
  }

  run(slots: Float64Array): void {
    const apart = slots[this.rising]! - slots[this.other]!;
    slots[this.slot] = truth(this.before <= 0 && apart > 0, this.before, apart);
    this.before = apart;
  }
}
