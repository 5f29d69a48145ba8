/**
 * The market road of a simulated cluster: batches go to every machine, numbered per sender, and may be lost, repeated or
 * overtaken. What does not follow is told as a gap or passed over, as mixins/market-road.ts does.
 */
import type { Road } from "../../actors/ports.ts";
import type { BatchHandler, GapHandler } from "../../mixins/market-road.ts";
import type { Batch } from "../../mixins/market-codec.ts";
import type { Machine } from "./machine.ts";
import type { Network } from "./network.ts";

export class SimulatedRoad implements Road {
  received = 0;
  readonly #machine: Machine;
  readonly #network: Network;
  readonly #others: () => Iterable<SimulatedRoad>;
  readonly #listeners = new Map<string, Set<BatchHandler>>();
  readonly #gapHandlers = new Set<GapHandler>();
  /** Last number sent to a machine's life, and last heard from one. */
  readonly #sent = new Map<string, number>();
  readonly #heard = new Map<string, number>();
  readonly #speakers = new Map<string, string>();

  constructor(machine: Machine, network: Network, others: () => Iterable<SimulatedRoad>) {
    this.#machine = machine;
    this.#network = network;
    this.#others = others;
  }

  get #name(): string {
    return `${this.#machine.host}/${this.#machine.life}`;
  }

  publish(subject: string, batch: Batch): void {
    this.#hand(subject, batch, this.#name);
    for (const other of this.#others()) {
      if (other === this) continue;
      const n = (this.#sent.get(other.#name) ?? 0) + 1;
      this.#sent.set(other.#name, n);
      this.#network.post(this.#machine.host, other.#machine.host, () => {
        // What a machine had sent and was still held up goes with it: the next one's messages cannot be overtaken by it.
        if (this.#machine.alive) other.#machine.hand(() => other.#take(this.#name, n, subject, batch));
      });
    }
  }

  subscribe(subject: string, handle: BatchHandler): () => void {
    const listeners = this.#listeners.get(subject) ?? new Set();
    this.#listeners.set(subject, listeners);
    const own: BatchHandler = (batch, from) => handle(batch, from);
    listeners.add(own);
    return () => {
      listeners.delete(own);
      if (listeners.size === 0) this.#speakers.delete(subject);
    };
  }

  onGap(told: GapHandler): () => void {
    this.#gapHandlers.add(told);
    return () => this.#gapHandlers.delete(told);
  }

  #take(from: string, n: number, subject: string, batch: Batch): void {
    const last = this.#heard.get(from) ?? 0;
    if (n <= last) return;
    this.#heard.set(from, n);
    if (n > last + 1)
      for (const lacking of this.#listeners.keys())
        for (const tell of this.#gapHandlers) tell(lacking, n - last - 1);
    this.#hand(subject, batch, from);
  }

  #hand(subject: string, batch: Batch, from: string): void {
    const listeners = this.#listeners.get(subject);
    if (listeners === undefined) return;
    const speaker = this.#speakers.get(subject);
    this.#speakers.set(subject, from);
    if (speaker !== undefined && speaker !== from) for (const tell of this.#gapHandlers) tell(subject, 0);
    this.received += batch.trades.length;
    for (const handle of listeners) handle(batch, subject);
  }
}
