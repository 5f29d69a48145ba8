/**
 * A plan drawn from its seed: which faults come together, and how hard, so that one number names a whole bad day. What
 * the plan names itself stays as it is. All of it can be survived: nothing lasts longer than some seconds.
 */
import { Chance } from "../../domain/values/chance.ts";
import type { FaultPlan } from "./plan.ts";

type Drawn = { -readonly [field in keyof FaultPlan]: FaultPlan[field] };
type Draw = (chance: Chance, mix: number) => Drawn;

const pick = <T>(chance: Chance, ...of: readonly T[]): T => of[chance.integer(of.length)]!;
const upTo = (chance: Chance, most: number): number => Math.round(chance.next() * most * 1_000) / 1_000;
const ms = (chance: Chance, most: number): number => chance.integer(most + 1);

/** One kind of fault each; every one has its own chance, so that a new kind changes no other. */
const kinds: Readonly<Record<string, Draw>> = {
  slow: (chance) => ({ latencyMs: [0, ms(chance, 800)] }),
  errors: (chance, mix) => ({ errorRatio: upTo(chance, mix) }),
  errorsAfter: (chance, mix) => ({ errorAfterRatio: upTo(chance, mix) }),
  errorStatus: (chance) => ({ errorStatus: pick(chance, 500, 502, 503, 504) }),
  limited: (chance) => ({ limitForMs: ms(chance, 2_000), limitStatus: pick(chance, 418, 429) }),
  lost: (chance, mix) => ({ loseRatio: upTo(chance, mix) }),
  garbled: (chance, mix) => ({
    garbleRatio: upTo(chance, mix),
    garble: pick(chance, "html" as const, "cut" as const, "empty" as const),
    garbleStatus: pick(chance, 200, 403, 502),
  }),
  maintenance: (chance) => ({ maintenanceForMs: ms(chance, 2_000) }),
  streamLoss: (chance, mix) => ({ streamLossRatio: upTo(chance, mix) }),
  streamRepeat: (chance, mix) => ({ streamRepeatRatio: upTo(chance, mix) }),
  streamSwap: (chance, mix) => ({ streamSwapRatio: upTo(chance, mix) }),
  streamDelay: (chance) => ({ streamDelayMs: [0, ms(chance, 1_000)] }),
  userLoss: (chance, mix) => ({ userLossRatio: upTo(chance, mix) }),
  userRepeat: (chance, mix) => ({ userRepeatRatio: upTo(chance, mix) }),
  userSwap: (chance, mix) => ({ userSwapRatio: upTo(chance, mix) }),
  userDelay: (chance) => ({ userDelayMs: [0, ms(chance, 3_000)] }),
  skew: (chance) => ({ clockSkewMs: ms(chance, 60_000) - 30_000 }),
  drift: (chance) => ({ clockDriftMsPerSec: ms(chance, 600) - 300 }),
  fillsLag: (chance) => ({ fillsLagMs: ms(chance, 60_000) }),
};

export const mixed = (plan: FaultPlan): FaultPlan => {
  const { seed = 1, mix = 0 } = plan;
  const drawn: Drawn = {};
  if (mix > 0)
    for (const [kind, draw] of Object.entries(kinds)) {
      const chance = new Chance(`${seed}/${kind}`);
      if (chance.next() < mix) Object.assign(drawn, draw(chance, mix));
    }
  return { ...drawn, ...plan };
};
