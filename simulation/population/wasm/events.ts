/**
 * What happens now and then to a set, in WebAssembly: a point of the equity, a purchase, a sale. The numbers are those of plain-walk.ts,
 * by the same IEEE operations in the same order. A set is named by the address at which its row of the state begins.
 */
import { field as places } from "../field.ts";
import { BLOCK } from "../ground.ts";
import {
  block,
  call,
  type Code,
  f64,
  get,
  i32,
  leave,
  leaveWhen,
  loop,
  sequence,
  set,
  when,
} from "./code.ts";
import type { Func } from "./module.ts";

export const BYTES = 8;
/** Where things stand in memory, in bytes; the state follows the series. */
export const memory = {
  takerFee: 0,
  worstFee: 8,
  buyFactor: 16,
  sellFactor: 24,
  span: 32,
  at: 64,
  open: 64 + BLOCK * BYTES,
  low: 64 + 2 * BLOCK * BYTES,
  close: 64 + 3 * BLOCK * BYTES,
  series: 64 + 4 * BLOCK * BYTES,
} as const;

const COLLAR = 1.02;
const offset = (name: keyof typeof places): number => places[name] * BYTES;
const at0: Code = i32.of(0);

/** A number of the set whose row begins at `row`. */
export const of = (row: Code, name: keyof typeof places): Code => f64.load(row, offset(name));
export const put = (row: Code, name: keyof typeof places, value: Code): Code =>
  f64.store(row, offset(name), value);
const add = (row: Code, name: keyof typeof places, value: Code): Code =>
  put(row, name, f64.add(of(row, name), value));

/** (row, x): one step of a compensated sum at `name`; the rest stands behind it. */
const addTo = (row: Code, name: "profit" | "won" | "lost", x: Code, total: number): Code => {
  const rest = offset(name) + BYTES;
  const sum = of(row, name);
  const lost = (more: Code, less: Code): Code =>
    f64.store(row, rest, f64.add(f64.load(row, rest), f64.add(f64.sub(more, get(total)), less)));
  return sequence(
    set(total, f64.add(sum, x)),
    when(f64.ge(f64.abs(sum), f64.abs(x)), lost(sum, x), lost(x, sum)),
    put(row, name, get(total)),
  );
};

/** (row): takes the fall from peak to trough into the deepest. */
const deepen: Func = (() => {
  const row = get(0);
  return {
    params: ["i32"],
    locals: ["f64"],
    body: sequence(
      set(1, f64.sub(f64.of(1), f64.div(of(row, "trough"), of(row, "peak")))),
      when(f64.gt(get(1), of(row, "drawdown")), put(row, "drawdown", get(1))),
    ),
  };
})();
const DEEPEN = 0;

/** (row, equity): one point of the equity. */
const mark: Func = (() => {
  const [row, equity] = [get(0), get(1)];
  return {
    params: ["i32", "f64"],
    locals: [],
    body: when(
      f64.gt(equity, of(row, "peak")),
      sequence(call(DEEPEN, row), put(row, "peak", equity), put(row, "trough", equity)),
      when(f64.lt(equity, of(row, "trough")), put(row, "trough", equity)),
    ),
  };
})();
const MARK = 1;

/** (row, price, time): sells what is held and books the trade. */
const sell: Func = (() => {
  const [row, price, time] = [get(0), get(1), get(2)];
  const [amount, fee, profit, total] = [3, 4, 5, 6];
  const one = (condition: Code): Code => f64.ofI32(condition);
  return {
    params: ["i32", "f64", "f64"],
    locals: ["f64", "f64", "f64", "f64"],
    body: sequence(
      set(amount, f64.mul(f64.mul(price, f64.load(at0, memory.sellFactor)), of(row, "quantity"))),
      set(fee, f64.mul(get(amount), f64.load(at0, memory.takerFee))),
      add(row, "cash", f64.sub(get(amount), get(fee))),
      put(row, "quantity", f64.of(0)),
      set(profit, f64.sub(f64.sub(get(amount), of(row, "paid")), f64.add(of(row, "entryFee"), get(fee)))),
      add(row, "trades", f64.of(1)),
      add(row, "holdMs", f64.sub(time, of(row, "openAt"))),
      addTo(row, "profit", get(profit), total),
      when(
        f64.gt(get(profit), f64.of(0)),
        addTo(row, "won", get(profit), total),
        when(f64.lt(get(profit), f64.of(0)), addTo(row, "lost", get(profit), total)),
      ),
      add(row, "wins", one(f64.gt(get(profit), f64.of(0)))),
      add(row, "losses", one(f64.lt(get(profit), f64.of(0)))),
      call(MARK, row, of(row, "cash")),
    ),
  };
})();
export const SELL = 2;

/** (row, begin, end): equity at the closes from `begin` to `end`, places of rows in bytes. */
const markAll: Func = (() => {
  const [row, t, end] = [get(0), 1, get(2)];
  const equity = f64.add(of(row, "cash"), f64.mul(of(row, "quantity"), f64.load(get(t), memory.close)));
  return {
    params: ["i32", "i32", "i32"],
    locals: [],
    body: block(
      loop(
        leaveWhen(1, i32.geSigned(get(t), end)),
        call(MARK, row, equity),
        set(t, i32.add(get(t), i32.of(BYTES))),
        leave(0),
      ),
    ),
  };
})();
export const MARK_ALL = 3;

/** (row, t): buys what is wanted at the open of the row at place `t`. */
const buy: Func = (() => {
  const [row, t] = [get(0), get(1)];
  const [amount, fee] = [2, 3];
  const price = f64.mul(f64.load(t, memory.open), f64.load(at0, memory.buyFactor));
  return {
    params: ["i32", "i32"],
    locals: ["f64", "f64"],
    body: sequence(
      set(amount, f64.mul(price, of(row, "wanted"))),
      set(fee, f64.mul(get(amount), f64.load(at0, memory.takerFee))),
      add(row, "cash", f64.neg(f64.add(get(amount), get(fee)))),
      put(row, "quantity", of(row, "wanted")),
      put(row, "wanted", f64.of(0)),
      put(row, "paid", get(amount)),
      put(row, "entryFee", get(fee)),
      put(row, "openAt", f64.load(t, memory.at)),
    ),
  };
})();
export const BUY = 4;

/** (row, price): sizes a buy at the close `price`. */
const want: Func = (() => {
  const [row, price] = [get(0), get(1)];
  const [quantity, most] = [2, 3];
  const cash = of(row, "cash");
  return {
    params: ["i32", "f64"],
    locals: ["f64", "f64"],
    body: when(
      f64.gt(cash, f64.of(0)),
      sequence(
        set(quantity, f64.div(f64.mul(of(row, "exposure"), cash), price)),
        set(most, f64.div(cash, f64.mul(f64.mul(price, f64.of(COLLAR)), f64.load(at0, memory.worstFee)))),
        when(f64.lt(get(most), get(quantity)), set(quantity, get(most))),
        put(row, "wanted", get(quantity)),
      ),
    ),
  };
})();
export const WANT = 5;

/** In the order of their numbers. */
export const events: readonly Func[] = [deepen, mark, sell, markAll, buy, want];
