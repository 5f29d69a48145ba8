/** Made-up prints, and the bare loops over them that P2 is measured against. */
import { Sma } from "../domain/indicators/sma.ts";
import { Chance } from "../domain/values/chance.ts";

export const PRINTS = 1_000_000;
/** How far from its average a price is worth leaning against. */
export const STRAY = 0.0004;
const MINUTE = 60_000;

/** Prints of a walk by single ticks to some tens of them, about `perMinute` a minute, often several in one ms. */
export class Prints {
  readonly at = new Float64Array(PRINTS);
  readonly ticks = new Float64Array(PRINTS);
  readonly lots = new Float64Array(PRINTS);
  readonly buys = new Uint8Array(PRINTS);
  readonly ids = Float64Array.from({ length: PRINTS }, (_, i) => i + 1);

  constructor(perMinute: number) {
    const chance = new Chance(2);
    let at = 1_500_000_000_000;
    let ticks = 4_000_000;
    for (let i = 0; i < PRINTS; i += 1) {
      if (chance.next() < 0.5) at += Math.ceil(chance.next() * ((4 * MINUTE) / perMinute));
      ticks += Math.round(40 * chance.gaussian());
      this.at[i] = at;
      this.ticks[i] = ticks;
      this.lots[i] = 1 + chance.integer(500_000);
      this.buys[i] = chance.integer(2);
    }
  }
}

class BareCross {
  cash = 10_000;
  held = 0;
  trades = 0;
  volume = 0;
  private close = 0;
  private high = 0;
  private low = 0;
  private endAt = 0;
  private wanted = -1;
  private side = 0;
  private readonly fast = new Sma(10);
  private readonly slow = new Sma(50);

  onPrint(price: number, quantity: number, at: number): void {
    if (this.wanted >= 0) this.trade(price);
    if (at >= this.endAt) {
      if (this.endAt > 0) this.closed();
      this.endAt = at - (at % MINUTE) + MINUTE;
      this.high = this.low = price;
      this.volume = 0;
    } else if (price > this.high) this.high = price;
    else if (price < this.low) this.low = price;
    this.close = price;
    this.volume += quantity;
  }

  private trade(price: number): void {
    if (this.wanted === 1 && this.held === 0) {
      this.held = (this.cash * 0.95) / price;
      this.cash -= this.held * price * 1.001;
    } else if (this.wanted === 0 && this.held > 0) {
      this.cash += this.held * price * 0.999;
      this.held = 0;
      this.trades += 1;
    }
    this.wanted = -1;
  }

  private closed(): void {
    const apart = this.fast.push(this.close) - this.slow.push(this.close);
    if (Number.isNaN(apart) || apart === 0) return;
    const side = apart > 0 ? 1 : -1;
    if (side === this.side) return;
    if (this.side !== 0) this.wanted = side > 0 ? 1 : 0;
    this.side = side;
  }
}

class BareLeaning {
  cash = 10_000;
  held = 0;
  trades = 0;
  volume = 0;
  private mean = NaN;
  private side = 0;

  onPrint(price: number, quantity: number): void {
    this.volume += quantity;
    this.mean = Number.isNaN(this.mean) ? price : this.mean + (price - this.mean) * 0.002;
    const side = price > this.mean * (1 + STRAY) ? -1 : price < this.mean * (1 - STRAY) ? 1 : 0;
    if (side === 0 || side === this.side) return;
    this.side = side;
    if (side > 0) {
      this.held = (this.cash * 0.95) / price;
      this.cash -= this.held * price * 1.001;
    } else {
      this.cash += this.held * price * 0.999;
      this.held = 0;
      this.trades += 1;
    }
  }
}

export const bareCross = ({ at, ticks, lots }: Prints): number => {
  const bare = new BareCross();
  for (let i = 0; i < PRINTS; i += 1) bare.onPrint(ticks[i]! / 100, lots[i]! / 100_000, at[i]!);
  return bare.trades;
};

export const bareLeaning = ({ ticks, lots }: Prints): number => {
  const bare = new BareLeaning();
  for (let i = 0; i < PRINTS; i += 1) bare.onPrint(ticks[i]! / 100, lots[i]! / 100_000);
  return bare.trades;
};
