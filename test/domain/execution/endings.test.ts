/** How a total ends, restarts, and what is refused: lots of 0.1, at least two of them, at a price of 100 unless it moves. */
import { describe, expect, it } from "vitest";
import { readTerms } from "../../../domain/execution/terms.ts";
import { money } from "../../../domain/values/values.ts";
import { refused } from "../../refused.ts";
import { Street } from "./street.ts";

describe("ends", () => {
  it("refused, after five orders in a row that nobody took", () => {
    const street = new Street({ minutes: 10, slices: 1 });
    street.begin({ side: "buy", quantity: 1 });
    for (let second = 1; second <= 5; second += 1) {
      street.end(street.out[0]!, "blocked", "capital");
      street.to(second);
    }
    expect(street.outcome).toMatchObject({ ending: "refused", orders: 5, filled: 0 });
  });

  it.each([
    ["too small for the venue", { quantity: 0.1 }, "too-small"],
    ["reduce-only and nothing held", { quantity: 1, reduceOnly: true }, "flat"],
  ])("at once when %s", (_name, total, ending) => {
    const street = new Street({});
    street.begin({ side: "sell", ...total });
    expect(street.out).toEqual([]);
    expect(street.outcome.ending).toBe(ending);
  });

  it("flat, when what it closes has gone, and never sells more than is held", () => {
    const street = new Street({ minutes: 10, slices: 2 });
    street.desk.positions[0] = 3;
    street.begin({ side: "sell", quantity: 10, reduceOnly: true });
    expect(street.placed).toEqual(["0:3"]);
    street.fillAll();
    expect(street.outcome).toMatchObject({ ending: "flat", filled: 3 });
  });

  it("cancelled by the strategy, once what is out has ended", () => {
    const street = new Street({ algorithm: "iceberg" });
    street.begin({ side: "buy", quantity: 10 });
    street.execution.cancel(street.desk);
    expect(street.outcome.ending).toBe("cancelled");
    expect(street.execution.active).toBe(true);
    street.fill(street.out[0]!, 0.5);
    street.tell(street.out[0]!, "open", 0);
    for (const { tag } of street.desk.orders()) expect(tag).toBe("part #1");
    street.end(street.out[0]!, "cancelled");
    expect(street.execution.active).toBe(false);
    expect(street.outcome).toMatchObject({ ending: "cancelled", filled: 0.5 });
  });

  it("with its budget spent", () => {
    const street = new Street({ minutes: 1, slices: 1 });
    street.begin({ side: "buy", quantity: 10, budget: 515 });
    // 515 / (100 * 1.03) are 5; nothing is left at 103.
    expect(street.placed).toEqual(["0:5"]);
    street.fillAll(103);
    street.to(60);
    expect(street.outcome).toMatchObject({ ending: "budget", filled: 5 });
  });

  it("waits for a price within its limit, and leaves what it did not get", () => {
    const street = new Street({ minutes: 1, slices: 2 });
    street.begin({ side: "buy", quantity: 10, limit: 99 });
    expect(street.out).toEqual([]);
    street.quote(98.5, 98.8);
    expect(street.out[0]!.request).toMatchObject({
      type: "limit",
      timeInForce: "IOC",
      price: 99,
      quantity: 5,
    });
    street.end(street.out[0]!, "expired");
    street.quote(99.5, 99.6);
    street.to(60);
    expect(street.out).toEqual([]);
    expect(street.outcome).toMatchObject({ ending: "timed-out", filled: 0 });
  });
});

it("takes back what is out when more was filled than an order's end had told", () => {
  const street = new Street({ algorithm: "iceberg", shown: 50 });
  street.begin({ side: "buy", quantity: 4 });
  const first = street.out[0]!;
  street.end(first, "expired");
  street.to(2);
  street.candle(100, 1);
  const second = street.out[0]!;
  street.fill(second, 2);
  const third = street.out[0]!;
  street.desk.positions[0] = 3;
  first.filled = 1;
  street.tell(first, "partial", 100);
  expect(third).toMatchObject({ request: { quantity: 2 }, cancelling: true });
  street.end(third, "cancelled");
  street.fillAll();
  expect(street.outcome).toMatchObject({ ending: "filled", filled: 4 });
});

describe("a restart", () => {
  it("counts what was filled unheard, and goes on with the rest", () => {
    const street = new Street({ minutes: 10, slices: 2 });
    street.begin({ side: "buy", quantity: 10 });
    street.tell(street.out[0]!, "open", 0);
    // Filled and ended while it was away.
    street.out.splice(0);
    street.desk.positions[0] = 5;
    street.restart();
    street.wakeAt = Infinity;
    street.to(300);
    street.candle(100, 1);
    expect(street.placed).toEqual(["0:5", "300:5"]);
  });

  it("an order of which nobody has heard counts as out until it is overdue", () => {
    const street = new Street({ minutes: 10, slices: 1 });
    street.begin({ side: "buy", quantity: 10 });
    street.out.splice(0);
    street.restart();
    street.to(59);
    street.candle(100, 1);
    expect(street.placed).toEqual(["0:10"]);
    street.to(61);
    street.candle(100, 1);
    expect(street.placed).toEqual(["61:10"]);
  });
});

describe("terms", () => {
  it.each([
    [{ algorithm: "twip" }, "execution.algorithm"],
    [{ minutes: 0 }, "execution.minutes"],
    [{ minutes: 1, slices: 61 }, "execution.slices"],
    [{ profile: "1" }, "execution.profile"],
    [{ profile: "0,0" }, "execution.profile"],
    [{ profile: "1,-2" }, "execution.profile"],
    [{ participation: 101 }, "execution.participation"],
    [{ hurry: true }, "execution.hurry"],
  ])("%j is refused by name", (raw, field) => {
    expect(refused(() => readTerms(raw))).toBe(field);
  });

  it("the least notional counts at the price", () => {
    const street = new Street({ minutes: 10, slices: 10 }, { notionalMin: money("250") });
    street.begin({ side: "buy", quantity: 10 });
    street.to(599);
    // 2.5 at 100: due in the third slice and the sixth; the 3 of the ninth leave 1, which goes with them.
    expect(street.placed).toEqual(["120:3", "300:3", "480:4"]);
  });
});
