/** An order is sent at most once, whatever the venue answers; "not found" is believed only when it is final. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placer } from "../../actors/execution/placing.ts";
import type { AccountAtVenue, Outcome } from "../../adapters/venue/venue.ts";
import type { Fill, Order, OrderReport } from "../../domain/order/order.ts";
import type { Asset, ClientOrderId, Money, Timestamp } from "../../domain/values/values.ts";
import { BTC, jumping, order, reported } from "./one-order.ts";

/** A venue's account as the port describes it, answering by script: each list is used up, its last answer stays. */
class Scripted implements AccountAtVenue {
  sent: string[] = [];
  asked = 0;
  placeAnswers: Outcome[] = [{ type: "accepted", venueOrderId: "7", at: 6_000 as Timestamp }];
  findAnswers: (OrderReport | undefined | "error")[] = [undefined];
  open: OrderReport[] = [];
  filled: Fill[] = [];
  place(placed: Order): Promise<Outcome> {
    this.sent.push(placed.id);
    return Promise.resolve(next(this.placeAnswers));
  }
  cancel(id: ClientOrderId): Promise<Outcome> {
    this.sent.push(`cancel ${id}`);
    return Promise.resolve({ type: "accepted", venueOrderId: "7", at: 6_000 as Timestamp });
  }
  find(): Promise<OrderReport | undefined> {
    this.asked += 1;
    const found = next(this.findAnswers);
    return found === "error" ? Promise.reject(new Error("venue is down")) : Promise.resolve(found);
  }
  openOrders = (): Promise<readonly OrderReport[]> => Promise.resolve(this.open);
  fills = (): Promise<readonly Fill[]> => Promise.resolve(this.filled);
  balances = (): Promise<ReadonlyMap<Asset, Money>> => Promise.resolve(new Map<Asset, Money>());
  watch = (): Promise<void> => Promise.resolve();
  health = (): readonly never[] => [];
  clockOffMs = (): number => 0;
  close = (): Promise<void> => Promise.resolve();
}
const next = <T>(answers: T[]): T => (answers.length > 1 ? answers.shift()! : answers[0]!);

const given = (change: (venue: Scripted) => void) => {
  const venue = new Scripted();
  change(venue);
  const clock = jumping();
  const begun = clock.now();
  const reports: OrderReport[] = [];
  const work = placer({
    account: order.account,
    venue,
    clock,
    marketNow: () => 9_000 as Timestamp,
    chance: () => 0.5,
    holds: () => true,
    deadlineMs: 1_000,
    report: (one) => reports.push(one),
    found: () => reports.push("found" as never),
  });
  return { venue, reports, work, waited: () => clock.now() - begun };
};
const unknown: Outcome = { type: "unknown", detail: "time-out" };
const notSent = { type: "not-sent", detail: "breaker", retryAfterMs: 100 } as const;

describe("placing", () => {
  it("tells what the venue answers", async () => {
    const { work, venue } = given(() => undefined);
    expect(await work.place({ order, attempt: 1 })).toEqual({
      type: "accepted",
      at: 6_000,
      venueOrderId: "7",
    });
    expect(venue.sent).toEqual(["a1"]);
  });

  it("passes on a refusal", async () => {
    const at = 1 as Timestamp;
    const refused: Outcome = { type: "refused", reason: "insufficient-balance", detail: "-2010", at };
    expect(
      await given((venue) => (venue.placeAnswers = [refused])).work.place({ order, attempt: 1 }),
    ).toEqual(refused);
  });

  it("sends later what never left us, and the same id", async () => {
    const { work, venue } = given((one) => (one.placeAnswers = [notSent, notSent, ...one.placeAnswers]));
    expect((await work.place({ order, attempt: 1 })).type).toBe("accepted");
    expect(venue.sent).toEqual(["a1", "a1", "a1"]);
  });

  it("gives up what cannot leave us, and says so", async () => {
    expect(
      (await given((one) => (one.placeAnswers = [notSent])).work.place({ order, attempt: 1 })).type,
    ).toBe("not-sent");
  });

  it("does not send an order late: where the venue wants a longer wait it is given up at once", async () => {
    const banned: Outcome = { ...notSent, retryAfterMs: 120_000 };
    const { work, venue, waited } = given((one) => (one.placeAnswers = [banned, ...one.placeAnswers]));
    expect((await work.place({ order, attempt: 1 })).type).toBe("not-sent");
    expect(venue.sent).toEqual(["a1"]);
    expect(waited()).toBe(0);
  });

  it("asks after an unknown outcome, through errors, and never sends again", async () => {
    const { work, venue, reports } = given((one) => {
      one.placeAnswers = [unknown];
      one.findAnswers = ["error", undefined, "error", reported("open")];
    });
    expect(await work.place({ order, attempt: 1 })).toMatchObject({ type: "accepted", venueOrderId: "7" });
    expect(venue.sent).toEqual(["a1"]);
    expect(reports).toEqual([reported("open"), "found"]);
  });

  it("believes that an order never arrived only past window and margin, when order, open orders and fills agree", async () => {
    const { work, venue, waited } = given((one) => (one.placeAnswers = [unknown]));
    expect(await work.place({ order, attempt: 1 })).toEqual({ type: "never-arrived", at: 5_000 });
    expect(waited()).toBeGreaterThan(3_000); // 1,000 ms window + 2,000 ms margin.
    expect(venue.sent).toEqual(["a1"]);
  });

  it("asks on while the open orders say otherwise", async () => {
    const { work } = given((one) => {
      one.placeAnswers = [unknown];
      one.findAnswers = [...Array.from({ length: 30 }, () => undefined), reported("filled")];
      one.open = [reported("open")];
    });
    expect((await work.place({ order, attempt: 1 })).type).toBe("accepted");
  });

  it("an order that the venue has forgotten and that has traded was taken: reconciliation goes on with it", async () => {
    const { work, venue, reports, waited } = given((one) => {
      one.placeAnswers = [unknown];
      one.filled = [{ order: order.id } as Fill];
    });
    expect((await work.place({ order, attempt: 1 })).type).toBe("accepted");
    expect(waited()).toBeGreaterThan(3_000);
    expect((await work.cancel({ order: order.id, instrument: BTC })).type).toBe("accepted");
    expect(venue.sent.filter((sent) => sent === "a1")).toHaveLength(1);
    expect(reports).toEqual(["found", "found"]);
  });

  it("asks first when the order may have been sent before, and never sends it", async () => {
    const { work, venue } = given((one) => (one.findAnswers = [undefined, reported("filled")]));
    expect((await work.place({ order, attempt: 2 })).type).toBe("accepted");
    expect(venue.sent).toEqual([]);
  });

  it("joins a second ask with the first", async () => {
    const { work, venue } = given((one) => {
      one.placeAnswers = [unknown];
      one.findAnswers = [undefined, undefined, reported("open")];
    });
    const both = await Promise.all([
      work.place({ order, attempt: 1 }),
      work.place({ order, attempt: 2 }),
      work.place({ order, attempt: 1 }),
    ]);
    expect(both.map(({ type }) => type)).toEqual(["accepted", "accepted", "accepted"]);
    expect(venue.sent).toEqual(["a1"]);
  });

  it("answers a first ask that comes again, however late, from memory, and sends nothing", async () => {
    for (const [placeAnswers, type] of [
      [[{ type: "accepted", venueOrderId: "7", at: 6_000 as Timestamp }], "accepted"],
      [[{ type: "refused", reason: "other", detail: "", at: 6_000 as Timestamp }], "refused"],
    ] as const) {
      const { work, venue } = given((one) => (one.placeAnswers = [...placeAnswers] as Outcome[]));
      const first = await work.place({ order, attempt: 1 });
      expect(first.type).toBe(type);
      expect(await work.place({ order, attempt: 1 })).toEqual(first);
      expect(venue.sent).toEqual(["a1"]);
    }
  });

  it("a cancel waits for the sending, and does not take an early 'unknown order' for an answer", async () => {
    const { work, venue, reports, waited } = given((one) => {
      one.placeAnswers = [unknown];
      one.findAnswers = [undefined, reported("open"), reported("cancelled")];
    });
    const placed = work.place({ order, attempt: 1 });
    expect((await work.cancel({ order: order.id, instrument: BTC })).type).toBe("accepted");
    expect((await placed).type).toBe("accepted");
    expect(venue.sent).toEqual(["a1", "cancel a1"]);
    expect(reports.map((one) => one.status)).toEqual(["open", undefined, "cancelled"]);
    const gone = given(() => undefined);
    expect((await gone.work.cancel({ order: order.id, instrument: BTC })).type).toBe("accepted");
    expect(gone.waited()).toBeGreaterThan(3_000);
    expect(gone.reports).toMatchObject([{ status: "never-arrived" }, "found"]);
    expect(waited()).toBeLessThan(3_000);
  });

  it("whatever the venue answers, in any order: sent once, or again only after it never left us", async () => {
    const outcome = fc.constantFrom<Outcome>(
      unknown,
      notSent,
      { type: "accepted", venueOrderId: "7", at: 1 as Timestamp },
      { type: "refused", reason: "other", detail: "", at: 1 as Timestamp },
    );
    const found = fc.constantFrom<OrderReport | undefined | "error">(undefined, "error", reported("open"));
    await fc.assert(
      fc.asyncProperty(
        fc.array(outcome, { minLength: 1, maxLength: 5 }),
        fc.array(found, { maxLength: 5 }),
        async (places, finds) => {
          const { work, venue } = given((one) => {
            one.placeAnswers = [...places];
            one.findAnswers = [...finds, undefined];
          });
          await work.place({ order, attempt: 1 });
          const leftUs = places.findIndex(({ type }) => type !== "not-sent");
          if (leftUs >= 0) expect(venue.sent.length).toBe(leftUs + 1);
        },
      ),
      { numRuns: 60 },
    );
  });
});
