/**
 * Chart patterns (Edwards and Magee 1948; Bulkowski 2005) as rules over the last turning points. Each is written for one
 * side and read for the other with all prices negated. A rule names the line that the close must cross to confirm it.
 */
import type { Turns } from "./zigzag.ts";

/** Turning points of one side: prices negated where `sign` is -1, so that index 0 is always a high. */
export class Seen {
  readonly sign: 1 | -1;
  private readonly turns: Turns;

  constructor(turns: Turns, sign: 1 | -1) {
    this.turns = turns;
    this.sign = sign;
  }

  price(age: number): number {
    return this.sign * this.turns.price(age);
  }

  place(age: number): number {
    return this.turns.place(age);
  }

  /** The line through two turning points at candle `at`. */
  line(older: number, newer: number, at: number): number {
    return this.price(newer) + this.slope(older, newer) * (at - this.place(newer));
  }

  /** A candle. */
  slope(older: number, newer: number): number {
    return (this.price(newer) - this.price(older)) / (this.place(newer) - this.place(older));
  }
}

export interface Formation {
  readonly title: string;
  /** How many turning points it takes, the newest a high of its side. */
  readonly needs: number;
  /** Whether they form it; `tolerance`: how far levels may differ that should be equal, as a share of the height. */
  readonly found: (seen: Seen, tolerance: number) => boolean;
  /** What a close below confirms, at candle `at`; NaN once the lines have met. */
  readonly line: (seen: Seen, at: number) => number;
}

/** The lower line of two that run together. */
const lower = (s: Seen, at: number): number => {
  const below = s.line(3, 1, at);
  return s.line(2, 0, at) > below ? below : Number.NaN;
};

const level = (a: number, b: number, height: number, tolerance: number): boolean =>
  Math.abs(a - b) <= tolerance * height;

export const formations: Readonly<Record<string, Formation>> = {
  chartdouble: {
    title: "Double top (-100) or bottom (100), once the close passes the turn between",
    needs: 3,
    found: (s, tolerance) =>
      level(s.price(0), s.price(2), (s.price(0) + s.price(2)) / 2 - s.price(1), tolerance),
    line: (s) => s.price(1),
  },
  chartshoulders: {
    title: "Head and shoulders (-100) or their inverse (100), once the close passes the neckline",
    needs: 5,
    found: (s, tolerance) => {
      const [right, head, left] = [s.price(0), s.price(2), s.price(4)];
      const height = head - (s.price(1) + s.price(3)) / 2;
      const shoulder = Math.max(left, right);
      return head - shoulder > tolerance * height && level(left, right, height, tolerance);
    },
    line: (s, at) => s.line(3, 1, at),
  },
  charttriangle: {
    title:
      "Triangle left downwards (-100) or upwards (100); its lines meet, no more than one of them leans their way",
    needs: 4,
    found: (s, tolerance) => {
      const height = s.price(2) - s.price(3);
      const falls = s.price(2) - s.price(0);
      const rises = s.price(1) - s.price(3);
      const flat = tolerance * height;
      return falls >= -flat && rises >= -flat && falls + rises > 2 * flat;
    },
    line: lower,
  },
  chartwedge: {
    title: "Rising wedge left downwards (-100) or falling wedge left upwards (100)",
    needs: 4,
    found: (s, tolerance) => {
      const height = s.price(2) - s.price(3);
      const [above, below] = [s.slope(2, 0), s.slope(3, 1)];
      return (
        s.price(0) - s.price(2) > tolerance * height &&
        s.price(1) - s.price(3) > tolerance * height &&
        below > above
      );
    },
    line: lower,
  },
  chartflag: {
    title:
      "Flag or pennant: a steep move, half of it given back at most, and its end passed downwards (-100) or upwards (100)",
    needs: 3,
    found: (s) => {
      const pole = s.price(2) - s.price(1);
      const [fall, rest] = [s.place(1) - s.place(2), s.place(0) - s.place(1)];
      return s.price(0) - s.price(1) <= pole / 2 && rest <= 3 * fall;
    },
    line: (s) => s.price(1),
  },
};
