/** Volume profiles as they run: of the last candles, since a session began, or since a moment. */
import type { Calculation } from "../declaration.ts";
import { isNumber } from "../parts/part.ts";
import { Window } from "../parts/window.ts";
import { Profile } from "./profile.ts";

/** A candle that a profile can take: prices above zero. */
const fits = (high: number, low: number, volume: number): boolean =>
  isNumber(high + low + volume) && low > 0 && high >= low && volume >= 0;

/** Made anew from the window, so that nothing drifts: work grows with it. */
export class RollingProfile implements Calculation {
  private readonly profile: Profile;
  private readonly highs: Window;
  private readonly lows: Window;
  private readonly volumes: Window;

  constructor(length: number, percent: number, area: number) {
    this.profile = new Profile(percent, area);
    this.highs = new Window(length);
    this.lows = new Window(length);
    this.volumes = new Window(length);
  }

  /** `x`: high, low, volume. */
  step(x: Float64Array, y: Float64Array): void {
    const { profile, highs, lows, volumes } = this;
    y.fill(Number.NaN);
    if (!fits(x[0]!, x[1]!, x[2]!)) return;
    highs.push(x[0]!);
    lows.push(x[1]!);
    volumes.push(x[2]!);
    if (!volumes.full) return;
    profile.clear();
    for (let age = volumes.length - 1; age >= 0; age -= 1)
      profile.add(lows.at(age), highs.at(age), volumes.at(age));
    profile.put(y);
  }
}

const HOUR_MS = 3_600_000;

export class SessionProfile implements Calculation {
  private readonly profile: Profile;
  private readonly spanMs: number;
  private readonly from: number;
  private session = Number.NaN;

  /** `hours`: length of a session, counted from the epoch; 0 never ends. `from`: ms since the epoch at which it may begin. */
  constructor(hours: number, from: number, percent: number, area: number) {
    this.profile = new Profile(percent, area);
    this.spanMs = hours * HOUR_MS;
    this.from = from;
  }

  /** `x`: openAt, high, low, volume. */
  step(x: Float64Array, y: Float64Array): void {
    const { profile, spanMs } = this;
    y.fill(Number.NaN);
    if (!fits(x[1]!, x[2]!, x[3]!) || !(x[0]! >= this.from)) return;
    const session = spanMs === 0 ? 0 : Math.floor(x[0]! / spanMs);
    if (session !== this.session) {
      this.session = session;
      profile.clear();
    }
    profile.add(x[2]!, x[1]!, x[3]!);
    profile.put(y);
  }
}
