/** The gate on time moved by hand: who waits, who is refused, who never is. */
import { describe, expect, it } from "vitest";
import { asked, orders, rig, start, weight } from "./gate-rig.ts";

describe("priorities", () => {
  it("data leaves 40 %, entries 20 %, exits 5 %; a cancel goes and is counted", async () => {
    const { clock, door } = rig();
    const { limits } = door();
    const data = [asked(limits, 60, "data"), asked(limits, 1, "data")];
    const entries = [asked(limits, 20, "entry"), asked(limits, 1, "entry")];
    const exits = [asked(limits, 15, "exit"), asked(limits, 1, "exit")];
    const cancels = [asked(limits, 1, "cancel"), asked(limits, 30, "cancel")];
    await clock.pass(0);
    // The window is full for a minute, longer than anybody may wait.
    expect(data.map(({ state }) => state)).toEqual(["gone", "refused"]);
    expect(entries.map(({ state }) => state)).toEqual(["gone", "refused"]);
    expect(exits.map(({ state }) => state)).toEqual(["gone", "refused"]);
    expect(cancels.map(({ state }) => state)).toEqual(["gone", "gone"]);
    expect(exits[1]!.retryAfterMs).toBe(67_000);
    expect(limits.stats()).toMatchObject({
      usage: [{ key: "weight.test", limit: 100, used: 126 }],
      refused: { cancel: 0, exit: 1, entry: 1, data: 1 },
      fallback: false,
    });
  });

  it("a cancel goes at once, even while the store is silent", async () => {
    const { clock, door } = rig();
    const { limits, store } = door();
    store.state = "silent";
    const cancel = asked(limits, 1, "cancel");
    const exit = asked(limits, 1, "exit");
    await clock.pass(0);
    expect([cancel.state, exit.state]).toEqual(["gone", "waiting"]);
  });
});

describe("waiting", () => {
  it("who may wait long enough goes when there is room, in order, and is counted", async () => {
    const { clock, door } = rig();
    const { limits } = door();
    asked(limits, 8, "entry", orders);
    await clock.pass(7_000);
    // Room again 12 s after the first bucket's begin: an exit may wait 5 s for its 95 %, an entry only 2 s.
    const exits = [asked(limits, 3, "exit", orders), asked(limits, 3, "exit", orders)];
    const entry = asked(limits, 1, "entry", orders);
    await clock.pass(0);
    expect([...exits, entry].map(({ state }) => state)).toEqual(["waiting", "waiting", "refused"]);
    expect(entry.retryAfterMs).toBe(5_000);
    await clock.pass(4_999);
    expect(exits.map(({ state }) => state)).toEqual(["waiting", "waiting"]);
    await clock.pass(1);
    expect(exits.map(({ state }) => state)).toEqual(["gone", "gone"]);
    expect(limits.stats()).toMatchObject({ waited: { exit: 2 }, waitedMs: { exit: 10_000 } });
  });

  it("refuses who waits when it is closed", async () => {
    const { clock, door } = rig();
    const { limits } = door();
    asked(limits, 8, "entry", orders);
    await clock.pass(8_000);
    const exit = asked(limits, 5, "exit", orders);
    await clock.pass(0);
    await limits.close();
    await clock.pass(0);
    expect(exit.state).toBe("refused");
  });
});

describe("what the venue tells", () => {
  it("counts what others on the address spend", async () => {
    const { clock, door } = rig();
    const [one, two] = [door().limits, door().limits];
    asked(one, 10, "data");
    await clock.pass(5_000);
    one.hear(weight, 70, start);
    await clock.pass(0);
    const late = [asked(two, 1, "data"), asked(two, 10, "entry"), asked(two, 1, "entry")];
    await clock.pass(0);
    expect(late.map(({ state }) => state)).toEqual(["refused", "gone", "refused"]);
  });

  it("a wait that the venue wants holds data and entries, in every process; what is urgent may try", async () => {
    const { clock, door } = rig();
    const [one, two] = [door().limits, door().limits];
    one.hold(weight, start + 30_000);
    await clock.pass(0);
    const held = [
      asked(two, 1, "entry"),
      asked(one, 1, "data"),
      asked(two, 1, "exit"),
      asked(two, 1, "cancel"),
    ];
    await clock.pass(0);
    expect(held.map(({ state }) => state)).toEqual(["refused", "refused", "gone", "gone"]);
    expect(held[0]!.retryAfterMs).toBe(30_000);
    await clock.pass(30_000);
    const after = asked(two, 1, "entry");
    await clock.pass(0);
    expect(after.state).toBe("gone");
  });

  it.each(["on", "refuses"] as const)(
    "a venue that shuts us out holds everything, cancels too (the store %s)",
    async (state) => {
      const { clock, door } = rig();
      const { limits, store } = door();
      store.state = state;
      limits.ban(weight, start + 30_000);
      await clock.pass(0);
      const held = (["data", "entry", "exit", "cancel"] as const).map((priority) =>
        asked(limits, 1, priority),
      );
      await clock.pass(0);
      expect(held.map((one) => one.state)).toEqual(Array(4).fill("refused"));
      expect(held.map(({ retryAfterMs }) => retryAfterMs)).toEqual(Array(4).fill(30_000));
      await clock.pass(30_000);
      const after = asked(limits, 1, "cancel");
      await clock.pass(0);
      expect(after.state).toBe("gone");
    },
  );

  it("another process hears of it with its next request, and from then on holds its cancels", async () => {
    const { clock, door } = rig();
    const [one, two] = [door().limits, door().limits];
    one.ban(weight, start + 30_000);
    await clock.pass(0);
    const first = [asked(two, 1, "cancel"), asked(two, 1, "data")];
    await clock.pass(0);
    const second = asked(two, 1, "cancel");
    await clock.pass(0);
    expect([...first, second].map(({ state }) => state)).toEqual(["gone", "refused", "refused"]);
  });
});
