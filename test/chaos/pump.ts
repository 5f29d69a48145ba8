/**
 * Ticks at a rate that no venue here would bring: raw batches on the market road, as the exchange actor puts them there, by
 * whichever process has that actor now. Each repeats the instrument's latest trade under a new id.
 */
import { rawSubject } from "../../contracts/market.ts";
import { SymbolContract, type SymbolView } from "../../contracts/symbol.ts";
import { ref } from "../../contracts/contract.ts";
import type { Trade } from "../../domain/market/tick.ts";
import type { InstrumentId } from "../../domain/values/values.ts";
import type { Engine } from "../../nodes/engine.ts";

const BEAT_MS = 10;
const LOOK_MS = 200;
const ID_FROM = 1_000_000_000;
/** After a stall no more than this is made up for: a venue's socket would not hold more either. */
const BEHIND_MAX_MS = 500;

export interface Pumping {
  readonly perSecond: number;
  readonly instruments: readonly InstrumentId[];
}

export const pump = ({ host, road, wire, marketNow }: Engine, { perSecond, instruments }: Pumping): void => {
  const latest = new Map<InstrumentId, Trade>();
  let here = false;
  let id = ID_FROM;
  let owed = 0;
  let before = performance.now();
  const look = (): void => {
    const has = host.actors().some(({ kind }) => kind === "exchange");
    if (has && !here) before = performance.now();
    here = has;
    if (!here) return;
    for (const instrument of instruments)
      if (!latest.has(instrument))
        void ref(wire, SymbolContract, instrument)
          .inspect()
          .then(({ last }: SymbolView) => last !== undefined && latest.set(instrument, last))
          .catch(() => undefined);
  };
  const beat = (): void => {
    if (!here || latest.size < instruments.length) return;
    const now = performance.now();
    owed += (Math.min(now - before, BEHIND_MAX_MS) / 1_000) * perSecond;
    before = now;
    const each = Math.floor(owed / instruments.length);
    owed -= each * instruments.length;
    if (each === 0) return;
    const at = marketNow();
    for (const instrument of instruments) {
      const like = latest.get(instrument)!;
      const trades = Array.from({ length: each }, () => ({ ...like, at, id: (id += 1) }));
      road.publish(rawSubject(instrument), { trades, at });
    }
  };
  setInterval(look, LOOK_MS).unref();
  setInterval(beat, BEAT_MS).unref();
};
