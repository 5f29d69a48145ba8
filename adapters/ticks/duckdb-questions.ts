/** What was asked of the storage worker and is not yet answered. Pages of columns become rows as they come. */
import type { Candle } from "../../domain/market/candle.ts";
import type { Trade } from "../../domain/market/tick.ts";
import { batchOf, type Batch } from "./columns.ts";
import type { FromWorker } from "./duckdb-messages.ts";

export class StorageFailed extends Error {
  override readonly name = "StorageFailed";
  readonly code = 503;
  readonly retryable = true;
}

export type Answer = Extract<FromWorker, { readonly query: number }>;

interface Question {
  readonly table: Batch["table"];
  readonly rows: (Trade | Candle)[];
  readonly done: (count: number) => void;
  readonly failed: (error: Error) => void;
}

export class Questions {
  readonly #open = new Map<number, Question>();
  #asked = 0;

  /** `send` posts the question under the number it is given. Rows of `table` are put into `rows`. */
  ask(send: (query: number) => void, table: Batch["table"], rows: (Trade | Candle)[]): Promise<number> {
    const query = ++this.#asked;
    return new Promise((done, failed) => {
      this.#open.set(query, { table, rows, done, failed });
      send(query);
    });
  }

  hear(answer: Answer): void {
    const question = this.#open.get(answer.query);
    if (question === undefined) return;
    if (answer.type === "page") {
      const page = batchOf(question.table, answer.buffer);
      for (let row = 0; row < answer.rows; row += 1) question.rows.push(page.row(row));
      return;
    }
    this.#open.delete(answer.query);
    if (answer.type === "done") question.done(answer.count);
    else question.failed(new StorageFailed(answer.message));
  }

  /** Nobody will answer any more. */
  fail(error: Error): void {
    for (const question of this.#open.values()) question.failed(error);
    this.#open.clear();
  }
}
