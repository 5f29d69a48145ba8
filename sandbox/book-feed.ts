/**
 * One pair's book as Binance tells it: bookTicker at every change of the best, depth diffs from U to u, and a
 * snapshot that is always the state after the last diff, so that U of the next diff is lastUpdateId + 1.
 */
import type { SimulatedVenue } from "../simulation/venue/venue.ts";
import type { Steps } from "./grid.ts";

export type Levels = readonly (readonly [number, number])[];

export interface Best {
  readonly bid: number;
  readonly bidLots: number;
  readonly ask: number;
  readonly askLots: number;
}

export interface Diff {
  readonly first: number;
  readonly last: number;
  readonly bids: Levels;
  readonly asks: Levels;
}

const LEVELS = 1_000;

export class BookFeed {
  readonly #venue: SimulatedVenue;
  readonly #symbol: string;
  #updateId = 1;
  #told: Best = { bid: 0, bidLots: 0, ask: 0, askLots: 0 };
  #toldVersion = -1;
  #diffVersion = -1;
  #diffId = 1;
  #bids = new Map<number, number>();
  #asks = new Map<number, number>();

  constructor(venue: SimulatedVenue, symbol: string) {
    this.#venue = venue;
    this.#symbol = symbol;
  }

  /** Update id of the newest bookTicker or diff. */
  get updateId(): number {
    return this.#updateId;
  }

  get best(): Best {
    return this.#told;
  }

  /** The best levels when they have changed since the last call. */
  quote(): Best | undefined {
    const version = this.#venue.version(this.#symbol);
    if (version === this.#toldVersion) return undefined;
    this.#toldVersion = version;
    const { bids, asks } = this.#venue.depth(this.#symbol, 1);
    const [bid, bidLots] = bids[0] ?? [0, 0];
    const [ask, askLots] = asks[0] ?? [0, 0];
    const told = this.#told;
    if (bid === told.bid && bidLots === told.bidLots && ask === told.ask && askLots === told.askLots)
      return undefined;
    this.#updateId += 1;
    this.#told = { bid, bidLots, ask, askLots };
    return this.#told;
  }

  /** What has changed since the last diff, or undefined. */
  diff(): Diff | undefined {
    const version = this.#venue.version(this.#symbol);
    if (version === this.#diffVersion) return undefined;
    this.#diffVersion = version;
    const now = this.#venue.depth(this.#symbol, LEVELS);
    const bids = new Map(now.bids);
    const asks = new Map(now.asks);
    const bidChanges = changes(this.#bids, bids);
    const askChanges = changes(this.#asks, asks);
    this.#bids = bids;
    this.#asks = asks;
    if (bidChanges.length === 0 && askChanges.length === 0) return undefined;
    this.#updateId += 1;
    const first = this.#diffId + 1;
    this.#diffId = this.#updateId;
    return { first, last: this.#updateId, bids: bidChanges, asks: askChanges };
  }

  /** A last diff that empties the book: the next one starts it anew, on whatever grid. */
  empty(): Diff {
    const gone = (side: ReadonlyMap<number, number>): Levels => [...side.keys()].map((ticks) => [ticks, 0]);
    const diff = { first: this.#diffId + 1, last: 0, bids: gone(this.#bids), asks: gone(this.#asks) };
    this.#updateId += 1;
    this.#diffId = this.#updateId;
    this.#bids = new Map();
    this.#asks = new Map();
    this.#diffVersion = -1;
    this.#toldVersion = -1;
    return { ...diff, last: this.#updateId };
  }

  /** The state after the last diff, best first. */
  snapshot(levels: number): { readonly updateId: number; readonly bids: Levels; readonly asks: Levels } {
    return {
      updateId: this.#diffId,
      bids: [...this.#bids].sort((a, b) => b[0] - a[0]).slice(0, levels),
      asks: [...this.#asks].sort((a, b) => a[0] - b[0]).slice(0, levels),
    };
  }
}

const changes = (before: ReadonlyMap<number, number>, now: ReadonlyMap<number, number>): Levels => {
  const found: [number, number][] = [];
  for (const [ticks, lots] of now) if (before.get(ticks) !== lots) found.push([ticks, lots]);
  for (const ticks of before.keys()) if (!now.has(ticks)) found.push([ticks, 0]);
  return found;
};

export const levelsJson = (levels: Levels, price: Steps, lot: Steps): string =>
  `[${levels.map(([ticks, lots]) => `["${price.text(ticks)}","${lot.text(lots)}"]`).join(",")}]`;
