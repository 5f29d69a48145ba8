/**
 * The road of market data, apart from commands: a fifth of the cost of events. Subscribers of this process get a batch
 * at once and by reference; for other nodes batches leave at the end of the running code while there are few, and are
 * gathered for up to 5 ms or 512 trades as the load grows, on one of four plain subjects of the broker's own NATS
 * connection, numbered per publisher.
 * What NATS has not taken is bounded too. At most once: a gap or a repeat is seen by its number, counted and told; repeats
 * are dropped. Where another node goes on with a subject nobody can count what the first one still had to say: a gap too.
 */
import type { ServiceBroker } from "moleculer";
import { decode, encode, givesWay, type Batch } from "./market-codec.ts";
import { insides } from "./moleculer-insides.ts";
import { token } from "./news-road.ts";
import { laneOf, lanesUnder, type Lane } from "./road-lanes.ts";
import { Unconfirmed } from "./unconfirmed.ts";
import type { Log, Wire } from "./wire.ts";

const FLUSH_MS = 5;
/** Rest after a flush for each trade that left: below 4,000 trades a second nothing waits, far above all wait 5 ms. */
const REST_MS = 0.25;
const TRADES_MAX = 512;
/** Of one message, far below NATS's megabyte. */
const SLICE = 8_192;

export type BatchHandler = (batch: Batch, subject: string) => void;
/** `missed` messages of a lane never came; its subjects may lack trades. 0: another publisher goes on. */
export type GapHandler = (subject: string, missed: number) => void;

export class MarketRoad {
  /** Messages that never came, that came again, and trades sent and received over NATS. */
  missed = 0;
  repeated = 0;
  sent = 0;
  received = 0;
  /** Messages that nobody could read, quotes and books that gave way to later ones, and trades that the connection had no room for. */
  unreadable = 0;
  coalesced = 0;
  unsent = 0;
  readonly #broker: ServiceBroker;
  readonly #wire: Wire;
  readonly #log: Log;
  readonly #epoch: string;
  readonly #own: string;
  readonly #lanes: readonly Lane[];
  readonly #listeners = new Map<string, readonly BatchHandler[]>();
  readonly #gapHandlers = new Set<GapHandler>();
  /** Who was last heard on each subject that is listened to. */
  readonly #speakers = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  /** Trades gathered since the last flush, when the next may be, and whether it is about to. */
  #gathered = 0;
  #restUntil = 0;
  #flushing = false;
  #up = true;
  readonly #unconfirmed = new Unconfirmed();

  constructor(broker: ServiceBroker, wire: Wire) {
    this.#broker = broker;
    this.#wire = wire;
    this.#log = wire.log;
    this.#epoch = `${broker.nodeID} ${broker.instanceID}`;
    this.#own = token(broker.nodeID);
    const prefix = `shoal${broker.namespace === "" ? "" : `-${broker.namespace}`}.road`;
    this.#lanes = lanesUnder(prefix);
    broker.localBus.on("$transporter.connected", () => {
      for (const subject of this.#listeners.keys()) this.#listen(this.#lanes[laneOf(subject)]!);
    });
    broker.localBus.on("$bus.down", () => (this.#up = false));
    broker.localBus.on("$bus.up", () => (this.#up = true));
  }

  publish(subject: string, batch: Batch): void {
    const handlers = this.#listeners.get(subject);
    if (handlers !== undefined) this.#hand(handlers, subject, batch, this.#epoch);
    if (this.#wire.hosts().length > 1) this.#gather(subject, batch);
    else this.#lanes[laneOf(subject)]!.skipped = true;
  }

  /** In order of publishing. Returns the end of the subscription. */
  subscribe(subject: string, handle: BatchHandler): () => void {
    const own: BatchHandler = (batch, from) => handle(batch, from);
    this.#listeners.set(subject, [...(this.#listeners.get(subject) ?? []), own]);
    this.#listen(this.#lanes[laneOf(subject)]!);
    return () => {
      const left = (this.#listeners.get(subject) ?? []).filter((other) => other !== own);
      if (left.length > 0) this.#listeners.set(subject, left);
      else {
        this.#listeners.delete(subject);
        this.#speakers.delete(subject);
      }
      const lane = this.#lanes[laneOf(subject)]!;
      if ([...this.#listeners.keys()].some((other) => laneOf(other) === lane.number)) return;
      lane.subscription?.unsubscribe();
      lane.subscription = undefined;
      lane.heard.clear();
    };
  }

  onGap(told: GapHandler): () => void {
    this.#gapHandlers.add(told);
    return () => this.#gapHandlers.delete(told);
  }

  /** Sends what waits, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing = false;
    this.#restUntil = performance.now() + Math.min(FLUSH_MS, REST_MS * Math.max(1, this.#gathered));
    this.#gathered = 0;
    for (const lane of this.#lanes) this.#send(lane);
  }

  #gather(subject: string, batch: Batch): void {
    const lane = this.#lanes[laneOf(subject)]!;
    for (let from = 0; from + SLICE < batch.trades.length; from += SLICE) {
      this.#append(lane, subject, { trades: batch.trades.slice(from, from + SLICE), at: batch.at });
      this.#send(lane);
    }
    const rest = batch.trades.length <= SLICE ? 0 : Math.floor((batch.trades.length - 1) / SLICE) * SLICE;
    this.#append(lane, subject, rest === 0 ? batch : { ...batch, trades: batch.trades.slice(rest) });
    if (lane.trades >= TRADES_MAX) this.#send(lane);
    else if (this.#timer === undefined && !this.#flushing) this.#flushSoon();
  }

  #flushSoon(): void {
    const restMs = this.#restUntil - performance.now();
    if (restMs > 0) {
      this.#timer = setTimeout(() => this.flush(), restMs);
      return;
    }
    this.#flushing = true;
    // What the batch has caused here leaves first: a proposal is in more of a hurry than a record of the tick.
    setImmediate(() => {
      if (this.#flushing) this.flush();
    });
  }

  /** Joins the waiting part of the subject where the order allows it: trades come before the candles they closed. */
  #append(lane: Lane, subject: string, batch: Batch): void {
    lane.trades += batch.trades.length;
    this.#gathered += batch.trades.length;
    const last = lane.latest.get(subject);
    const open = last === undefined ? undefined : lane.parts[last]!.batch;
    if (last === undefined || open === undefined || (open.candles?.length ?? 0) > 0) {
      lane.latest.set(subject, lane.parts.length);
      lane.parts.push({ subject, batch: { ...batch, trades: [...batch.trades] } });
      return;
    }
    this.coalesced += givesWay(open, batch);
    const trades = open.trades as Batch["trades"][number][];
    for (const trade of batch.trades) trades.push(trade);
    lane.parts[last] = { subject, batch: { ...open, ...batch, trades } };
  }

  #send(lane: Lane): void {
    if (lane.parts.length === 0) return;
    const { parts, trades } = lane;
    lane.parts = [];
    lane.latest.clear();
    lane.trades = 0;
    lane.sequence += lane.skipped ? 2 : 1;
    lane.skipped = false;
    const client = insides(this.#broker).transit?.tx.client;
    // While the bus is down nothing is kept for later: old prices are worth less than a gap that is seen.
    if (!this.#up || client === undefined || client === null || client.isClosed()) return;
    if (this.#unconfirmed.full) {
      this.unsent += trades;
      return;
    }
    this.sent += trades;
    const bytes = encode(this.#epoch, lane.sequence, parts);
    client.publish(`${lane.subject}.${this.#own}`, bytes);
    this.#unconfirmed.add(bytes.length, () => client.flush());
  }

  #listen(lane: Lane): void {
    const client = insides(this.#broker).transit?.tx.client;
    if (client === undefined || client === null) return;
    if (lane.subscription !== undefined && !lane.subscription.isClosed()) return;
    lane.subscription = client.subscribe(`${lane.subject}.*`, {
      callback: (error, message) => {
        if (error === null && !message.subject.endsWith(`.${this.#own}`)) this.#receive(lane, message.data);
      },
    });
  }

  #receive(lane: Lane, data: Uint8Array): void {
    let decoded;
    try {
      decoded = decode(data, (subject) => this.#listeners.has(subject));
    } catch (error) {
      this.unreadable += 1;
      this.#log.warn(`A message on ${lane.subject} could not be read`, { error });
      return;
    }
    const { from, sequence, parts } = decoded;
    const before = lane.heard.get(from);
    if (before !== undefined && sequence <= before) {
      this.repeated += 1;
      return;
    }
    lane.heard.set(from, sequence);
    if (before !== undefined && sequence > before + 1) this.#gap(lane, sequence - before - 1);
    for (const { subject, batch } of parts) {
      this.received += batch.trades.length;
      const handlers = this.#listeners.get(subject);
      if (handlers !== undefined) this.#hand(handlers, subject, batch, from);
    }
  }

  #gap(lane: Lane, missed: number): void {
    this.missed += missed;
    for (const subject of this.#listeners.keys())
      if (this.#lanes[laneOf(subject)] === lane) for (const tell of this.#gapHandlers) tell(subject, missed);
  }

  #hand(handlers: readonly BatchHandler[], subject: string, batch: Batch, from: string): void {
    const speaker = this.#speakers.get(subject);
    if (speaker !== from) {
      this.#speakers.set(subject, from);
      if (speaker !== undefined) for (const tell of this.#gapHandlers) tell(subject, 0);
    }
    for (const handle of handlers) {
      try {
        handle(batch, subject);
      } catch (error) {
        this.#log.error(`A listener of ${subject} failed`, { error });
      }
    }
  }
}
