import { memoryTickStore } from "../../../adapters/ticks/memory.ts";
import { tickStoreSuite } from "./conformance.ts";

tickStoreSuite("memory", (rowsMax) =>
  Promise.resolve(memoryTickStore(rowsMax === undefined ? {} : { rowsMax })),
);
