/** Mean of the last `length` numbers weighed by volume; their plain mean where nothing traded. */
import type { Calculation } from "../declaration.ts";
import { Sum } from "../parts/sum.ts";
import { Sma } from "../sma.ts";

export class Vwma implements Calculation {
  private readonly products: Sum;
  private readonly volumes: Sum;
  private readonly plain: Sma;

  constructor(length: number) {
    this.products = new Sum(length);
    this.volumes = new Sum(length);
    this.plain = new Sma(length);
  }

  step(x: Float64Array, y: Float64Array): void {
    const products = this.products.push(x[0]! * x[1]!);
    const volumes = this.volumes.push(x[1]!);
    const plain = this.plain.push(x[0]!);
    y[0] = volumes > 0 ? products / volumes : plain;
  }
}
