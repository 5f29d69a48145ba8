/** When something is to be paid for holding contracts, and at what rate: funding times and begun hours since the last look. */
import { HOUR_MS, hoursBegun } from "../../../domain/positions/borrowing.ts";
import { FUNDING_INTERVAL_MS } from "../../../domain/positions/funding.ts";
import type { ContractTerms, FundingRates } from "./terms.ts";

/** `mark` NaN: the last price. `at`: when it was due. */
export type Pay = (i: number, carry: "funding" | "interest", rate: number, mark: number, at: number) => void;

const HOURS_A_YEAR = 8_760;

export class CarryClock {
  readonly #constant: number;
  readonly #recorded: readonly (FundingRates | undefined)[];
  readonly #rows: Int32Array;
  readonly #borrowRate: number;
  #looked = NaN;

  constructor(pairs: readonly string[], { funding, borrowRate = 0 }: ContractTerms) {
    this.#constant = funding !== undefined && "rate" in funding ? funding.rate : 0;
    const recorded = funding !== undefined && "recorded" in funding ? funding.recorded : undefined;
    this.#recorded = pairs.map((pair) => recorded?.get(pair));
    this.#rows = new Int32Array(pairs.length);
    this.#borrowRate = borrowRate;
  }

  /** What fell due after the last look, to `at` inclusive. To be called at every moment: time in which nothing is held costs nothing. */
  look(at: number, held: Float64Array, pay: Pay): boolean {
    const from = this.#looked;
    this.#looked = at;
    let paid = false;
    for (let i = 0; i < held.length; i += 1) {
      if (this.#fund(i, from, at, held[i] !== 0, pay)) paid = true;
      const hours = held[i] === 0 || this.#borrowRate === 0 ? 0 : hoursBegun(from, at);
      if (!(hours > 0)) continue;
      pay(i, "interest", (this.#borrowRate * hours) / HOURS_A_YEAR, NaN, at - (at % HOUR_MS));
      paid = true;
    }
    return paid;
  }

  #fund(i: number, from: number, to: number, held: boolean, pay: Pay): boolean {
    let paid = false;
    const rates = this.#recorded[i];
    if (rates !== undefined) {
      for (; this.#rows[i]! < rates.at.length && rates.at[this.#rows[i]!]! <= to; this.#rows[i]! += 1) {
        const row = this.#rows[i]!;
        if (!held || !(rates.at[row]! > from)) continue;
        pay(i, "funding", rates.rate[row]!, rates.mark[row]!, rates.at[row]!);
        paid = true;
      }
    } else if (held && this.#constant !== 0) {
      const first = (Math.floor(from / FUNDING_INTERVAL_MS) + 1) * FUNDING_INTERVAL_MS;
      for (let at = first; at <= to; at += FUNDING_INTERVAL_MS) {
        pay(i, "funding", this.#constant, NaN, at);
        paid = true;
      }
    }
    return paid;
  }
}
