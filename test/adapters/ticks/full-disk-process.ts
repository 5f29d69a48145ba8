/** Writes into a DuckDB store on a disk that is full (a limit on file size stands for it) and prints what it was told, as JSON. */
import { duckdbTickStore } from "../../../adapters/ticks/duckdb.ts";
import type { InstrumentId, Timestamp } from "../../../domain/values/values.ts";

const errors: string[] = [];
const store = await duckdbTickStore({
  path: process.argv[2]!,
  threads: 1,
  queueRowsMax: 100_000,
  closeMs: 100,
  onError: (error) => errors.push(error.message),
});
// Ids go on from what was accepted: a queue that is full for a moment, on a slow machine, leaves no hole in them.
let accepted = 0;
while (store.stats().dropped === 0 || errors.length < 3) {
  const trades = Array.from({ length: 1_000 }, (_, i) => {
    const id = accepted + i + 1;
    return { at: id as Timestamp, price: Math.sqrt(id), quantity: 1 / id, side: "buy" as const, id };
  });
  if (store.writeTrades("sandbox:BTC/USDT" as InstrumentId, trades)) accepted += 1_000;
  await new Promise((resolve) => setTimeout(resolve, 1));
}
const told = (error: unknown): string => (error as Error).message;
const flush = await store.flush().then(() => "flushed", told);
const before = store.stats();
const close = await store.close().then(() => "closed", told);
process.stdout.write(JSON.stringify({ errors, accepted, flush, before, close, after: store.stats() }));
