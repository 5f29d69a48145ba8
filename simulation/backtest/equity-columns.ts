/** Equity over time as two growing columns. */
export class EquityColumns {
  length = 0;
  at: Float64Array;
  value: Float64Array;

  constructor(capacity: number) {
    this.at = new Float64Array(Math.max(1, capacity));
    this.value = new Float64Array(Math.max(1, capacity));
  }

  /** The row to write next: its owner fills both columns. */
  next(): number {
    const row = this.length;
    if (row === this.at.length) this.#grow();
    this.length = row + 1;
    return row;
  }

  columns(): { readonly at: Float64Array; readonly value: Float64Array } {
    return { at: this.at.subarray(0, this.length), value: this.value.subarray(0, this.length) };
  }

  #grow(): void {
    const [at, value] = [new Float64Array(2 * this.at.length), new Float64Array(2 * this.at.length)];
    at.set(this.at);
    value.set(this.value);
    this.at = at;
    this.value = value;
  }
}
