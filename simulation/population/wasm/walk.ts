/**
 * The walk of plain-walk.ts in WebAssembly, two rows at a time: the same numbers bit for bit, since each lane does the same IEEE
 * operations. While a set is out, both rows are compared with its entry rule at once. While it holds, the stop before each row is the
 * running maximum of what trails, so that both rows are decided together; and of the equity only the highest and the lowest close of a
 * stretch matter, as the quantity is not below 0 and rounding keeps the order. Where they make a new peak, the stretch is gone through
 * row by row.
 */
import { field, FIELDS } from "../field.ts";
import { BLOCK } from "../ground.ts";
import {
  block,
  call,
  type Code,
  f64,
  f64x2,
  get,
  i32,
  leave,
  leaveWhen,
  loop,
  sequence,
  set,
  when,
} from "./code.ts";
import { BUY, BYTES, events, MARK_ALL, memory, of, put, SELL, WANT } from "./events.ts";
import { type Func, moduleOf } from "./module.ts";

/** Parameters: how many sets, rows [begin, end) as places in bytes, whether orders are sent, where the state begins. */
const [sets, begin, end, live, row] = [0, 1, 2, 3, 4].map(get) as [Code, Code, Code, Code, Code];
const ROW = 4;
/** Locals. */
const [LAST, T, FAST, SLOW, RSI, ATR, FROM, BITS, KIND] = [5, 6, 7, 8, 9, 10, 11, 12, 13] as const;
const [STOP, PRICE, TRAIL] = [14, 15, 16] as const;
const [CEILING2, DISTANCE2, STOP2, HIGH2, LOW2, CLOSE2, TRAIL2] = [17, 18, 19, 20, 21, 22, 23] as const;
const t = get(T);
const [stop, price, trail] = [STOP, PRICE, TRAIL].map(get) as [Code, Code, Code];

const ROW_BYTES = FIELDS * BYTES;
const PAIR = 2 * BYTES;
const BLOCK_BYTES_LOG = Math.log2(BLOCK * BYTES);
const STOPPED = 1;
const CROSSED = 2;

const onward = (bytes: number): Code => set(T, i32.add(t, i32.of(bytes)));
const column = (base: number): Code => f64.load(t, base);
const column2 = (base: number): Code => f64x2.load(t, base);
const series = (local: number): Code => f64.load(i32.add(get(local), t));
const series2 = (local: number): Code => f64x2.load(i32.add(get(local), t));
const pairIsCut: Code = i32.gtSigned(i32.add(t, i32.of(PAIR)), end);
const atEnd: Code = i32.geSigned(t, end);
const rises: Code = f64.gt(series(FAST), series(SLOW));
const rises2: Code = f64x2.gt(series2(FAST), series2(SLOW));
const trailNow: Code = sequence(
  set(PRICE, column(memory.close)),
  set(TRAIL, f64.sub(price, f64.mul(of(row, "distance"), series(ATR)))),
);
const fitsAbove = (least: Code): Code => i32.and(f64.gt(trail, least), f64.lt(trail, price));
const both = (lane: 0 | 1, vector: Code): Code => f64x2.pick(vector, lane, vector, lane);

/** Looks for an entry from `T` on; `T` is then the row after it, or the end. */
const out: Code = sequence(
  when(
    f64.gt(of(row, "leaving"), f64.of(0)),
    sequence(put(row, "leaving", f64.of(0)), call(SELL, row, column(memory.open), column(memory.at))),
  ),
  block(
    loop(
      block(
        when(
          pairIsCut,
          sequence(
            leaveWhen(3, atEnd),
            leaveWhen(1, i32.and(rises, f64.lt(series(RSI), of(row, "ceiling")))),
            onward(BYTES),
            leave(2),
          ),
          sequence(
            set(BITS, f64x2.bits(f64x2.and(rises2, f64x2.lt(series2(RSI), get(CEILING2))))),
            when(i32.eqz(get(BITS)), sequence(onward(PAIR), leave(3))),
            set(T, i32.add(t, i32.shl(i32.countTrailingZeros(get(BITS)), i32.of(3)))),
          ),
        ),
      ),
      trailNow,
      when(
        fitsAbove(f64.of(0)),
        sequence(set(STOP, trail), when(live, call(WANT, row, price)), onward(BYTES), leave(2)),
      ),
      onward(BYTES),
      leave(0),
    ),
  ),
);

/** Pairs of rows in which nothing happens. */
const holdOn: Code = block(
  loop(
    leaveWhen(1, pairIsCut),
    set(CLOSE2, column2(memory.close)),
    set(TRAIL2, f64x2.sub(get(CLOSE2), f64x2.mul(get(DISTANCE2), series2(ATR)))),
    // What does not lie below its close counts as 0.
    set(TRAIL2, f64x2.and(get(TRAIL2), f64x2.lt(get(TRAIL2), get(CLOSE2)))),
    // Then the stop after each row.
    set(TRAIL2, f64x2.max(f64x2.max(get(TRAIL2), both(0, get(TRAIL2))), get(STOP2))),
    leaveWhen(
      1,
      f64x2.bits(
        f64x2.or(f64x2.le(column2(memory.low), f64x2.pick(get(STOP2), 0, get(TRAIL2), 0)), f64x2.not(rises2)),
      ),
    ),
    set(STOP2, both(1, get(TRAIL2))),
    set(HIGH2, f64x2.max(get(HIGH2), get(CLOSE2))),
    set(LOW2, f64x2.min(get(LOW2), get(CLOSE2))),
    onward(PAIR),
    leave(0),
  ),
);

/** Row by row to what happens, or to the end: at most two rows. */
const toEvent: Code = sequence(
  set(STOP, f64x2.lane(0, get(STOP2))),
  set(KIND, i32.of(0)),
  block(
    loop(
      leaveWhen(1, atEnd),
      when(f64.le(column(memory.low), stop), sequence(set(KIND, i32.of(STOPPED)), leave(2))),
      trailNow,
      set(HIGH2, f64x2.max(get(HIGH2), f64x2.splat(price))),
      set(LOW2, f64x2.min(get(LOW2), f64x2.splat(price))),
      when(i32.eqz(rises), sequence(set(KIND, i32.of(CROSSED)), onward(BYTES), leave(2))),
      when(fitsAbove(stop), set(STOP, trail)),
      onward(BYTES),
      leave(0),
    ),
  ),
);

const equityAt = (close: Code): Code => f64.add(of(row, "cash"), f64.mul(of(row, "quantity"), close));
/** The equity at the closes from `FROM` to `T`. */
const points: Code = when(
  i32.gtSigned(t, get(FROM)),
  sequence(
    set(PRICE, f64x2.lane(0, f64x2.max(get(HIGH2), both(1, get(HIGH2))))),
    when(
      f64.gt(equityAt(price), of(row, "peak")),
      call(MARK_ALL, row, get(FROM), t),
      sequence(
        set(PRICE, equityAt(f64x2.lane(0, f64x2.min(get(LOW2), both(1, get(LOW2)))))),
        when(f64.lt(price, of(row, "trough")), put(row, "trough", price)),
      ),
    ),
  ),
);

const stopped: Code = sequence(
  when(
    f64.gt(of(row, "quantity"), f64.of(0)),
    when(
      f64.le(column(memory.open), stop),
      call(SELL, row, column(memory.open), column(memory.at)),
      call(SELL, row, stop, f64.add(column(memory.at), f64.load(i32.of(0), memory.span))),
    ),
  ),
  set(STOP, f64.of(0)),
);
const crossed: Code = sequence(
  put(row, "leaving", f64.ofI32(f64.gt(of(row, "quantity"), f64.of(0)))),
  set(STOP, f64.of(0)),
);

/** Holds from `T` on, until something happens or the end; `T` is then the row to go on with. */
const held: Code = sequence(
  when(f64.gt(of(row, "wanted"), f64.of(0)), call(BUY, row, t)),
  set(FROM, t),
  set(STOP2, f64x2.splat(stop)),
  set(HIGH2, f64x2.splat(f64.of(0))),
  set(LOW2, f64x2.splat(f64.of(Infinity))),
  holdOn,
  toEvent,
  points,
  when(get(KIND), when(i32.gtSigned(get(KIND), i32.of(STOPPED)), crossed, stopped)),
);

const place = (local: number, name: keyof typeof field): Code =>
  set(local, i32.add(i32.shl(i32.ofF64(of(row, name)), i32.of(BLOCK_BYTES_LOG)), i32.of(memory.series)));

const walk: Func = {
  params: ["i32", "i32", "i32", "i32", "i32"],
  locals: [
    ...Array.from({ length: 9 }, () => "i32" as const),
    ...Array.from({ length: 3 }, () => "f64" as const),
    ...Array.from({ length: 7 }, () => "v128" as const),
  ],
  body: sequence(
    set(LAST, i32.add(row, i32.shl(sets, i32.of(Math.log2(ROW_BYTES))))),
    block(
      loop(
        leaveWhen(1, i32.geSigned(row, get(LAST))),
        set(STOP, of(row, "stop")),
        place(FAST, "fast"),
        place(SLOW, "slow"),
        place(RSI, "rsi"),
        place(ATR, "atr"),
        set(CEILING2, f64x2.splat(of(row, "ceiling"))),
        set(DISTANCE2, f64x2.splat(of(row, "distance"))),
        set(T, begin),
        block(loop(leaveWhen(1, atEnd), when(f64.eq(stop, f64.of(0)), out, held), leave(0))),
        put(row, "stop", stop),
        set(ROW, i32.add(row, i32.of(ROW_BYTES))),
        leave(0),
      ),
    ),
  ),
};

export const kernel: Uint8Array<ArrayBuffer> = moduleOf([...events, walk]);
