/**
 * trend-pullback in single precision and in difference form: all prices are distances to the last close, so that a price of 50,000
 * costs no digits. The plain form of wasm/screen.ts, which equals it bit for bit: each operation is rounded to a single.
 */
import { BLOCK } from "../ground.ts";
import { changed, column, given, GROUP, LANES, placeOf } from "./field.ts";
import type { Screeners } from "./screener.ts";

const single = Math.fround;
/** As the vectors have it, down to the sign of a zero. */
const lesser = (a: number, b: number): number => (b < a ? b : a);
const places = { ...given, ...changed };

export const plainScreener: Screeners = (groups, sellingCost) => {
  const columns = new Float32Array(Object.keys(column).length * BLOCK);
  const state = new Float32Array(groups * GROUP);
  const masks = new Int32Array(state.buffer);
  const cost = single(sellingCost);
  return {
    columns,
    state,
    masks,
    walk(firstGroup, endGroup, begin, end) {
      for (let group = firstGroup; group < endGroup; group += 1)
        for (let lane = 0; lane < LANES; lane += 1)
          walkOne(columns, { state, masks }, group * GROUP + lane, cost, begin, end);
    },
  };
};

const walkOne = (
  columns: Float32Array,
  { state, masks }: { readonly state: Float32Array; readonly masks: Int32Array },
  set: number,
  cost: number,
  begin: number,
  end: number,
): void => {
  const at = (name: keyof typeof places): number => set + places[name] * LANES;
  const of = (name: keyof typeof places): number => state[at(name)]!;
  const put = (name: keyof typeof places, value: number): void => void (state[at(name)] = value);
  for (let t = begin; t < end; t += 1) {
    const row = (name: keyof typeof column): number => columns[placeOf(name) + t]!;
    const average = (
      name: "up" | "down" | "range",
      weight: "strengthWeight" | "rangeWeight",
      x: number,
    ): void => put(name, single(of(name) + single(single(x - of(name)) * of(weight))));
    const wanted = masks[at("wanted")] !== 0;
    const inside = masks[at("held")] !== 0;
    // What is held trades at this candle: in at its open, out at the stop or at an open below it.
    if (wanted) put("quantity", single(single(of("share") * of("equity")) * row("inverse")));
    const out = inside && row("dip") >= of("stop");
    const to = out ? lesser(row("gap"), -of("stop")) : row("change");
    const paid = out ? single(single(to * cost) + row("worth")) : 0;
    const move = single(single(to - (wanted ? row("entry") : 0)) - paid);
    put("equity", single(of("equity") + single(of("quantity") * move)));
    if (out) {
      put("quantity", 0);
      masks[at("trades")]! += 1;
    }
    // Its close is known.
    put("fast", single(single(of("fast") - row("change")) * of("fastKept")));
    put("slow", single(single(of("slow") - row("change")) * of("slowKept")));
    average("up", "strengthWeight", row("rise"));
    average("down", "strengthWeight", row("fall"));
    average("range", "rangeWeight", row("range"));
    const rises = of("fast") > of("slow");
    const calm = of("up") <= single(of("ceiling") * single(of("up") + of("down")));
    const held = inside && !out;
    const enters = rises && calm && !held;
    const far = single(of("distance") * of("range"));
    const followed = lesser(far, single(of("stop") + row("change")));
    put("stop", enters ? far : rises ? followed : -Infinity);
    masks[at("held")] = held || enters ? -1 : 0;
    masks[at("wanted")] = enters ? -1 : 0;
  }
};
