/**
 * The fair price that a synthetic market is made around: a random walk in logarithms whose manner switches by
 * chance between regimes (a Markov chain in continuous time), with jumps, shared news and a weak pull home.
 *
 *   d ln p = drift dt + pull (home - ln p) dt + sigma (rho dZ + sqrt(1 - rho^2) dW) + jumps
 *
 * dZ is common to all instruments, dW its own. In a range the pull is strong and its home is where the regime
 * began; the pull to the start price (half-life two days) keeps prices sane over weeks.
 */
import type { Chance } from "../../domain/values/chance.ts";

export type Regime = "trend" | "range" | "volatile";

interface Manner {
  /** Mean length, s. */
  readonly lasts: number;
  /** Standard deviation of one second's logarithmic return. */
  readonly sigma: number;
  /** Mean time between jumps, s, and their standard deviation. */
  readonly jumpEvery: number;
  readonly jump: number;
  /** What follows, with equal chances. */
  readonly next: readonly Regime[];
}

/** A day's volatility in % as that of a second. */
const daily = (percent: number): number => percent / 100 / Math.sqrt(86_400);

const manners: Readonly<Record<Regime, Manner>> = {
  trend: {
    lasts: 1_200,
    sigma: daily(3),
    jumpEvery: 7_200,
    jump: 0.002,
    next: ["range", "range", "volatile"],
  },
  range: {
    lasts: 1_800,
    sigma: daily(2),
    jumpEvery: 14_400,
    jump: 0.0015,
    next: ["trend", "trend", "volatile"],
  },
  volatile: { lasts: 480, sigma: daily(8), jumpEvery: 600, jump: 0.003, next: ["trend", "range"] },
};

/** Of a trend, per second: two per cent an hour. */
const DRIFT = 0.02 / 3_600;
const RANGE_PULL = Math.LN2 / 300;
const HOME_PULL = Math.LN2 / 172_800;

export class FairPrice {
  regime: Regime = "range";
  private readonly chance: Chance;
  private readonly rho: number;
  private readonly volatility: number;
  private readonly home: number;
  private log: number;
  private anchor: number;
  private drift = 0;
  private leftS: number;

  /** `rho`: weight of the common factor, 0 to 1; `volatility` scales every movement. */
  constructor(start: number, rho: number, volatility: number, chance: Chance) {
    this.chance = chance;
    this.rho = rho;
    this.volatility = volatility;
    this.home = Math.log(start);
    this.log = this.home;
    this.anchor = this.home;
    this.leftS = chance.wait(manners.range.lasts);
  }

  get value(): number {
    return Math.exp(this.log);
  }

  /** Moves on by `seconds`; `common` is the standard normal that all instruments share. Returns the logarithmic return. */
  step(seconds: number, common: number): number {
    const { chance, rho, volatility } = this;
    this.leftS -= seconds;
    if (this.leftS <= 0) this.change();
    const { sigma, jumpEvery, jump } = manners[this.regime];
    const own = chance.gaussian();
    let move =
      sigma * Math.sqrt(seconds) * (rho * common + Math.sqrt(1 - rho * rho) * own) + this.drift * seconds;
    if (chance.next() < seconds / jumpEvery) move += jump * chance.gaussian();
    const pulled =
      HOME_PULL * (this.home - this.log) +
      (this.regime === "range" ? RANGE_PULL * (this.anchor - this.log) : 0);
    const total = volatility * move + pulled * seconds;
    this.log += total;
    return total;
  }

  /** One second's standard deviation at present. */
  get sigma(): number {
    return this.volatility * manners[this.regime].sigma;
  }

  private change(): void {
    const { next } = manners[this.regime];
    this.regime = next[this.chance.integer(next.length)]!;
    this.leftS = this.chance.wait(manners[this.regime].lasts);
    this.anchor = this.log;
    this.drift =
      this.regime === "trend" ? (this.chance.next() < 0.5 ? -DRIFT : DRIFT) * (0.5 + this.chance.next()) : 0;
  }
}
