/** Limits that people changed, or asked to raise, into state. */
import { evolveRaises, type RaiseEvent } from "../risk/raises.ts";
import type { PortfolioEventOf } from "./events.ts";
import type { PortfolioState } from "./state.ts";

type Type = RaiseEvent["type"] | "LimitsChanged";
type Handlers = { readonly [T in Type]: (state: PortfolioState, event: PortfolioEventOf<T>) => void };

const raise = (state: PortfolioState, event: RaiseEvent): void => evolveRaises(state.raises, event);

export const raiseHandlers: Handlers = {
  LimitRaiseAsked: raise,
  LimitRaiseApproved: raise,
  LimitRaiseRefused: raise,
  LimitRaiseEnded: raise,
  LimitsChanged: (state, { limits, risk }) => {
    const { rules } = state;
    if (rules === undefined) return;
    state.configured ??= rules.limits;
    state.rules = { ...rules, limits };
    if (risk === undefined) return;
    if (state.configuredRisk === undefined && rules.risk !== undefined) state.configuredRisk = rules.risk;
    state.rules = { ...state.rules, risk };
    state.risk?.under(risk);
  },
};
