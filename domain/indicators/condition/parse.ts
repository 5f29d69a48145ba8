/**
 * Reads a condition such as `rsi(14) < 30 and close > ema(200)`: sums and products of columns and indicators, compared by
 * < <= > >= crosses above, crosses below, joined by not, and, or (in this order of strength) and parentheses.
 */
import { Invalid } from "../../values/invalid.ts";
import { catalogue } from "../catalogue.ts";
import type { Declaration } from "../declaration.ts";
import { readCall } from "./call.ts";
import { type Comparison, type Expression, isTruth, type Numeric, type Truth } from "./expression.ts";
import { type Token, tokensOf } from "./tokens.ts";

export interface Known {
  readonly indicators?: ReadonlyMap<string, Declaration>;
  /** Names that stand for numbers, such as parameters of a strategy. */
  readonly numbers?: Readonly<Record<string, number>>;
  /** What errors name. */
  readonly field?: string;
}

const reserved: ReadonlySet<string> = new Set(["and", "or", "not", "crosses", "above", "below"]);

/** Deepest nesting of parentheses and calls. */
const DEPTH_MAX = 50;

/** Throws `Invalid` naming the character at which the text stops to be a condition. */
export const parseCondition = (text: string, known: Known = {}): Truth => {
  const reader = new Reader(text, known);
  const read = reader.either();
  if (reader.peek.kind !== "end") reader.fail("an operator, and, or, or the end");
  return reader.truth(read, 1);
};

export class Reader {
  readonly indicators: ReadonlyMap<string, Declaration>;
  /** By name in lower case. */
  readonly numbers: ReadonlyMap<string, number>;
  private readonly field: string;
  private readonly tokens: readonly Token[];
  private place = 0;
  private depth = 0;

  constructor(text: string, { indicators = catalogue, numbers = {}, field = "condition" }: Known) {
    this.indicators = indicators;
    this.numbers = new Map(Object.entries(numbers).map(([name, value]) => [name.toLowerCase(), value]));
    this.field = field;
    this.tokens = tokensOf(text, field);
  }

  get peek(): Token {
    return this.tokens[this.place]!;
  }

  next(): Token {
    const token = this.peek;
    if (token.kind !== "end") this.place += 1;
    return token;
  }

  /** Whether it was there, and is behind us now. */
  take(text: string): boolean {
    const found = this.peek.text === text && this.peek.kind !== "end";
    if (found) this.place += 1;
    return found;
  }

  /** Whether `text` comes after the next token. */
  follows(text: string): boolean {
    return this.tokens[this.place + 1]?.text === text;
  }

  need(text: string): void {
    if (!this.take(text)) this.fail(`"${text}"`);
  }

  fail(expected: string, at: Token = this.peek): never {
    throw new Invalid(this.where(at.at), expected, at.kind === "end" ? "the end" : at.text);
  }

  where(at: number): string {
    return `${this.field} character ${at}`;
  }

  either(): Expression {
    return this.joined("or", () => this.joined("and", () => this.negated()));
  }

  private joined(kind: "and" | "or", part: () => Expression): Expression {
    let at = this.peek.at;
    let left = part();
    while (this.take(kind)) {
      const right = this.peek.at;
      left = { kind, left: this.truth(left, at), right: this.truth(part(), right) };
      at = right;
    }
    return left;
  }

  private negated(): Expression {
    if (!this.take("not")) return this.compared();
    const at = this.peek.at;
    return this.nested(() => ({ kind: "not", of: this.truth(this.negated(), at) }));
  }

  private compared(): Expression {
    const at = this.peek.at;
    const left = this.sum();
    const kind = this.comparison();
    if (kind === undefined) return left;
    const right = this.peek.at;
    return { kind, left: this.numeric(left, at), right: this.numeric(this.sum(), right) };
  }

  private comparison(): Comparison | undefined {
    for (const kind of ["<=", ">=", "<", ">"] as const) if (this.take(kind)) return kind;
    if (!this.take("crosses")) return undefined;
    if (this.take("above")) return "crosses above";
    if (this.take("below")) return "crosses below";
    return this.fail(`"above" or "below"`);
  }

  sum(): Expression {
    return this.chain(["+", "-"], () => this.chain(["*", "/"], () => this.signed()));
  }

  private chain(kinds: readonly ("+" | "-" | "*" | "/")[], part: () => Expression): Expression {
    let at = this.peek.at;
    let left = part();
    for (;;) {
      const kind = kinds.find((one) => this.take(one));
      if (kind === undefined) return left;
      const right = this.peek.at;
      left = { kind, left: this.numeric(left, at), right: this.numeric(part(), right) };
      at = right;
    }
  }

  private signed(): Expression {
    if (!this.take("-")) return this.indexed();
    const at = this.peek.at;
    return this.nested(() => ({ kind: "negative", of: this.numeric(this.signed(), at) }));
  }

  /** `close[1]` is that of one candle ago. */
  private indexed(): Expression {
    const at = this.peek.at;
    const of = this.atom();
    if (!this.take("[")) return of;
    const token = this.next();
    const candles = Number(token.text);
    if (token.kind !== "number" || !Number.isInteger(candles) || candles < 1 || candles > 100_000)
      this.fail("a whole number of candles from 1 to 100000", token);
    this.need("]");
    return { kind: "past", of: this.numeric(of, at), candles };
  }

  private atom(): Expression {
    if (this.take("(")) {
      const inner = this.nested(() => this.either());
      this.need(")");
      return inner;
    }
    const token = this.next();
    if (token.kind === "number") return { kind: "number", value: Number(token.text) };
    if (token.kind !== "word" || reserved.has(token.text))
      return this.fail("a number, a column, an indicator or a parenthesis", token);
    return this.nested(() => readCall(this, token));
  }

  private nested<T>(read: () => T): T {
    this.depth += 1;
    if (this.depth > DEPTH_MAX) this.fail(`at most ${DEPTH_MAX} levels`);
    const inner = read();
    this.depth -= 1;
    return inner;
  }

  truth(read: Expression, at: number): Truth {
    if (isTruth(read)) return read;
    throw new Invalid(this.where(at), "a comparison, which holds or not", "a number");
  }

  numeric(read: Expression, at: number): Numeric {
    if (!isTruth(read)) return read;
    throw new Invalid(this.where(at), "a number", "a comparison");
  }
}
