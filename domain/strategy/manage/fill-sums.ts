/** Sums of fills, for their average price. That of inverse contracts is harmonic: each stands for a fixed worth. */
export class FillSums {
  quantity = 0;
  private worth = 0;
  private readonly inverse: boolean;

  constructor(inverse: boolean) {
    this.inverse = inverse;
  }

  add(quantity: number, price: number): void {
    this.quantity += quantity;
    this.worth += this.inverse ? quantity / price : quantity * price;
  }

  /** NaN without any. */
  get price(): number {
    return this.inverse ? this.quantity / this.worth : this.worth / this.quantity;
  }

  /** What was taken out leaves at the average. */
  scaleTo(quantity: number): void {
    this.worth *= this.quantity === 0 ? 0 : quantity / this.quantity;
    this.quantity = quantity;
  }

  clear(): void {
    this.quantity = this.worth = 0;
  }
}
