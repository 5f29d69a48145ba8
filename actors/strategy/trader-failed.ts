/** A trader that throws at news of its orders: the news is set aside, with why. */
import type { Standing } from "../../contracts/strategy.ts";
import type { StrategyId } from "../../domain/values/values.ts";
import { setAside, textOf } from "../../mixins/dead-letter.ts";
import type { Wire } from "../../mixins/wire.ts";

export const traderFailed = (wire: Wire, id: StrategyId, told: Standing, error: unknown): void =>
  setAside(wire, {
    reason: "broken",
    error: textOf(error),
    attempts: 1,
    from: `strategy.${id}`,
    to: { kind: "strategy", id, message: "updated", mode: "command" },
    input: told,
    trace: { strategy: id, journal: told.version },
    money: false,
  });
