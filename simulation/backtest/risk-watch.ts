/** When the risk plan of a run wants to see the prices, and what it did, out of the portfolio's events. */
import { Looks } from "../../domain/risk/looks.ts";
import { parseLimits, type Limits } from "../../domain/risk/limits.ts";
import { rulesOn } from "../../domain/risk/rules-on.ts";
import { lookEveryMs, type RiskPlan } from "../../domain/risk/plan.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import type { RiskDeeds } from "./settings.ts";

export class RiskWatch {
  readonly looks: Looks;
  readonly #rules: readonly string[];
  readonly #locks = new Map<string, number>();
  readonly #halts: { readonly at: number; readonly reason: string }[] = [];
  #sized = 0;
  #factors = 0;

  constructor(plan: RiskPlan, limits: Limits = parseLimits(undefined)) {
    this.#rules = rulesOn(limits, plan);
    this.looks = new Looks(lookEveryMs(plan));
  }

  note(event: PortfolioEvent): void {
    if (event.type === "EntriesLocked") this.#locks.set(event.rule, (this.#locks.get(event.rule) ?? 0) + 1);
    else if (event.type === "Halted") this.#halts.push({ at: event.at, reason: event.reason });
    else if (event.type === "AimSized") {
      this.#sized += 1;
      this.#factors += event.factor;
    }
  }

  get deeds(): RiskDeeds {
    return {
      rules: this.#rules,
      locks: Object.fromEntries(this.#locks),
      sized: this.#sized,
      meanFactor: this.#factors / this.#sized,
      halts: this.#halts,
    };
  }
}
