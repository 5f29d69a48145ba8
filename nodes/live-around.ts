/** What stands around a configured strategy, live and in a replay: each part is a field of it in the configuration. */
import type { FollowedFile } from "../adapters/predictions/followed-file.ts";
import { expectUnsized, parseWork } from "../domain/execution/work.ts";
import { workedBy } from "../domain/execution/worked.ts";
import { parseRiskPlan } from "../domain/risk/plan.ts";
import type { Needs, Params, Strategy } from "../domain/strategy/strategy.ts";
import { checkGuide, guidedLive } from "./live-guide.ts";
import type { Settings, StrategySettings } from "./settings.ts";

type Around = Pick<StrategySettings, "guide" | "predictions" | "execution">;

/** `i`: which strategy of the configuration. Throws `Invalid`. */
export const checkAround = ({ strategies, portfolios }: Settings, i: number, runsHere: boolean): void => {
  const around = strategies[i]!;
  const field = `strategies.${i}`;
  checkGuide(around, field, runsHere);
  if (around.execution === undefined) return;
  parseWork(around.execution, `${field}.execution`);
  const plan = parseRiskPlan(portfolios[around.portfolio]!.risk, `portfolios.${around.portfolio}.risk`);
  expectUnsized(plan, around.execution, `${field}.execution`);
};

/** The strategy itself where nothing stands around it. */
export const aroundLive = (
  strategy: Strategy,
  around: Around,
  field: string,
  ports: Pick<FollowedFile, "clock" | "tell">,
): Strategy => workedLive(guidedLive(strategy, around, field, ports), around, field);

/** What it needs to hear, for which nothing is opened. */
export const needsAround = (strategy: Strategy, around: Around, field: string, params: Params): Needs =>
  workedLive(strategy, around, field).needs(params);

const workedLive = (strategy: Strategy, { execution }: Around, field: string): Strategy =>
  execution === undefined ? strategy : workedBy(strategy, parseWork(execution, `${field}.execution`));
