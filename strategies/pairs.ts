/**
 * Pairs: two instruments whose log prices keep together (cointegration, Engle and Granger 1987). The first is leant on when their
 * spread, first - intercept - hedge * second, is far from where it comes back to, and left when it is back.
 *
 * `rolling`: regression over a window; entries only while the residuals are stationary by the augmented Dickey-Fuller test at 5 %
 * and come back by half within `halfLifeMax` candles. `kalman`: intercept and hedge as a random walk (domain/indicators/
 * statistics/kalman-line.ts), the score being the newest surprise over its expected deviation.
 *
 * Long the cheaper leg only, unless `both`: then the other leg is sold short against it, as far as the venue lets one.
 */
import { KalmanLine } from "../domain/indicators/statistics/kalman-line.ts";
import { Residual } from "../domain/indicators/statistics/pairs.ts";
import type { Candle, Timeframe } from "../domain/market/candle.ts";
import { countGene, exposureGene, realGene, sideGene, timeframeGene } from "../domain/strategy/genes.ts";
import { loadLanes, saveLanes } from "../domain/strategy/saved.ts";
import type { Desk, Saved, Strategy, Trader } from "../domain/strategy/strategy.ts";
import { Invalid } from "../domain/values/invalid.ts";

type PairsParams = {
  readonly hedge: string;
  readonly length: number;
  readonly entry: number;
  readonly exit: number;
  readonly stop: number;
  readonly halfLifeMax: number;
  readonly drift: number;
  readonly timeframe: string;
  readonly side: string;
  readonly exposure: number;
};

/** What a hedge says after a pair of closes; NaN while it does not know. */
interface Spread {
  score: number;
  ratio: number;
  /** Whether an entry is allowed. */
  steady: boolean;
  push(first: number, second: number): void;
}

class RollingSpread implements Spread {
  score = Number.NaN;
  ratio = Number.NaN;
  steady = false;
  private readonly residual: Residual;
  private readonly halfLifeMax: number;
  private readonly row = new Float64Array(2);
  private readonly found = new Float64Array(6);

  constructor({ length, halfLifeMax }: PairsParams) {
    this.residual = new Residual(length, 1);
    this.halfLifeMax = halfLifeMax;
  }

  push(first: number, second: number): void {
    this.row[0] = first;
    this.row[1] = second;
    this.residual.step(this.row, this.found);
    this.ratio = this.found[0]!;
    this.score = this.found[2]!;
    this.steady = this.found[3]! < this.found[4]! && this.found[5]! <= this.halfLifeMax;
  }
}

class KalmanSpread implements Spread {
  score = Number.NaN;
  ratio = Number.NaN;
  steady = true;
  private readonly line: KalmanLine;

  constructor({ length, drift }: PairsParams) {
    this.line = new KalmanLine(length, drift);
  }

  push(first: number, second: number): void {
    this.score = this.line.push(first, second);
    this.ratio = this.line.slope;
  }
}

class Lane {
  readonly spread: Spread;
  /** 1: the first is cheap and held, -1: the second, 0 out. */
  lean = 0;
  /** Given up, until the spread has been back. */
  barred = false;
  /** Closes of the newest candle of each, and when it opened. */
  readonly closes = new Float64Array(2);
  readonly times = new Float64Array(2);

  constructor(params: PairsParams) {
    this.spread = params.hedge === "rolling" ? new RollingSpread(params) : new KalmanSpread(params);
  }
}

class PairsTrader implements Trader {
  private readonly params: PairsParams;
  private readonly lane: Lane;

  constructor(params: PairsParams) {
    this.params = params;
    this.lane = new Lane(params);
  }

  onCandle({ openAt, close }: Candle, i: number, timeframe: Timeframe, desk: Desk): void {
    if (timeframe !== this.params.timeframe) return;
    const { lane } = this;
    lane.closes[i] = close;
    lane.times[i] = openAt;
    // Only closes of one time are compared; a candle without its partner is passed over.
    if (lane.times[0] !== lane.times[1]) return;
    const { spread } = lane;
    spread.push(Math.log(lane.closes[0]!), Math.log(lane.closes[1]!));
    const lean = this.next(spread.score, spread.steady);
    if (lean === lane.lean) return;
    lane.lean = lean;
    const reason =
      lean > 0 ? "first-cheap" : lean < 0 ? "second-cheap" : lane.barred ? "ran-away" : "came-back";
    const [first, second] = this.legs(lean, spread.ratio);
    desk.aim(0, first, reason, spread.score, spread.ratio);
    desk.aim(1, second, reason, spread.score, spread.ratio);
  }

  private next(score: number, steady: boolean): number {
    const { lane } = this;
    const { entry, exit, stop } = this.params;
    const { lean } = lane;
    // NaN passes no comparison.
    if (Math.abs(score) <= exit) lane.barred = false;
    if (lean === 0) {
      if (lane.barred || !steady || (stop > 0 && Math.abs(score) >= entry + stop)) return 0;
      return score <= -entry ? 1 : score >= entry ? -1 : 0;
    }
    if (stop > 0 && -lean * score >= entry + stop) {
      lane.barred = true;
      return 0;
    }
    return -lean * score <= exit ? 0 : lean;
  }

  /** Exposures of both: in logs a unit of the first is hedged by `ratio` units of money of the second. */
  private legs(lean: number, ratio: number): readonly [number, number] {
    const { exposure, side } = this.params;
    if (side === "long") return [lean > 0 ? exposure : 0, lean < 0 ? exposure : 0];
    const weight = Math.max(0, ratio);
    const unit = exposure / (1 + weight);
    return [lean * unit, -lean * unit * weight];
  }

  save(): Saved {
    return saveLanes(this.params, [this.lane]);
  }

  load(saved: Saved): void {
    loadLanes(saved, this.params, [this.lane]);
  }
}

export const pairs: Strategy<PairsParams> = {
  name: "pairs",
  about: "Leans on the cheaper of two instruments that keep together, by a rolling or a Kalman hedge.",
  genes: {
    hedge: {
      kind: "choice",
      choices: ["rolling", "kalman"],
      default: "rolling",
      about: "How both are compared.",
    },
    length: countGene([20, 1_000, 120], "candles", "Window of the regression, or warm-up of the filter."),
    entry: realGene([0.5, 5, 2], "deviations", "Distance at which to enter."),
    exit: realGene([0, 2, 0.5], "deviations", "Distance at which to leave."),
    stop: realGene([0, 5, 2], "deviations", "How much further to give up; 0 never does."),
    halfLifeMax: realGene([1, 10_000, 60], "candles", "Slowest return that is worth waiting for (rolling)."),
    drift: realGene([1e-10, 0.01, 1e-7], "per candle", "How fast the hedge may move (kalman)."),
    timeframe: timeframeGene(),
    side: sideGene("Whether the dearer leg is sold short against the cheaper."),
    exposure: exposureGene(),
  },
  impossible: ({ entry, exit }) => (exit < entry ? undefined : `exit must be below entry, which is ${entry}`),
  needs: ({ length, timeframe }) => ({ timeframes: [timeframe as Timeframe], warmupCandles: length }),
  start(params, market) {
    if (market.length !== 2)
      throw new Invalid(
        "instruments",
        "two: the one that is leant on, and the one that hedges it",
        market.map(({ id }) => id).join(", "),
      );
    return new PairsTrader(params);
  },
};
