/** Market data before a slow actor: nothing of it is lost below the bound, quotes give way, what is beyond is counted. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Concurrent } from "../../mixins/concurrent.ts";
import { Activity } from "../../mixins/activity.ts";
import { Mailbox } from "../../mixins/mailbox.ts";
import type { Batch } from "../../mixins/market-codec.ts";
import { MarketInbox } from "../../mixins/market-inbox.ts";

const trade = (id: number): Batch["trades"][number] =>
  ({ id, at: id, price: 1, quantity: 1, side: "buy" }) as unknown as Batch["trades"][number];
const quote = (n: number): NonNullable<Batch["quote"]> => ({ bid: n }) as never;
const batch = (ids: readonly number[], more: Partial<Batch> = {}): Batch => ({
  trades: ids.map(trade),
  at: 0 as never,
  ...more,
});

/** An actor whose first turn lasts until `open` is called. */
const slow = (options: { tradesMax?: number; depthMax?: number } = {}) => {
  const mailbox = new Mailbox(options.depthMax === undefined ? {} : { depthMax: options.depthMax });
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const heard: Batch[] = [];
  let drops = 0;
  const inbox = new MarketInbox<Batch>({
    mailbox,
    handle: (one) => {
      heard.push(one);
      return one.trades[0]?.id === 0 ? gate : undefined;
    },
    onLost: () => {
      drops += 1;
      heard.push({ trades: [], at: -1 as never });
    },
    ...(options.tradesMax === undefined ? {} : { tradesMax: options.tradesMax }),
  });
  return { mailbox, inbox, heard, open: () => (open(), mailbox.drained()), drops: () => drops };
};

const idsOf = (heard: readonly Batch[]): number[] =>
  heard.flatMap(({ trades }) => trades.map(({ id }) => id));

describe("a market inbox", () => {
  it("hands each batch over as it is while the actor keeps up", () => {
    const mailbox = new Mailbox();
    const heard: Batch[] = [];
    const inbox = new MarketInbox<Batch>({ mailbox, handle: (one) => heard.push(one) });
    const sent = [batch([1]), batch([2], { quote: quote(1) }), batch([], { quote: quote(2) })];
    for (const one of sent) inbox.take(one);
    expect(heard.every((one, i) => one === sent[i])).toBe(true);
    expect(mailbox).toMatchObject({ coalesced: 0, dropped: 0, processed: 3 });
  });

  it("keeps every trade and candle in order, and of quotes the latest, counting the others", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ trades: fc.nat(3), quote: fc.boolean(), candle: fc.boolean() }), {
          maxLength: 60,
        }),
        async (steps) => {
          const { mailbox, inbox, heard, open } = slow();
          inbox.take(batch([0]));
          let id = 0;
          const order: string[] = [];
          let quotes = 0;
          for (const [n, step] of steps.entries()) {
            const ids = Array.from({ length: step.trades }, () => (id += 1));
            order.push(...ids.map(String), ...(step.candle ? [`c${n}`] : []));
            if (step.quote) quotes += 1;
            inbox.take(
              batch(ids, {
                ...(step.quote ? { quote: quote(n) } : {}),
                ...(step.candle ? { candles: [`c${n}`] } : {}),
              }),
            );
          }
          await open();
          const told = heard.slice(1);
          expect(told.flatMap((one) => [...idsOf([one]).map(String), ...(one.candles ?? [])])).toEqual(order);
          expect(told.filter((one) => one.quote !== undefined).length + mailbox.coalesced).toBe(quotes);
          const last = steps.findLastIndex((step) => step.quote);
          if (last >= 0) expect(told.findLast((one) => one.quote !== undefined)!.quote).toEqual(quote(last));
          expect(mailbox.dropped).toBe(0);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("keeps of books the latest too, beside the quote, and counts the others", async () => {
    const { mailbox, inbox, heard, open } = slow();
    const book = (bid: number): Partial<Batch> => ({ book: { at: 0 as never, bids: [[bid, 1]], asks: [] } });
    inbox.take(batch([0]));
    for (const more of [book(1), { quote: quote(7) }, book(2), book(3)]) inbox.take(batch([], more));
    await open();
    expect(heard).toHaveLength(2);
    expect(heard[1]).toMatchObject({ quote: { bid: 7 }, book: { bids: [[3, 1]] } });
    expect(mailbox.coalesced).toBe(2);
  });

  it("grows its batches with the load, and never changes what others hold", async () => {
    const { inbox, heard, open } = slow();
    inbox.take(batch([0]));
    const shared = batch([1]);
    for (const one of [shared, ...Array.from({ length: 999 }, (_, n) => batch([n + 2]))]) inbox.take(one);
    await open();
    expect(shared.trades).toHaveLength(1);
    expect([heard.length, idsOf(heard).length]).toEqual([2, 1_001]);
  });

  it("drops the newest beyond its bound, counts them and tells", async () => {
    const { mailbox, inbox, heard, open, drops } = slow({ tradesMax: 10 });
    inbox.take(batch([0]));
    for (let n = 1; n <= 15; n += 1) inbox.take(batch([n]));
    inbox.take(batch([], { quote: quote(1) }));
    await open();
    expect(idsOf(heard)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect([mailbox.dropped, drops()]).toEqual([5, 1]);
    expect(heard.at(-1)!.quote).toEqual(quote(1));
    inbox.take(batch([16]));
    expect(idsOf(heard).at(-1)).toBe(16);
  });

  it("tells of a loss between the batches it lay between", async () => {
    const { inbox, heard, open } = slow();
    inbox.lost();
    for (const step of [0, 1, 2, "lost", 3, 4, "lost", "lost", 5] as const)
      if (step === "lost") inbox.lost();
      else inbox.take(batch([step]));
    await open();
    const told = heard.map(({ trades, at }) => ((at as number) === -1 ? "lost" : idsOf([{ trades, at }])));
    expect(told).toEqual(["lost", [0], [1, 2], "lost", [3, 4], "lost", [5]]);
  });

  it("tells too when the mailbox itself is full, and joins nothing in lock-step", async () => {
    const { mailbox, inbox, heard, open, drops } = slow({ depthMax: 3 });
    mailbox.activity.lockStep = true;
    for (let n = 0; n < 5; n += 1) inbox.take(batch([n]));
    await open();
    expect([idsOf(heard).length, mailbox.refused, drops(), mailbox.dropped]).toEqual([3, 2, 2, 2]);
  });
});

it("a door takes so many and refuses the next at once", async () => {
  const door = new Concurrent({ activity: new Activity(), depthMax: 2 });
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const under = [door.run(() => gate), door.run(() => gate)];
  await expect(door.run(() => gate)).rejects.toMatchObject({
    type: "MAILBOX_FULL",
    code: 503,
    retryable: true,
  });
  open();
  await Promise.all(under);
  expect(door.mailbox).toMatchObject({ depth: 0, refused: 1, processed: 2 });
});
