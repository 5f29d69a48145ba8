/**
 * From an approved order to a known fate. An order is sent at most once; when nobody knows whether the venue took
 * it, the venue is asked until it answers, and "not found" is believed only past the signed timestamp, the receive
 * window and a margin, when the order, the open orders and the fills agree. Only what never left us is sent later.
 */
import type { Clock } from "../../adapters/clock/clock.ts";
import type { AccountAtVenue } from "../../adapters/venue/venue.ts";
import type { Cancelling, Placed, Placing } from "../../contracts/execution.ts";
import { isClosed, type Order, type OrderReport } from "../../domain/order/order.ts";
import type {
  AccountId,
  ClientOrderId,
  InstrumentId,
  Quantity,
  Timestamp,
} from "../../domain/values/values.ts";

/** Beyond the age at which the venue refuses a signed request: room for clocks and for queues behind its door. */
const MARGIN_MS = 2_000;
const SEND_FOR_MS = 10_000;
const CANCEL_FOR_MS = 60_000;
const LOOK_BACK_MS = 60_000;
const PAUSE_MAX_MS = 5_000;
/** Outcomes remembered: a first ask that comes twice is answered from here, and nothing is sent again. */
const REMEMBERED = 10_000;

export interface PlacingPorts {
  readonly account: AccountId;
  readonly venue: AccountAtVenue;
  readonly clock: Clock;
  readonly marketNow: () => Timestamp;
  readonly chance: () => number;
  /** False once another process may have the account: nothing is sent or sent again. */
  holds(): boolean;
  /** Age at which the venue refuses a signed request; where it knows none, long enough for any answer to be final. */
  readonly deadlineMs: number;
  /** A report learned by asking, not from the stream. */
  report(report: OrderReport): void;
  /** An order of unknown fate was found, or one that the venue has forgotten: its fills may have been missed. */
  found(): void;
}

export interface PlacingCounts {
  placed: number;
  cancelled: number;
  refused: number;
  unknown: number;
  inFlight: number;
}

export const placer = (ports: PlacingPorts) => {
  const { account, venue, clock, marketNow, chance, report } = ports;
  const finalAfterMs = ports.deadlineMs + MARGIN_MS;
  const counts: PlacingCounts = { placed: 0, cancelled: 0, refused: 0, unknown: 0, inFlight: 0 };
  /** Under way by id, so that a second ask joins the first instead of sending again. */
  const underWay = new Map<ClientOrderId, Promise<Placed>>();
  const outcomes = new Map<ClientOrderId, Placed>();
  let stopped = false;

  const remember = (order: ClientOrderId, outcome: Placed): void => {
    outcomes.set(order, outcome);
    if (outcomes.size <= REMEMBERED) return;
    for (const [oldest] of outcomes) {
      outcomes.delete(oldest);
      return;
    }
  };

  const pause = (attempt: number, least = 0): Promise<void> =>
    new Promise((resolve) => {
      clock.after(Math.max(least, chance() * Math.min(PAUSE_MAX_MS, 100 * 2 ** attempt)), resolve);
    });

  /** Until the venue has told, or cannot get the order any more. `sentBefore`: the latest moment, monotonic, at which it may have been signed. */
  const ask = async (order: Order, sentBefore: number): Promise<Placed> => {
    const deadline = sentBefore + finalAfterMs;
    for (let attempt = 0; !stopped; attempt += 1) {
      const askedAt = clock.monotonic();
      const found = await answer(() => venue.find(order.id, order.instrument));
      if (found.ok && found.value !== undefined) {
        report(found.value);
        ports.found();
        return { type: "accepted", at: found.value.at, venueOrderId: found.value.venueOrderId };
      }
      if (found.ok && askedAt > deadline) {
        const left = await traces(order.id, order.instrument, order.at);
        if (left === "none") return { type: "never-arrived", at: order.at };
        // It was there, and the venue has forgotten it: reconciliation books what it traded and closes it.
        if (left === "traded") {
          ports.found();
          return { type: "accepted", at: marketNow() };
        }
      }
      await pause(attempt);
    }
    throw new Error(`stopped while the fate of order ${order.id} was unknown`);
  };

  /** Of an order that the venue does not find: open orders and fills must agree that it was never there. `since` is market time. */
  const traces = async (
    order: ClientOrderId,
    instrument: InstrumentId,
    since: Timestamp,
  ): Promise<"none" | "traded" | "unsure"> => {
    const open = await answer(() => venue.openOrders());
    if (!open.ok || open.value.some((one) => one.order === order)) return "unsure";
    const fills = await answer(() => venue.fills(instrument, Math.max(0, since - LOOK_BACK_MS) as Timestamp));
    if (!fills.ok) return "unsure";
    return fills.value.some((fill) => fill.order === order) ? "traded" : "none";
  };

  const send = async (order: Order): Promise<Placed> => {
    const begun = clock.monotonic();
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await venue.place(order);
      switch (outcome.type) {
        case "accepted":
          counts.placed += 1;
          return { type: "accepted", at: outcome.at, venueOrderId: outcome.venueOrderId };
        case "refused":
          counts.refused += 1;
          return outcome;
        case "unknown":
          counts.unknown += 1;
          return ask(order, clock.monotonic());
        case "not-sent":
          // A wait that the venue asks for may be long: an order of then is none of now.
          if (stopped || !ports.holds() || clock.monotonic() + outcome.retryAfterMs - begun > SEND_FOR_MS)
            return { type: "not-sent", detail: outcome.detail, at: order.at };
          await pause(attempt, outcome.retryAfterMs);
      }
    }
  };

  const place = ({ order, attempt }: Placing): Promise<Placed> => {
    const running = underWay.get(order.id);
    if (running !== undefined) return running;
    const known = attempt > 1 ? undefined : outcomes.get(order.id);
    if (known !== undefined) return Promise.resolve(known);
    counts.inFlight += 1;
    const outcome = (attempt > 1 ? ask(order, clock.monotonic()) : send(order))
      .then((placed) => {
        remember(order.id, placed);
        return placed;
      })
      .finally(() => {
        counts.inFlight -= 1;
        underWay.delete(order.id);
      });
    underWay.set(order.id, outcome);
    return outcome;
  };

  /**
   * A cancel names what should be, so it may be repeated. The venue not knowing the order is no answer while the order
   * itself may still be on its way: not before its own sending has come to an end, and the deadline has passed.
   */
  const cancel = async ({ order, instrument }: Cancelling): Promise<Placed> => {
    await underWay.get(order)?.catch(() => undefined);
    const begun = clock.monotonic();
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await venue.cancel(order, instrument);
      const found =
        outcome.type === "not-sent" ? unanswered : await answer(() => venue.find(order, instrument));
      if (found.ok && found.value !== undefined) {
        report(found.value);
        // Still open: the cancel came before the order itself, or the venue shows what was. It is asked for again.
        if (isClosed(found.value.status)) {
          counts.cancelled += 1;
          return { type: "accepted", at: found.value.at };
        }
      } else if (found.ok && clock.monotonic() > begun + finalAfterMs) {
        const left = await traces(order, instrument, marketNow());
        if (left === "none")
          report({
            account,
            instrument,
            order,
            status: "never-arrived",
            filled: 0n as Quantity,
            at: marketNow(),
          });
        if (left !== "unsure") {
          ports.found();
          return { type: "accepted", at: marketNow() };
        }
      }
      const wait = outcome.type === "not-sent" ? outcome.retryAfterMs : 0;
      if (stopped || !ports.holds() || clock.monotonic() + wait - begun > CANCEL_FOR_MS)
        return { type: "not-sent", detail: "detail" in outcome ? outcome.detail : "", at: marketNow() };
      await pause(attempt, wait);
    }
  };

  return {
    place,
    cancel,
    counts,
    stop: (): void => {
      stopped = true;
    },
  };
};

const unanswered = { ok: false } as const;

type Answered<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

const answer = async <T>(question: () => Promise<T>): Promise<Answered<T>> => {
  try {
    return { ok: true, value: await question() };
  } catch {
    return { ok: false };
  }
};
