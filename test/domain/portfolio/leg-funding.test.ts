/** Funding of a contract in hedge mode: the venue tells one sum of it, and it is booked on who holds its legs, to the last unit, once. */
import { expect, it } from "vitest";
import { legOfContract, type LegName } from "../../../domain/market/instrument.ts";
import type { PortfolioCommand } from "../../../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../../../domain/portfolio/events.ts";
import { portfolioView } from "../../../domain/portfolio/view.ts";
import { decimal, format, money, price, type InstrumentId } from "../../../domain/values/values.ts";
import { fillAll } from "./planned.ts";
import { Turns } from "./turns.ts";
import { ACCOUNT, aim, instrument, mark, of, time } from "./words.ts";

const CONTRACT = "sandbox:BTC/USDT:USDT" as InstrumentId;
const leg = (name: LegName): InstrumentId => `${CONTRACT}#${name}` as InstrumentId;

/** `a` is long 20 at 100, `b` short 10 and long 5. */
const held = (): Turns => {
  const turns = new Turns({});
  const spot = instrument("BTC/USDT");
  const contract = {
    ...{ ...spot, id: CONTRACT, symbol: "BTC/USDT:USDT" },
    ...{ takerBps: 0, makerBps: 0, leverage: 5 },
  };
  turns
    .open({ USDT: "10000" }, legOfContract(contract, "long"), legOfContract(contract, "short"))
    .allot("a", "2000")
    .allot("b", "1000");
  const marks = { [leg("long")]: mark("100"), [leg("short")]: mark("100") };
  turns.propose("a", [aim(1, leg("long"))], marks);
  turns.propose("b", [aim(-1, leg("short")), aim(0.5, leg("long"))], marks);
  fillAll(turns, marks);
  return turns;
};

const funding = (amount: string | undefined, at: number): PortfolioCommand => ({
  type: "RecordCarry",
  account: ACCOUNT,
  ...{ carry: "funding", instrument: CONTRACT, mark: price("100"), rate: decimal("0.001") },
  ...(amount === undefined ? {} : { amount: money(amount) }),
  at: time(at),
});
const paid = (events: readonly PortfolioEvent[]) =>
  of(events, "CarryPaid").map((event) => [
    event.instrument,
    Object.fromEntries(event.payments.map(({ strategy, amount }) => [strategy, format(amount)])),
  ]);

it("is shared over the legs that are held: longs pay, shorts receive", () => {
  const turns = held();
  const before = portfolioView(turns.state).equity["USDT"]!;
  // -2 of a, -0.5 and +1 of b: 1.5 in all.
  expect(paid(turns.turn(funding("-1.5", 5_000)))).toEqual([
    [leg("long"), { a: "-2", b: "-0.5" }],
    [leg("short"), { b: "1" }],
  ]);
  expect(format(portfolioView(turns.state).equity["USDT"]! - before)).toBe("-1.5");
  // Told again, and under a leg's own name, it changes nothing.
  expect(turns.turn(funding("-1.5", 5_000))).toEqual([]);
  expect(paid(turns.turn(funding("-1.5", 9_000)))).toHaveLength(2);
});

it("what the venue paid beyond that is nobody's, once", () => {
  const turns = held();
  expect(paid(turns.turn(funding("-1.2", 5_000)))).toEqual([
    [leg("long"), { a: "-2", b: "-0.5" }],
    [leg("short"), { b: "1", unallocated: "0.3" }],
  ]);
});

it("for legs that are closed again it is unallocated, and stays taken when they are opened anew", () => {
  const turns = held();
  const marks = { [leg("long")]: mark("100"), [leg("short")]: mark("100") };
  turns.propose("a", [aim(0, leg("long"))], marks);
  turns.propose("b", [aim(0, leg("short")), aim(0, leg("long"))], marks);
  fillAll(turns, marks);
  expect(paid(turns.turn(funding("-1.5", 5_000)))).toEqual([[CONTRACT, { unallocated: "-1.5" }]]);
  turns.propose("a", [aim(1, leg("long"))], marks);
  fillAll(turns, marks);
  expect(turns.turn(funding("-1.5", 5_000))).toEqual([]);
});
