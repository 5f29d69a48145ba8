/** The limits over all portfolios for people and programs: what of each is given away, and to whom. */
import type { Money, Timestamp } from "../../values/values.ts";
import { reserved, sharers, type RiskState } from "./granting.ts";

/** Needs the limits to be set. */
export const riskView = (state: RiskState) => {
  const { quote, limits } = state.shared!;
  const all = [...sharers(state)];
  return {
    quote,
    limits: Object.entries(limits).map(([limit, max]) => {
      const portfolios = all.map((portfolio) => ({
        portfolio,
        granted: reserved(state, portfolio, limit),
        used: state.members.get(portfolio)?.used[limit] ?? (0n as Money),
      }));
      const granted = portfolios.reduce((sum, one) => sum + one.granted, 0n) as Money;
      return { limit, max, granted, portfolios };
    }),
    portfolios: all.map((portfolio) => {
      const {
        version = 0,
        askedAt = 0 as Timestamp,
        until = 0 as Timestamp,
      } = state.members.get(portfolio) ?? {};
      return { portfolio, version, askedAt, until };
    }),
  };
};
