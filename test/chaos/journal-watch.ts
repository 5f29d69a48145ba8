/**
 * Hears every entry on its way into the journal, as a plain subscriber of its subject: tells when trading goes on without
 * asking anybody. What it hears may still be refused by JetStream; the checks at the end read what stands.
 */
import type { NatsConnection } from "nats";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import { fromJson } from "../../domain/values/json.ts";

export interface JournalWatch {
  /** Resolves with the moment at which an order placed after `since` was accepted by the venue. performance.now() */
  traded(since: number): Promise<number>;
  readonly accepted: () => number;
  stop(): void;
}

export const watchJournal = (connection: NatsConnection, stream = "portfolio%2Emain"): JournalWatch => {
  const placedAt = new Map<string, number>();
  const waiting = new Set<{ readonly since: number; readonly resolve: (at: number) => void }>();
  let accepted = 0;
  const hear = (event: PortfolioEvent): void => {
    const now = performance.now();
    if (event.type === "OrderPlaced") placedAt.set(event.order, now);
    if (event.type !== "OrderAccepted") return;
    accepted += 1;
    const placed = placedAt.get(event.order) ?? 0;
    placedAt.delete(event.order);
    for (const one of waiting)
      if (placed > one.since) {
        waiting.delete(one);
        one.resolve(now);
      }
  };
  const subscription = connection.subscribe(`journal.${stream}`, {
    callback: (error, message) => {
      if (error !== null || message.data.length === 0) return;
      const { entry } = fromJson(message.string()) as {
        readonly entry: { readonly turns: readonly { readonly events: readonly PortfolioEvent[] }[] };
      };
      for (const { events } of entry.turns) events.forEach(hear);
    },
  });
  return {
    traded: (since) => new Promise((resolve) => waiting.add({ since, resolve })),
    accepted: () => accepted,
    stop: () => subscription.unsubscribe(),
  };
};
