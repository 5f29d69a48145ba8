/**
 * What conditions say of the rows of a block, a bit for each row, 32 to a word, each distinct condition asked once for all rules
 * that have it: the answers of domain/indicators/condition/program.ts.
 */
import { type Comparison, textOf, type Truth } from "../../../domain/indicators/condition/expression.ts";
import { SharedNumbers } from "./numbers.ts";
import { type Mask, type Numbers, type Sheet, type Step, type Words, WORDS } from "./sheet.ts";

export class SharedTruths {
  readonly #numbers: SharedNumbers;
  readonly #known = new Map<string, Mask>();
  readonly #sheet: Sheet;

  /** A condition is asked right behind its numbers, while the processor's cache has them. */
  constructor(sheet: Sheet) {
    this.#sheet = sheet;
    this.#numbers = new SharedNumbers(sheet);
  }

  of(truth: Truth): Mask {
    const key = textOf(truth);
    let found = this.#known.get(key);
    if (found === undefined) this.#known.set(key, (found = this.#make(truth)));
    return found;
  }

  #make(truth: Truth): Mask {
    if (truth.kind === "not") {
      const { holds, fails } = this.of(truth.of);
      return { holds: fails, fails: holds };
    }
    const sheet = this.#sheet;
    const mask = { holds: sheet.words(), fails: sheet.words() };
    if (isJoined(truth)) sheet.add(both(truth.kind, this.of(truth.left), this.of(truth.right), mask));
    else {
      const [left, right] = [this.#numbers.of(truth.left), this.#numbers.of(truth.right)];
      sheet.add(comparing(sheet, truth.kind, left, right, mask));
    }
    return mask;
  }
}

const isJoined = (truth: Truth): truth is Truth & { readonly kind: "and" | "or" } =>
  truth.kind === "and" || truth.kind === "or";

const both = (kind: "and" | "or", a: Mask, b: Mask, { holds, fails }: Mask): Step =>
  kind === "and"
    ? () => {
        allOf(a.holds, b.holds, holds);
        anyOf(a.fails, b.fails, fails);
      }
    : () => {
        anyOf(a.holds, b.holds, holds);
        allOf(a.fails, b.fails, fails);
      };

const allOf = ({ bits: a }: Words, { bits: b }: Words, { bits: into }: Words): void => {
  for (let word = 0; word < WORDS; word += 1) into[word] = a[word]! & b[word]!;
};
const anyOf = ({ bits: a }: Words, { bits: b }: Words, { bits: into }: Words): void => {
  for (let word = 0; word < WORDS; word += 1) into[word] = a[word]! | b[word]!;
};

const comparing = (sheet: Sheet, kind: Comparison, left: Numbers, right: Numbers, mask: Mask): Step => {
  const otherWay = { holds: mask.fails, fails: mask.holds };
  switch (kind) {
    case ">":
      return above(sheet, left, right, mask);
    case "<":
      return above(sheet, right, left, mask);
    // Not less, and known.
    case ">=":
      return above(sheet, right, left, otherWay);
    case "<=":
      return above(sheet, left, right, otherWay);
    case "crosses above":
      return crossing(left, right, mask);
    case "crosses below":
      return crossing(right, left, mask);
  }
};

/** a > b. */
const above =
  (sheet: Sheet, a: Numbers, b: Numbers, mask: Mask): Step =>
  (_candles, _begin, rows) => {
    sheet.above(a, b, mask);
    if (a.known && b.known) return;
    // What is not known neither holds, which the comparison says already, nor fails.
    const { bits } = mask.fails;
    for (let t = 0; t < rows; t += 1) {
      const [x, y] = [a.values[t & a.places]!, b.values[t & b.places]!];
      if (x !== x || y !== y) bits[t >>> 5]! &= ~(1 << t);
    }
  };

/** `rising` stands above `other` and did not one row ago; it fails where both rows are known and it does not hold. */
const crossing = (rising: Numbers, other: Numbers, mask: Mask): Step => {
  let before = Number.NaN;
  return (_candles, _begin, rows) => {
    const [holds, fails] = [mask.holds.bits.fill(0), mask.fails.bits.fill(0)];
    for (let t = 0; t < rows; t += 1) {
      const apart = rising.values[t & rising.places]! - other.values[t & other.places]!;
      const word = t >>> 5;
      if (before <= 0 && apart > 0) holds[word]! |= 1 << t;
      else if (before === before && apart === apart) fails[word]! |= 1 << t;
      before = apart;
    }
  };
};
