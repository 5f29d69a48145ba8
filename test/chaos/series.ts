/** What a scrape of this process would show, each series summed over its labels: collected as for Prometheus, kept in a map. */
import type { Engine } from "../../nodes/engine.ts";
import { Board, type Instrument } from "../../nodes/metrics/board.ts";
import { catalog, type Name } from "../../nodes/metrics/catalog.ts";
import { collector } from "../../nodes/metrics/collect.ts";

export type Scrape = Readonly<Partial<Record<Name, number>>>;

export const scraper = (engine: Engine): (() => Promise<Scrape>) => {
  const sums = new Map<Name, number>();
  const instrument = (name: Name): Instrument => {
    const add = (_labels: unknown, value: number): void => {
      sums.set(name, (sums.get(name) ?? 0) + value);
    };
    return catalog[name].type === "Gauge"
      ? { set: add, reset: () => void sums.delete(name) }
      : { inc: add, observe: () => undefined, reset: () => undefined };
  };
  const names = Object.keys(catalog) as Name[];
  const board = new Board(
    Object.fromEntries(names.map((name) => [name, instrument(name)])) as Record<Name, Instrument>,
  );
  const collect = collector(engine, undefined);
  return async () => {
    board.clear();
    await collect(board);
    return Object.fromEntries(sums);
  };
};
