/**
 * One side of an order book: price levels in order, best first.
 *
 * A skip list over typed arrays (Pugh 1990, a quarter of the nodes on each next level): a level is found,
 * set or taken out in O(log n) without allocating, the best is the first node, depth is a walk. The coin
 * is a fixed xorshift: it shapes only the shortcuts, never the content.
 */
const LEVELS = 12;

export class BookSide {
  size = 0;
  /** Bids are kept by negated price, so that the best has the smallest key on both sides. */
  private readonly sign: 1 | -1;
  private keys = new Float64Array(256);
  private quantities = new Float64Array(256);
  /** Successor of node n on level l at n * LEVELS + l; node 0 is the head, and 0 as successor the end. */
  private next = new Int32Array(256 * LEVELS);
  private readonly path = new Int32Array(LEVELS);
  private top = 1;
  private used = 1;
  private free = 0;
  private coin = 0x9e3779b9;

  constructor(side: "bids" | "asks") {
    this.sign = side === "bids" ? -1 : 1;
  }

  /** Best price; NaN when empty. */
  get price(): number {
    return this.size === 0 ? Number.NaN : this.sign * this.keys[this.next[0]!]!;
  }

  /** Quantity at the best price; NaN when empty. */
  get quantity(): number {
    return this.size === 0 ? Number.NaN : this.quantities[this.next[0]!]!;
  }

  /** The level's quantity becomes `quantity`; zero takes it out. Price above zero. */
  set(price: number, quantity: number): void {
    const key = this.sign * price;
    const { next, keys, path } = this;
    let node = 0;
    let after = 0;
    for (let level = this.top - 1; level >= 0; level -= 1) {
      after = next[node * LEVELS + level]!;
      while (after !== 0 && keys[after]! < key) {
        node = after;
        after = next[node * LEVELS + level]!;
      }
      path[level] = node;
    }
    if (after !== 0 && keys[after] === key) {
      if (quantity > 0) this.quantities[after] = quantity;
      else this.remove(after);
    } else if (quantity > 0) this.insert(key, quantity);
  }

  /** At most `count` levels `[price, quantity]`, best first. */
  levels(count: number): (readonly [number, number])[] {
    const levels: (readonly [number, number])[] = [];
    let node = this.next[0]!;
    while (node !== 0 && levels.length < count) {
      levels.push([this.sign * this.keys[node]!, this.quantities[node]!]);
      node = this.next[node * LEVELS]!;
    }
    return levels;
  }

  clear(): void {
    this.next.fill(0, 0, LEVELS);
    this.size = this.free = 0;
    this.top = this.used = 1;
  }

  /** `path` holds the last node before this one on every level. */
  private remove(node: number): void {
    const { next, path } = this;
    for (let level = 0; level < this.top && next[path[level]! * LEVELS + level] === node; level += 1)
      next[path[level]! * LEVELS + level] = next[node * LEVELS + level]!;
    next[node * LEVELS] = this.free;
    this.free = node;
    this.size -= 1;
  }

  private insert(key: number, quantity: number): void {
    const node = this.take();
    const { next, path } = this;
    const height = this.height();
    for (; this.top < height; this.top += 1) path[this.top] = 0;
    for (let level = 0; level < height; level += 1) {
      const before = path[level]! * LEVELS + level;
      next[node * LEVELS + level] = next[before]!;
      next[before] = node;
    }
    this.keys[node] = key;
    this.quantities[node] = quantity;
    this.size += 1;
  }

  private take(): number {
    if (this.free !== 0) {
      const node = this.free;
      this.free = this.next[node * LEVELS]!;
      return node;
    }
    if (this.used === this.keys.length) this.grow();
    this.used += 1;
    return this.used - 1;
  }

  private grow(): void {
    const { keys, quantities, next } = this;
    this.keys = new Float64Array(keys.length * 2);
    this.keys.set(keys);
    this.quantities = new Float64Array(quantities.length * 2);
    this.quantities.set(quantities);
    this.next = new Int32Array(next.length * 2);
    this.next.set(next);
  }

  private height(): number {
    let coin = this.coin;
    coin ^= coin << 13;
    coin ^= coin >>> 17;
    coin ^= coin << 5;
    this.coin = coin;
    let height = 1;
    for (; (coin & 3) === 0 && height < LEVELS; coin >>>= 2) height += 1;
    return height;
  }
}
