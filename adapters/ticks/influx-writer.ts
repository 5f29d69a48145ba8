/**
 * The road into InfluxDB: bodies of line protocol in a bounded queue, two in flight. A body is sent until the server has
 * taken it (repeats overwrite themselves, so a time-out may be sent again); what the server refuses for good is counted and
 * never sent again. While it fails, everything waits, for 100 ms that double up to 5 s.
 */
import { Pool } from "undici";

export interface WriterOptions {
  readonly origin: string;
  /** Path and query of the write endpoint. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Told of the first failure of a row of failures, and of every refusal. */
  readonly onError: (error: Error) => void;
  /** Called before the next attempt when the server does not know the database. */
  readonly prepare: () => Promise<void>;
}

interface Body {
  readonly lines: Buffer;
  readonly rows: number;
  readonly settled: Promise<void>;
  readonly settle: () => void;
}

type Verdict = "taken" | "refused" | "again";

const IN_FLIGHT = 2;
const PAUSE_MS = 100;
const PAUSE_MS_MAX = 5_000;

export class LineWriter {
  /** Rows pushed and not yet taken or refused. */
  rows = 0;
  written = 0;
  refused = 0;
  readonly #options: WriterOptions;
  readonly #pool: Pool;
  readonly #waiting: Body[] = [];
  readonly #unsettled = new Set<Body>();
  #inFlight = 0;
  #failures = 0;
  #pause: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#pool = new Pool(options.origin, {
      connections: IN_FLIGHT,
      pipelining: 1,
      connectTimeout: options.timeoutMs,
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
    });
  }

  /** The last attempt was not answered, or in the negative, and is made again. */
  get failing(): boolean {
    return this.#failures > 0;
  }

  push(lines: Buffer, rows: number): void {
    const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
    const body: Body = { lines, rows, settled, settle };
    this.rows += rows;
    this.#unsettled.add(body);
    this.#waiting.push(body);
    this.#pump();
  }

  async flushed(): Promise<void> {
    await Promise.all(Array.from(this.#unsettled, (body) => body.settled));
  }

  /** Waits for what is queued, at most `withinMs`. Returns the rows given up. */
  async close(withinMs: number): Promise<number> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, withinMs)));
    await Promise.race([this.flushed(), late]);
    clearTimeout(timer);
    clearTimeout(this.#pause);
    this.#closed = true;
    await this.#pool.destroy();
    return this.rows;
  }

  #pump(): void {
    while (this.#inFlight < IN_FLIGHT && this.#pause === undefined && !this.#closed) {
      const body = this.#waiting.shift();
      if (body === undefined) return;
      this.#inFlight += 1;
      void this.#send(body);
    }
  }

  async #send(body: Body): Promise<void> {
    const verdict = await this.#attempt(body);
    this.#inFlight -= 1;
    if (verdict === "again") {
      this.#waiting.unshift(body);
      this.#rest();
    } else {
      this.#failures = 0;
      this.rows -= body.rows;
      this.#unsettled.delete(body);
      body.settle();
    }
    this.#pump();
  }

  async #attempt(body: Body): Promise<Verdict> {
    try {
      const { path, headers } = this.#options;
      const response = await this.#pool.request({ path, headers, method: "POST", body: body.lines });
      const text = await response.body.text();
      return await this.#judge(body, response.statusCode, text);
    } catch (error) {
      return this.#again(error instanceof Error ? error.message : String(error));
    }
  }

  async #judge(body: Body, status: number, text: string): Promise<Verdict> {
    if (status >= 200 && status < 300) {
      this.written += body.rows;
      return "taken";
    }
    // Partly or wholly against the schema or past retention: the good rows of a partial write are kept.
    if (status === 400 || status === 413 || status === 422) {
      const partial = /partial write.*dropped=(\d+)/s.exec(text);
      const refused = partial === null ? body.rows : Math.min(Number(partial[1]), body.rows);
      this.refused += refused;
      this.written += body.rows - refused;
      this.#options.onError(
        new Error(`InfluxDB refused ${refused} of ${body.rows} rows (${status}): ${text}`),
      );
      return "refused";
    }
    if (status === 404) await this.#options.prepare();
    return this.#again(`HTTP ${status}: ${text}`);
  }

  #again(why: string): Verdict {
    if (this.#failures === 0 && !this.#closed)
      this.#options.onError(new Error(`InfluxDB takes no rows, ${this.rows} wait: ${why}`));
    return "again";
  }

  #rest(): void {
    if (this.#pause !== undefined || this.#closed) return;
    const pauseMs = Math.min(PAUSE_MS * 2 ** this.#failures, PAUSE_MS_MAX);
    this.#failures += 1;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#pump();
    }, pauseMs);
  }
}
