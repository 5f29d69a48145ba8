/** What assets are worth in one of them, by the middles of the books at hand: directly, or over one asset between. */
import type { Asset } from "../../domain/values/values.ts";

interface Priced {
  readonly instrument: { readonly base: Asset; readonly quote: Asset };
}

/** Units of `home` for one of `asset`; NaN where no book tells. `middleOf`: of a lane, NaN where it has none. */
export const worthOf = <L extends Priced>(
  asset: Asset,
  home: Asset,
  lanes: readonly L[],
  middleOf: (lane: L) => number,
): number => {
  if (asset === home) return 1;
  let over = NaN;
  for (const lane of lanes) {
    const { base, quote } = lane.instrument;
    const middle = middleOf(lane);
    if (base !== asset || Number.isNaN(middle)) continue;
    if (quote === home) return middle;
    const between = lanes.find((one) => one.instrument.base === quote && one.instrument.quote === home);
    if (between !== undefined) over = middle * middleOf(between);
  }
  return over;
};
