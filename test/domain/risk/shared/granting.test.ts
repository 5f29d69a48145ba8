/** Grants of limits over several portfolios: whatever is lost, repeated, late or restarted, nobody has more than there is. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  reserved,
  riskDecider,
  type AskGrant,
  type Grant,
  type RiskEvent,
  type RiskState,
} from "../../../../domain/risk/shared/granting.ts";
import { parseSharedLimits, type ByLimit } from "../../../../domain/risk/shared/shared-limits.ts";
import { riskView } from "../../../../domain/risk/shared/view.ts";
import { format, money, type Money, type Timestamp } from "../../../../domain/values/values.ts";
import "../../../seed.ts";

const names = ["a", "b", "c"] as const;
const limits = (gross: number, over: readonly string[] = names) =>
  parseSharedLimits({ gross, portfolios: over }, names)!;
const at = (ms: number): Timestamp => ms as Timestamp;
const gross = (amount: number | bigint): ByLimit => ({
  gross: (typeof amount === "bigint" ? amount : money(String(amount))) as Money,
});

class Risk {
  state: RiskState = riskDecider.initial();
  journal: RiskEvent[] = [];
  now = 0;

  constructor(max: number) {
    this.set(max);
  }

  tell(command: Parameters<typeof riskDecider.decide>[1]): readonly RiskEvent[] {
    const events = riskDecider.decide(this.state, command);
    for (const event of events) riskDecider.evolve(this.state, event);
    this.journal.push(...events);
    return events;
  }

  set(max: number, over: readonly string[] = names): void {
    this.tell({ type: "SetSharedLimits", shared: limits(max, over), at: at(this.now) });
  }

  ask(portfolio: string, change: Partial<AskGrant>): Grant {
    const ask = { version: 0, has: {}, used: {}, wants: {}, at: at(this.now), ...change };
    const events = this.tell({ type: "AskGrant", portfolio, ...ask });
    return events.find((event) => event.type === "Granted")!.grant;
  }

  /** From its journal, or from a snapshot of now. */
  restart(snapshot: boolean): void {
    if (snapshot) {
      this.state = riskDecider.load(structuredClone(riskDecider.save(this.state)));
      return;
    }
    this.state = riskDecider.initial();
    for (const event of this.journal) riskDecider.evolve(this.state, event);
  }
}

describe("granting", () => {
  it("keeps an equal part for whoever has not asked yet, and gives the rest to whoever asks", () => {
    const risk = new Risk(900);
    // 900 less 300 for b and 300 for c
    expect(format(risk.ask("a", { wants: gross(1_000) }).amounts["gross"]!)).toBe("300");
    expect(format(risk.ask("b", { wants: gross(50) }).amounts["gross"]!)).toBe("50");
    risk.ask("c", { wants: gross(100) });
    // 900 - 50 - 100; its first grant, 300, counts until it says that it took a later one.
    expect(
      format(risk.ask("a", { version: 1, has: gross(300), wants: gross(1_000) }).amounts["gross"]!),
    ).toBe("750");
    expect(format(risk.ask("c", { version: 1, has: gross(100), wants: gross(500) }).amounts["gross"]!)).toBe(
      "100",
    );
  });

  it("counts what was given up only once it is said, and what is in use always", () => {
    const risk = new Risk(900);
    for (const name of names) risk.ask(name, { wants: gross(300) });
    // A smaller grant on its way frees nothing...
    risk.ask("a", { version: 1, has: gross(300), wants: gross(10) });
    expect(format(risk.ask("b", { version: 1, has: gross(300), wants: gross(600) }).amounts["gross"]!)).toBe(
      "300",
    );
    // ...until a says that it has it; 40 are in use, more than the 10 that it may use.
    risk.ask("a", { version: 2, has: gross(10), used: gross(40), wants: gross(10) });
    expect(format(risk.ask("b", { version: 2, has: gross(300), wants: gross(600) }).amounts["gross"]!)).toBe(
      "560",
    );
  });

  it("frees nothing of a silent portfolio, but of one that is configured no more when its grant has ended", () => {
    const risk = new Risk(900);
    for (const name of names) risk.ask(name, { wants: gross(300) });
    risk.now = 10_000_000;
    const more = { version: 1, has: gross(300), wants: gross(600) };
    expect(format(risk.ask("b", more).amounts["gross"]!)).toBe("300");
    risk.set(900, ["b", "c"]);
    expect(format(risk.ask("b", more).amounts["gross"]!)).toBe("600");
    expect(() => risk.ask("a", {})).toThrow("portfolio: expected one under the shared limits");
  });

  it("grants nothing beyond a lowered limit, and says in its view what is given away", () => {
    const risk = new Risk(900);
    for (const name of names) risk.ask(name, { wants: gross(300) });
    risk.set(500);
    expect(
      format(
        risk.ask("a", { version: 1, has: gross(300), used: gross(250), wants: gross(300) }).amounts["gross"]!,
      ),
    ).toBe("0");
    const [limit] = riskView(risk.state).limits;
    expect([limit!.limit, format(limit!.max), format(limit!.granted)]).toEqual(["gross", "500", "900"]);
    expect(format(limit!.portfolios[0]!.used)).toBe("250");
  });
});

interface Portfolio {
  version: number;
  amounts: bigint;
  used: bigint;
}

const step = fc.record({
  what: fc.constantFrom(
    "ask",
    "reach",
    "lose",
    "repeat",
    "take",
    "enter",
    "leave",
    "give",
    "restart",
    "forget",
  ),
  who: fc.nat(2),
  which: fc.nat(20),
  part: fc.nat(1_000),
});

it("never gives away more than the limit, under any loss, repetition, delay and restart", () => {
  const max = money("1000");
  let granted = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
      const risk = new Risk(1_000);
      const portfolios: Portfolio[] = names.map(() => ({ version: 0, amounts: 0n, used: 0n }));
      const asks: (Partial<AskGrant> & { readonly who: number })[] = [];
      const answers: { readonly who: number; readonly grant: Grant }[] = [];
      for (const { what, who, which, part } of steps) {
        risk.now += part;
        const own = portfolios[who]!;
        const share = (whole: bigint): bigint => (whole * BigInt(part)) / 1_000n;
        const [ask, answer] = [
          asks[which % Math.max(1, asks.length)],
          answers[which % Math.max(1, answers.length)],
        ];
        if (what === "ask")
          asks.push({
            ...{ who, version: own.version, at: at(risk.now) },
            ...{ has: gross(own.amounts), used: gross(own.used), wants: gross(share(max)) },
          });
        else if (what === "reach" && ask !== undefined) {
          asks.splice(asks.indexOf(ask), 1);
          answers.push({ who: ask.who, grant: risk.ask(names[ask.who]!, ask) });
        } else if (what === "repeat" && ask !== undefined) {
          answers.push({ who: ask.who, grant: risk.ask(names[ask.who]!, ask) });
        } else if (what === "lose") {
          if (part % 2 === 0) asks.splice(which, 1);
          else answers.splice(which, 1);
        } else if (what === "take" && answer !== undefined) {
          const taker = portfolios[answer.who]!;
          if (answer.grant.version > taker.version) {
            taker.version = answer.grant.version;
            taker.amounts = answer.grant.amounts["gross"]!;
            granted += 1;
          }
        } else if (what === "enter") own.used += share(own.amounts > own.used ? own.amounts - own.used : 0n);
        else if (what === "leave") own.used -= share(own.used);
        else if (what === "give") {
          const kept = share(own.amounts);
          own.amounts = kept > own.used ? kept : own.used < own.amounts ? own.used : own.amounts;
        } else if (what === "restart") risk.restart(part % 2 === 0);
        // Its own journal is gone: it begins with nothing, though the venue still holds what it held.
        else if (what === "forget" && part > 900) Object.assign(own, { version: 0, amounts: 0n });

        let [has, kept, used] = [0n, 0n, 0n];
        for (const [k, portfolio] of portfolios.entries()) {
          const counted = reserved(risk.state, names[k]!, "gross");
          expect(counted >= portfolio.amounts).toBe(true);
          has += portfolio.amounts;
          kept += counted;
          used += portfolio.used;
        }
        expect(has <= max).toBe(true);
        expect(kept <= max).toBe(true);
        expect(used <= max).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
  expect(granted).toBeGreaterThan(100);
});

describe("shared limits, as they are read", () => {
  const read = (raw: object) => () => parseSharedLimits(raw, ["a", "b"]);
  it.each<[object, string]>([
    [{ grossMax: 1 }, "sharedLimits.grossMax: expected one of"],
    [{ quote: "USDT" }, "sharedLimits: expected a limit"],
    [{ gross: 0 }, "sharedLimits.gross: expected a decimal above 0"],
    [{ gross: 1, net: 2 }, "sharedLimits.net: expected at most gross"],
    [{ gross: 5, assets: { BTC: 6 } }, "sharedLimits.assets.BTC: expected at most gross"],
    [{ net: 5, assets: { BTC: 6 } }, "sharedLimits.assets.BTC: expected at most net"],
    [{ gross: 5, venues: { sandbox: "x" } }, "sharedLimits.venues.sandbox: expected"],
    [{ gross: 5, venues: { binance: 6 } }, "sharedLimits.venues.binance: expected at most gross"],
    [{ gross: 5, portfolios: ["c"] }, "sharedLimits.portfolios.0: expected one of a, b"],
    [{ gross: 5, portfolios: ["a", "a"] }, "sharedLimits.portfolios.1: expected a name used once"],
    [{ gross: 5, grantSeconds: 1 }, "sharedLimits.grantSeconds: expected a number from 5"],
  ])("%j is refused", (raw, message) => {
    expect(read(raw)).toThrow(message);
  });

  it("nothing said is nothing shared", () => {
    expect(parseSharedLimits({}, ["a"])).toBeUndefined();
    expect(parseSharedLimits({ gross: 5 }, ["a", "b"])).toMatchObject({
      portfolios: ["a", "b"],
      grantMs: 60_000,
    });
  });
});
