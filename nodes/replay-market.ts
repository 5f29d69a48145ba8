/** The recorded market that a sandbox's settings name. */
import { Invalid } from "../domain/values/invalid.ts";
import type { ReplayMarket } from "../sandbox/options.ts";
import type { VenueSettings } from "./settings.ts";

/** Undefined where it makes its own. Throws `Invalid` for a moment that cannot be read. */
export const replayMarketOf = ({
  replay,
  symbols,
  from,
  to,
}: NonNullable<VenueSettings["sandbox"]>): ReplayMarket | undefined =>
  replay === undefined
    ? undefined
    : {
        kind: "replay",
        path: replay,
        ...(symbols === undefined ? {} : { symbols }),
        ...at("from", from),
        ...at("to", to),
      };

const at = (field: string, text: string | undefined): Record<string, number> => {
  if (text === undefined) return {};
  const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
  if (!Number.isFinite(ms)) throw new Invalid(field, "a date such as 2021-01-31 or a time in ms", text);
  return { [field]: ms };
};
