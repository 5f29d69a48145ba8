/**
 * Open orders by id. Ids grow by one, so orders stand in chunks of an array each; a chunk whose orders have
 * all closed is dropped. A Map of orders costs three times as much and is rebuilt again and again.
 */
import type { OrderState } from "./order-state.ts";

const BITS = 9;
const SIZE = 1 << BITS;

class Chunk {
  readonly slots = new Array<OrderState | undefined>(SIZE).fill(undefined);
  open = 0;
}

export class OrderIndex {
  private readonly chunks = new Map<number, Chunk>();
  private newest = new Chunk();
  private newestAt = -1;

  /** Ids come in order. */
  add(order: OrderState): void {
    const at = Math.floor(order.id / SIZE);
    if (at !== this.newestAt) {
      if (this.newest.open === 0) this.chunks.delete(this.newestAt);
      this.newest = new Chunk();
      this.newestAt = at;
      this.chunks.set(at, this.newest);
    }
    this.newest.slots[order.id % SIZE] = order;
    this.newest.open += 1;
  }

  remove(id: number): void {
    const at = Math.floor(id / SIZE);
    const chunk = at === this.newestAt ? this.newest : this.chunks.get(at);
    if (chunk?.slots[id % SIZE] === undefined) return;
    chunk.slots[id % SIZE] = undefined;
    chunk.open -= 1;
    if (chunk.open === 0 && chunk !== this.newest) this.chunks.delete(at);
  }

  get(id: number): OrderState | undefined {
    return this.chunks.get(Math.floor(id / SIZE))?.slots[id % SIZE];
  }
}
