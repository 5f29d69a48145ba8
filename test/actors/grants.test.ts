/** How a portfolio asks for grants: an entry that lacks several shared limits, told one at a time, comes to have room under all of them. */
import { expect, it } from "vitest";
import { grantWatch } from "../../actors/portfolio/grants.ts";
import type { GrantView } from "../../domain/portfolio/grants.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import { riskDecider, type AskGrant, type Grant } from "../../domain/risk/shared/granting.ts";
import { parseSharedLimits } from "../../domain/risk/shared/shared-limits.ts";
import { format, money, type Timestamp } from "../../domain/values/values.ts";
import type { Wire } from "../../mixins/wire.ts";
import { HandClock } from "../adapters/limits/clock.ts";

const shared = parseSharedLimits({ gross: 1_000, net: 1_000, grantSeconds: 60, portfolios: ["a", "b"] }, [
  "a",
  "b",
])!;

it("remembers each limit that entries lacked for as long as a grant stands", async () => {
  const clock = new HandClock(1_700_000_000_000);
  const risk = riskDecider.initial();
  const now = (): Timestamp => clock.now();
  const tellRisk = (command: Parameters<typeof riskDecider.decide>[1]) => {
    const events = riskDecider.decide(risk, command);
    for (const event of events) riskDecider.evolve(risk, event);
    return events;
  };
  tellRisk({ type: "SetSharedLimits", shared, at: now() });
  let view: GrantView = { version: 0, until: 0, ended: true, amounts: {}, used: {} };
  const wire = {
    ask: (_kind: string, _id: string, _message: string, input: Omit<AskGrant, "type">) =>
      Promise.resolve(
        tellRisk({ type: "AskGrant", ...input }).find((event) => event.type === "Granted")!.grant,
      ),
  } as unknown as Wire;
  const watch = grantWatch(wire, {
    ...{ id: "a", clock, marketNow: now, shared },
    view: () => Promise.resolve({ grant: view }),
    tell: (command) => {
      if (command.type === "TakeGrant") view = { ...view, ...(command.grant satisfies Grant), ended: false };
      if (command.type === "LessenGrant") view = { ...view, amounts: command.amounts };
      return Promise.resolve();
    },
  });
  const has = () => Object.fromEntries(Object.entries(view.amounts).map(([key, one]) => [key, format(one)]));
  const refused = (rule: string) =>
    watch.heard([
      { type: "OrderRefused", rule, asked: money("400"), instrument: "sandbox:BTC/USDT", at: now() },
    ] as unknown as PortfolioEvent[]);

  await clock.pass(2_000);
  // Half of an equal part of the limit.
  expect(has()).toEqual({ gross: "250", net: "250" });
  refused("shared-gross");
  await clock.pass(4_000);
  expect(has()).toEqual({ gross: "440", net: "250" });
  refused("shared-net");
  await clock.pass(4_000);
  expect(has()).toEqual({ gross: "440", net: "440" });
  // Not asked for again: the wish ends with the time of a grant, and the next grant is as small as the first.
  await clock.pass(110_000);
  expect(has()).toEqual({ gross: "250", net: "250" });
  watch.stop();
});
