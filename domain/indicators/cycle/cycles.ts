/** What follows from the dominant cycle: TA-Lib's HT_* and MAMA. */
import type { Calculation } from "../declaration.ts";
import { declare, type Declaration, real, series } from "../declaration.ts";
import { isNumber } from "../parts/part.ts";
import { DominantPhase } from "./phase.ts";
import { Hilbert } from "./hilbert.ts";

/** Candles that pass before a value: those that TA-Lib counts, 32 for a period, 63 for a phase. */
const PERIOD = 32;
const PHASE = 63;

const PERIOD_IGNORED = 12;

class Cycle implements Calculation {
  private readonly hilbert = new Hilbert(PERIOD_IGNORED);
  private readonly phasor: boolean;
  private seen = 0;

  constructor(phasor: boolean) {
    this.phasor = phasor;
  }

  step(x: Float64Array, y: Float64Array): void {
    y.fill(Number.NaN);
    const { hilbert } = this;
    if (!isNumber(x[0]!)) return;
    hilbert.push(x[0]!);
    if (this.seen <= PERIOD) this.seen += 1;
    if (this.seen <= PERIOD) return;
    if (this.phasor) {
      y[0] = hilbert.inPhase;
      y[1] = hilbert.quadrature;
    } else y[0] = hilbert.smoothPeriod;
  }
}

/** MAMA and FAMA (Ehlers 2001): the faster the phase turns, the slower they follow. */
class Mesa implements Calculation {
  private readonly hilbert = new Hilbert(PERIOD_IGNORED);
  private readonly fast: number;
  private readonly slow: number;
  private seen = 0;
  private phase = 0;
  private mama = 0;
  private fama = 0;

  constructor(fast: number, slow: number) {
    this.fast = fast;
    this.slow = slow;
  }

  step(x: Float64Array, y: Float64Array): void {
    y.fill(Number.NaN);
    const { hilbert } = this;
    if (!isNumber(x[0]!)) return;
    if (this.seen <= PERIOD) this.seen += 1;
    if (!hilbert.push(x[0]!)) return;
    const phase =
      hilbert.inPhase === 0 ? 0 : Math.atan(hilbert.quadrature / hilbert.inPhase) * (180 / Math.PI);
    const turn = Math.max(1, this.phase - phase);
    this.phase = phase;
    const weight = turn > 1 ? Math.max(this.fast / turn, this.slow) : this.fast;
    this.mama = weight * x[0]! + (1 - weight) * this.mama;
    this.fama = 0.5 * weight * this.mama + (1 - 0.5 * weight) * this.fama;
    if (this.seen <= PERIOD) return;
    y[0] = this.mama;
    y[1] = this.fama;
  }
}

const cycle = (
  name: string,
  title: string,
  outputs: readonly string[],
  lookback: number,
  start: () => Calculation,
): Declaration =>
  declare({
    name,
    title,
    group: "cycle",
    inputs: series,
    params: {},
    outputs,
    lookback: () => lookback,
    start,
  });

const limit = (fallback: number, about: string) => real(fallback, 0.01, 0.99, "weight", about);

export const cycles: readonly Declaration[] = [
  cycle("ht_dcperiod", "Dominant cycle's period", ["ht_dcperiod"], PERIOD, () => new Cycle(false)),
  cycle("ht_phasor", "Dominant cycle's phasor", ["inphase", "quadrature"], PERIOD, () => new Cycle(true)),
  cycle(
    "ht_dcphase",
    "Dominant cycle's phase in degrees",
    ["ht_dcphase"],
    PHASE,
    () => new DominantPhase("phase"),
  ),
  cycle(
    "ht_sine",
    "Sine of the phase, and 45 degrees ahead",
    ["sine", "leadsine"],
    PHASE,
    () => new DominantPhase("sine"),
  ),
  cycle(
    "ht_trendline",
    "Instantaneous trendline",
    ["ht_trendline"],
    PHASE,
    () => new DominantPhase("trendline"),
  ),
  cycle(
    "ht_trendmode",
    "1 in a trend, 0 in a cycle",
    ["ht_trendmode"],
    PHASE,
    () => new DominantPhase("mode"),
  ),
  declare({
    name: "mama",
    title: "MESA adaptive moving average, and the following one",
    group: "cycle",
    inputs: series,
    params: { fastlimit: limit(0.5, "Greatest weight."), slowlimit: limit(0.05, "Least weight.") },
    outputs: ["mama", "fama"],
    lookback: () => PERIOD,
    start: ({ fastlimit, slowlimit }) => new Mesa(fastlimit, slowlimit),
  }),
];
