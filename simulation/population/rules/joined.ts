/**
 * Rules made of clauses (domain/strategy/clauses.ts), as words of 32 rows: where a rule holds. What joins them is reckoned for all rows of
 * a word at once; only weights are added up row by row, in the rule's own order.
 */
import type { Clause, Join } from "../../../domain/strategy/clauses.ts";
import { textOf } from "../../../domain/indicators/condition/expression.ts";
import type { CoarseTruths } from "./coarse.ts";
import { type Mask, type Sheet, type Step, WORD, type Words, WORDS } from "./sheet.ts";
import { SharedTruths } from "./truths.ts";

/** A hair of tolerance, as the rule has it. */
const TOLERANCE = 1e-9;

export class SharedRules {
  readonly #truths: SharedTruths;
  readonly #known = new Map<string, Words>();
  readonly #sheet: Sheet;
  readonly #coarse: CoarseTruths;

  constructor(sheet: Sheet, coarse: CoarseTruths) {
    this.#sheet = sheet;
    this.#coarse = coarse;
    this.#truths = new SharedTruths(sheet);
  }

  /** Where the rule holds; of at least one clause. */
  of(clauses: readonly Clause[], join: Join, threshold: number): Words {
    const texts = clauses.map(
      ({ timeframe, truth, weight }) => `${timeframe}: ${textOf(truth)} @ ${join === "weight" ? weight : 1}`,
    );
    const key = [join, join === "vote" || join === "weight" ? threshold : "", ...texts].join(";");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const words = this.#sheet.words();
    this.#known.set(key, words);
    const masks = clauses.map(({ timeframe, truth }) =>
      this.#coarse.isCoarse(timeframe) ? this.#coarse.of(timeframe, truth) : this.#truths.of(truth),
    );
    const weights = clauses.map(({ weight }) => (join === "weight" ? weight : 1));
    this.#sheet.add(joining[join](masks, words, threshold, weights));
    return words;
  }

  /** The same but for the rows of `none`, at which it does not. */
  but(rule: Words, none: Words): Words {
    const words = this.#sheet.words();
    this.#sheet.add(() => {
      for (let w = 0; w < WORDS; w += 1) words.bits[w] = rule.bits[w]! & ~none.bits[w]!;
    });
    return words;
  }

  /** Where it does not. */
  not(rule: Words): Words {
    const words = this.#sheet.words();
    this.#sheet.add(() => {
      for (let w = 0; w < WORDS; w += 1) words.bits[w] = ~rule.bits[w]!;
    });
    return words;
  }
}

const joining: Readonly<
  Record<Join, (masks: readonly Mask[], words: Words, threshold: number, weights: readonly number[]) => Step>
> = {
  and: (masks, words) => () => {
    const bits = words.bits.fill(-1);
    for (const { holds } of masks) for (let w = 0; w < WORDS; w += 1) bits[w]! &= holds.bits[w]!;
  },
  or: (masks, words) => () => {
    const bits = words.bits.fill(0);
    for (const { holds } of masks) for (let w = 0; w < WORDS; w += 1) bits[w]! |= holds.bits[w]!;
  },
  vote: (masks, words, threshold) => {
    const count = masks.length;
    let least = 0;
    while (least <= count && !(least / count >= threshold - TOLERANCE)) least += 1;
    /** Rows in which at least k + 1 of the clauses so far hold. */
    const atLeast = new Int32Array(count + 1);
    return () => {
      for (let w = 0; w < WORDS; w += 1) {
        atLeast.fill(0);
        for (let k = 0; k < count; k += 1) {
          const holds = masks[k]!.holds.bits[w]!;
          for (let many = k; many > 0; many -= 1) atLeast[many]! |= atLeast[many - 1]! & holds;
          atLeast[0]! |= holds;
        }
        words.bits[w] = least === 0 ? -1 : atLeast[least - 1]!;
      }
    };
  },
  weight: (masks, words, threshold, weights) => {
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    return () => {
      for (let w = 0; w < WORDS; w += 1) {
        let bits = 0;
        for (let t = 0; t < WORD; t += 1) {
          let held = 0;
          for (let k = 0; k < masks.length; k += 1)
            if (((masks[k]!.holds.bits[w]! >>> t) & 1) === 1) held += weights[k]!;
          if ((all > 0 ? held / all : 0) >= threshold - TOLERANCE) bits |= 1 << t;
        }
        words.bits[w] = bits;
      }
    };
  },
};
