/** A chart pattern at work: it arms at a turning point, and tells at the one candle whose close confirms it. */
import type { Calculation } from "../declaration.ts";
import { isNumber } from "../parts/part.ts";
import { type Formation, Seen } from "./formations.ts";
import { Turns } from "./zigzag.ts";

export class ChartPattern implements Calculation {
  private readonly turns: Turns;
  private readonly tolerance: number;
  private readonly needs: number;
  private readonly found: Formation["found"];
  private readonly line: Formation["line"];
  /** Whether the turning points form it and no close has confirmed it. */
  private armed = false;
  private readonly tops: Seen;
  private readonly bottoms: Seen;

  constructor({ needs, found, line }: Formation, percent: number, tolerance: number) {
    this.turns = new Turns(percent);
    this.tolerance = tolerance;
    this.needs = needs;
    this.found = found;
    this.line = line;
    this.tops = new Seen(this.turns, 1);
    this.bottoms = new Seen(this.turns, -1);
  }

  step(x: Float64Array, y: Float64Array): void {
    const { turns, needs } = this;
    y[0] = Number.NaN;
    if (!isNumber(x[0]! + x[1]! + x[2]!)) return;
    const turned = turns.push(x[0]!, x[1]!);
    const seen = turns.side > 0 ? this.tops : this.bottoms;
    if (turned) this.armed = turns.count >= needs && this.found(seen, this.tolerance);
    y[0] = 0;
    if (!this.armed) return;
    if (seen.sign * x[2]! < this.line(seen, turns.seen - 1)) {
      this.armed = false;
      y[0] = -100 * seen.sign;
    }
  }
}
