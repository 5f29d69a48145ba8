/** How far our clock may be off: steps of the wall's clock show at once, drift grows, a comparison ends both. */
import { expect, it } from "vitest";
import { ClockCheck } from "../../../adapters/venue/clock-check.ts";
import type { Clock } from "../../../adapters/clock/clock.ts";
import { systemClock } from "../../../adapters/clock/clock.ts";
import type { Timestamp } from "../../../domain/values/values.ts";
import { eventually } from "../../servers.ts";
import { startRig } from "./rig.ts";

const hand = () => {
  const time = { wall: 1_000_000, monotonic: 5_000 };
  const clock: Clock = {
    now: () => time.wall as Timestamp,
    monotonic: () => time.monotonic,
    after: () => () => undefined,
  };
  const pass = (ms: number): void => {
    time.wall += ms;
    time.monotonic += ms;
  };
  return { time, clock, pass };
};

it("tells steps in both directions at once, and drift in the long run", () => {
  const { time, clock, pass } = hand();
  const check = new ClockCheck(clock);
  pass(3_600_000);
  expect(check.offMs()).toBe(0);
  check.done();
  pass(60_000);
  expect(check.offMs()).toBe(3);
  pass(10_740_000);
  // Three hours: half a second.
  expect(check.offMs()).toBe(540);
  check.done();
  time.wall += 3_000;
  expect(check.offMs()).toBe(2_998);
  time.wall -= 6_000;
  expect(check.offMs()).toBe(2_998);
  check.done();
  expect(check.offMs()).toBe(0);
});

it("a clock that is stepped is compared with the venue's again, and off no more", async () => {
  let stepMs = 0;
  const clock: Clock = { ...systemClock, now: () => (Date.now() + stepMs) as Timestamp };
  const rig = await startRig();
  try {
    const account = rig.account({}, {}, { clock });
    await account.balances();
    expect(account.clockOffMs()).toBeLessThan(100);
    stepMs = 4_000;
    expect(account.clockOffMs()).toBeGreaterThan(3_900);
    await eventually("compared again", () => account.clockOffMs() < 100);
    expect(Math.abs(account.clockOffsetMs() + 4_000)).toBeLessThan(200);
  } finally {
    await rig.stop();
  }
});
