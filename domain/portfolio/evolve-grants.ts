/** Grants of limits shared with other portfolios, into state. */
import type { PortfolioEventOf } from "./events.ts";
import type { GrantEvent } from "./grant-events.ts";
import type { PortfolioState } from "./state.ts";

type Handlers = {
  readonly [T in GrantEvent["type"]]: (state: PortfolioState, event: PortfolioEventOf<T>) => void;
};

export const grantHandlers: Handlers = {
  GrantTaken: (state, { grant }) => void (state.grant = { ...grant, ended: false }),
  GrantLessened: (state, { amounts }) => {
    if (state.grant !== undefined) state.grant = { ...state.grant, amounts };
  },
  GrantEnded: (state) => {
    if (state.grant !== undefined) state.grant = { ...state.grant, ended: true };
  },
};
