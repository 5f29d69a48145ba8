/** The last prices as the portfolio takes them: exact, and made anew only where they have changed. */
import type { Mark, Marks } from "../../domain/portfolio/commands.ts";
import { fromFloat, type InstrumentId, type Price } from "../../domain/values/values.ts";

export class ExactMarks {
  readonly #ids: readonly InstrumentId[];
  readonly #marks: Mark[] = [];
  readonly #prices: Float64Array;

  constructor(ids: readonly InstrumentId[]) {
    this.#ids = ids;
    this.#prices = new Float64Array(ids.length).fill(NaN);
  }

  /** `last`: by market; NaN where there is none yet. Without a book bid and ask are the last price. */
  at(last: Float64Array): Marks {
    const marks: Record<string, Mark> = {};
    for (let i = 0; i < this.#ids.length; i += 1) {
      const price = last[i]!;
      if (!(price > 0)) continue;
      if (price !== this.#prices[i]) {
        const exact = fromFloat(price, "last") as Price;
        this.#marks[i] = { bid: exact, ask: exact, last: exact };
        this.#prices[i] = price;
      }
      marks[this.#ids[i]!] = this.#marks[i]!;
    }
    return marks;
  }
}
