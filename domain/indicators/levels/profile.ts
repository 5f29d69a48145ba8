/**
 * Volume by price (Steidlmayer's market profile): rows of equal relative width, from candles (their volume spread evenly
 * over the rows between low and high) or trades (low = high = price).
 */

/** Rows on each side of the first price; what lies beyond counts in the last one. */
const REACH = 2_048;
const ROWS = 2 * REACH + 1;

export class Profile {
  /** Row of the greatest volume; of equals the lowest. */
  poc = 0;
  /** First and last row of the value area. */
  areaLow = 0;
  areaHigh = 0;
  /** The highest peak besides POC, or POC where there is none. */
  hvn = 0;
  /** The emptiest row between POC and the high volume node; of the value area where these are one. */
  lvn = 0;
  total = 0;
  private readonly step: number;
  private readonly share: number;
  private readonly volumes = new Float64Array(ROWS);
  /** Log of the first price: the middle of the middle row. */
  private origin = Number.NaN;
  private first = 0;
  private last = -1;

  /** `percent`: height of a row as a share of the price; `area`: the value area's share of the volume, in percent. */
  constructor(percent: number, area: number) {
    this.step = Math.log1p(percent / 100);
    this.share = area / 100;
  }

  clear(): void {
    this.volumes.fill(0, Math.max(0, this.first), this.last + 1);
    this.origin = Number.NaN;
    this.first = this.total = 0;
    this.last = -1;
  }

  /** Prices above zero, volume from zero. */
  add(low: number, high: number, volume: number): void {
    if (this.origin !== this.origin) {
      this.origin = Math.log(high);
      this.first = this.last = REACH;
    }
    const from = this.row(low);
    const to = this.row(high);
    this.first = Math.min(this.first, from);
    this.last = Math.max(this.last, to);
    const part = volume / (to - from + 1);
    for (let row = from; row <= to; row += 1) this.volumes[row]! += part;
    this.total += volume;
  }

  private row(price: number): number {
    const row = REACH + Math.round((Math.log(price) - this.origin) / this.step);
    return Math.max(0, Math.min(ROWS - 1, row));
  }

  /** Price at the middle of a row; at its lower edge with -0.5, at its upper one with 0.5. */
  price(row: number, edge = 0): number {
    return Math.exp(this.origin + (row - REACH + edge) * this.step);
  }

  volumeAt(row: number): number {
    return row < this.first || row > this.last ? 0 : this.volumes[row]!;
  }

  /** Finds POC, value area and nodes anew: work grows with the rows traded in. */
  measure(): void {
    const { volumes, first, last } = this;
    this.poc = first;
    for (let row = first; row <= last; row += 1) if (volumes[row]! > volumes[this.poc]!) this.poc = row;
    this.widen();
    this.nodes();
  }

  /** From POC on, the two rows above or the two below are added, whichever hold more (of equals those above), up to the share. */
  private widen(): void {
    const wanted = this.share * this.total;
    let low = this.poc;
    let high = this.poc;
    let held = this.volumes[this.poc]!;
    while (held < wanted && (low > this.first || high < this.last)) {
      const above = this.volumeAt(high + 1) + this.volumeAt(high + 2);
      const below = this.volumeAt(low - 1) + this.volumeAt(low - 2);
      if (low === this.first || (high < this.last && above >= below)) {
        high = Math.min(this.last, high + 2);
        held += above;
      } else {
        low = Math.max(this.first, low - 2);
        held += below;
      }
    }
    this.areaLow = low;
    this.areaHigh = high;
  }

  /** A peak holds more than the row below it and no less than the one above. */
  private nodes(): void {
    const { volumes, poc } = this;
    let hvn = poc;
    for (let row = this.first; row <= this.last; row += 1) {
      const volume = volumes[row]!;
      const peak = volume > this.volumeAt(row - 1) && volume >= this.volumeAt(row + 1);
      if (peak && row !== poc && (hvn === poc || volume > volumes[hvn]!)) hvn = row;
    }
    const from = hvn === poc ? this.areaLow : Math.min(poc, hvn);
    const to = hvn === poc ? this.areaHigh : Math.max(poc, hvn);
    let lvn = from;
    for (let row = from; row <= to; row += 1) if (volumes[row]! < volumes[lvn]!) lvn = row;
    this.hvn = hvn;
    this.lvn = lvn;
  }

  /** POC, upper and lower edge of the value area, high and low volume node. */
  put(y: Float64Array): void {
    this.measure();
    y[0] = this.price(this.poc);
    y[1] = this.price(this.areaHigh, 0.5);
    y[2] = this.price(this.areaLow, -0.5);
    y[3] = this.price(this.hvn);
    y[4] = this.price(this.lvn);
  }
}
