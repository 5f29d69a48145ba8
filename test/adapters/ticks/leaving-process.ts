/** Exits with code 0 while questions and a seal of the DuckDB store named by its argument are under way. */
import { duckdbTickStore } from "../../../adapters/ticks/duckdb.ts";
import type { InstrumentId, Timestamp } from "../../../domain/values/values.ts";

const store = await duckdbTickStore({ path: process.argv[2]!, threads: 1 });
const [instrument, from, to] = ["sandbox:BTC/USDT" as InstrumentId, 0 as Timestamp, 1e12 as Timestamp];
const trades = Array.from({ length: 50_000 }, (_, id) => ({
  at: id as Timestamp,
  price: 1,
  quantity: 1,
  side: "buy" as const,
  id,
}));
store.writeTrades(instrument, trades);
await store.flush();
for (let i = 0; i < 10; i += 1) store.trades(instrument, from, to).catch(() => undefined);
store.seal(to).catch(() => undefined);
setImmediate(() => process.exit(0));
