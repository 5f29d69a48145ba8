/** What the main thread and the storage worker say to each other. Rows travel in shared memory, never as objects. */
import type { Batch } from "./columns.ts";

export interface DuckdbFiles {
  readonly path: string;
  /** Folder of the Parquet partitions. */
  readonly archive: string;
  /** As DuckDB spells it: "512MB". */
  readonly memoryLimit: string;
  readonly threads: number;
  /** A day is sealed once market time is this far past its end. */
  readonly sealAfterMs: number;
}

/** What a worker is started with. */
export interface Start {
  readonly files: DuckdbFiles;
  readonly gate: SharedArrayBuffer;
}

export interface Append {
  readonly type: "append";
  readonly table: Batch["table"];
  readonly buffer: SharedArrayBuffer;
  readonly rows: number;
  /** Instruments named for the first time, in order: their number is their place in the list of all. */
  readonly names: readonly string[];
}

export interface Query {
  readonly type: "query";
  readonly query: number;
  readonly table: Batch["table"];
  readonly name: string;
  readonly instrument: number;
  readonly timeframeMs: number;
  readonly from: number;
  readonly to: number;
  /** Infinity: all. */
  readonly limit: number;
}

export type ToWorker =
  | Append
  | Query
  | { readonly type: "seal"; readonly query: number; readonly before: number }
  | { readonly type: "close" };

export type FromWorker =
  | { readonly type: "ready"; readonly names: readonly string[] }
  /** The oldest `batches` of those sent are on disk. */
  | { readonly type: "appended"; readonly batches: number }
  | {
      readonly type: "page";
      readonly query: number;
      readonly buffer: SharedArrayBuffer;
      readonly rows: number;
    }
  | { readonly type: "done"; readonly query: number; readonly count: number }
  | { readonly type: "failed"; readonly query: number; readonly message: string }
  /** Something the owner must hear of that lost nothing. */
  | { readonly type: "told"; readonly message: string };
