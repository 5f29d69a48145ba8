/** Writes 500 trades at a time into the DuckDB store named by its argument, flushes, and prints how many stand, until it is killed. */
import { duckdbTickStore } from "../../../adapters/ticks/duckdb.ts";
import type { Trade } from "../../../domain/market/tick.ts";
import type { InstrumentId, Timestamp } from "../../../domain/values/values.ts";

const store = await duckdbTickStore({ path: process.argv[2]!, threads: 1 });
for (let first = 0; ; first += 500) {
  // The same trades as `tradesFrom` of the suite, which a process outside of vitest cannot import.
  const trades = Array.from({ length: 500 }, (_, i): Trade => {
    const id = first + i;
    return {
      at: (1_570_752_000_000 + Math.floor(id / 3)) as Timestamp,
      price: Math.round(141_342 + (id % 97)) / 1e8,
      quantity: 1 + (id % 50) / 100,
      side: id % 2 === 0 ? "buy" : "sell",
      id,
    };
  });
  store.writeTrades("sandbox:BTC/USDT" as InstrumentId, trades);
  await store.flush();
  process.stdout.write(`${first + 500}\n`);
}
