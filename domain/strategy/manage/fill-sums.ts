/**
 * Fills summed up to their quantity and average price. That of inverse contracts is harmonic: each stands for a fixed worth. The average is
 * kept as it is, not as a quotient of sums: what is taken out must not move it by a rounding, or prices made from it would be others.
 */
export class FillSums {
  quantity = 0;
  /** NaN without any. */
  price = NaN;
  private readonly inverse: boolean;

  constructor(inverse: boolean) {
    this.inverse = inverse;
  }

  add(quantity: number, price: number): void {
    const before = this.quantity;
    this.quantity += quantity;
    if (before === 0) this.price = price;
    else if (this.inverse) this.price = this.quantity / (before / this.price + quantity / price);
    else this.price = (before * this.price + quantity * price) / this.quantity;
  }

  /** What was taken out leaves at the average. */
  scaleTo(quantity: number): void {
    this.quantity = quantity;
  }

  clear(): void {
    this.quantity = 0;
    this.price = NaN;
  }
}
