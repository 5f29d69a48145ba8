/**
 * What the venue lists: from the cache at first, read anew on demand and from time to time. Every difference to what
 * was known is told: other filters, paused, back again, and delisted for what is no longer listed.
 */
import { isContract, legNames, legOfContract, type Instrument } from "../../domain/market/instrument.ts";
import { fromJson, toJson } from "../../domain/values/json.ts";
import type { InstrumentId, VenueId } from "../../domain/values/values.ts";
import type { UnifiedMarket } from "./ccxt-words.ts";
import { lackingOf, stopsLeft } from "./lacking.ts";
import type { Link } from "./link.ts";
import { instrumentOf } from "./mapping.ts";

/** Instruments that are new to `known` or differ from it, and those that `found` no longer has, as delisted. */
export const changes = (
  known: ReadonlyMap<InstrumentId, Instrument>,
  found: readonly Instrument[],
): readonly Instrument[] => {
  const listed = new Set(found.map(({ id }) => id));
  const changed = found.filter((instrument) => toJson(instrument) !== toJson(known.get(instrument.id)));
  const gone = [...known.values()].filter(({ id, status }) => !listed.has(id) && status !== "delisted");
  return [...changed, ...gone.map((instrument): Instrument => ({ ...instrument, status: "delisted" }))];
};

export class Instruments {
  private readonly link: Link;
  private readonly changed: (instrument: Instrument) => void;
  private readonly known = new Map<InstrumentId, Instrument>();
  private readonly key: string;

  constructor(link: Link, changed: (instrument: Instrument) => void) {
    this.link = link;
    this.changed = changed;
    const { venue, url, exchange, lacks = [], legs = false } = link.settings;
    this.key = ["instruments", venue, url ?? exchange, ...lacks, ...(legs ? ["legs"] : [])].join(":");
  }

  async all(fresh: boolean): Promise<readonly Instrument[]> {
    if (fresh || (this.known.size === 0 && !(await this.recall()))) await this.refresh();
    return [...this.known.values()];
  }

  private async recall(): Promise<boolean> {
    const text = await this.link.ports.cache?.get(this.key);
    if (typeof text !== "string") return false;
    for (const instrument of fromJson(text) as readonly Instrument[])
      this.known.set(instrument.id, instrument);
    return this.known.size > 0;
  }

  private async refresh(): Promise<void> {
    const first = this.known.size === 0;
    const found = await this.read();
    for (const instrument of changes(this.known, found)) {
      this.known.set(instrument.id, instrument);
      if (!first) this.changed(instrument);
    }
    const ttlMs = this.link.settings.instrumentsTtlMs ?? 3_600_000;
    await this.link.ports.cache?.set(this.key, toJson([...this.known.values()]), ttlMs);
  }

  private async read(): Promise<readonly Instrument[]> {
    const { settings, dialect } = this.link;
    const exchange = await this.link.ready();
    const markets =
      this.known.size === 0 && exchange.markets !== undefined ? exchange.markets : await this.link.reload();
    const found: Instrument[] = [];
    for (const market of Object.values(markets) as readonly UnifiedMarket[]) {
      const traded = dialect.lists === "spot" ? market.spot : market.swap === true && market.linear;
      if (traded !== true) continue;
      try {
        const told = {
          status: dialect.status(market),
          stops: stopsLeft(dialect.stops(market), settings.lacks),
        };
        const plain = instrumentOf(settings.venue as VenueId, market, exchange.precisionMode, told, settings);
        const lacks = lackingOf(exchange, market, settings.lacks);
        const one = lacks.length === 0 ? plain : { ...plain, lacks };
        found.push(one);
        if (settings.legs === true && isContract(one.symbol))
          for (const leg of legNames) found.push(legOfContract(one, leg));
      } catch (error) {
        // One market that cannot be read must not hide the others.
        this.link.tell(error);
      }
    }
    return found;
  }
}
