/** Momentum and the rates of change, as TA-Lib scales them. */
import { Back } from "../parts/back.ts";
import type { Part } from "../parts/part.ts";

interface Rate {
  readonly title: string;
  /** 0 where the number before is 0, as in TA-Lib. */
  readonly of: (now: number, before: number) => number;
}

export const changes: Readonly<Record<string, Rate>> = {
  mom: { title: "Momentum: the difference", of: (now, before) => now - before },
  roc: {
    title: "Rate of change in percent",
    of: (now, before) => (before === 0 ? 0 : (now / before - 1) * 100),
  },
  rocp: {
    title: "Rate of change as a fraction",
    of: (now, before) => (before === 0 ? 0 : (now - before) / before),
  },
  rocr: { title: "Rate of change as a ratio", of: (now, before) => (before === 0 ? 0 : now / before) },
  rocr100: {
    title: "Rate of change as a ratio of 100",
    of: (now, before) => (before === 0 ? 0 : (now / before) * 100),
  },
  logreturn: {
    title: "Logarithmic return",
    of: (now, before) => (now <= 0 || before <= 0 ? 0 : Math.log(now / before)),
  },
};

export class Change implements Part {
  private readonly back: Back;
  private readonly rate: Rate["of"];

  constructor(length: number, rate: Rate["of"]) {
    this.back = new Back(length);
    this.rate = rate;
  }

  push(x: number): number {
    return this.rate(x, this.back.push(x));
  }
}
