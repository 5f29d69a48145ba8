/** Candles and trades, drawn onto a chart's canvas. Candles are quiet, trades are not. */
import { colour } from "./theme.js";

/** @typedef {import("uplot")} Plot */

/** Opening times of candles in seconds, out of the first and the steps between. @param {import("../chart-data.ts").PriceData} series */
export const opensOf = ({ from, step, steps }) => {
  const at = [];
  if (steps.length > 0 || from > 0) at.push(from);
  for (const by of steps) at.push(at[at.length - 1] + by * step);
  return at;
};

/** @param {Plot} plot @param {import("../chart-data.ts").PriceData} series */
export const drawCandles = (plot, { step, open, close }) => {
  const { ctx, data } = plot;
  const [at, high, low] = /** @type {number[][]} */ (/** @type {unknown} */ (data));
  const { min = 0, max = 0 } = plot.scales.x;
  const x = (/** @type {number} */ t) => plot.valToPos(t, "x", true);
  const y = (/** @type {number} */ p) => Math.round(plot.valToPos(p, "y", true));
  const body = Math.floor((x(at[0] + step) - x(at[0])) * 0.7);
  for (const rising of [true, false]) {
    ctx.beginPath();
    for (let i = 0; i < at.length; i += 1) {
      if (at[i] + step < min || at[i] > max || close[i] >= open[i] !== rising) continue;
      const middle = Math.round(x(at[i] + step / 2));
      ctx.rect(middle, y(high[i]), 1, Math.max(1, y(low[i]) - y(high[i])));
      if (body < 3) continue;
      const [top, bottom] = [y(Math.max(open[i], close[i])), y(Math.min(open[i], close[i]))];
      ctx.rect(middle - Math.floor(body / 2), top, body, Math.max(1, bottom - top));
    }
    ctx.fillStyle = colour(rising ? "candle-up" : "candle-down");
    ctx.fill();
  }
};

/** More on one screen, and lines between entry and exit only hide what they explain. */
const LINES_MAX = 500;
/** From here on marks are smaller. */
const DENSE = 60;

/** @param {Plot} plot @param {import("../chart-data.ts").TradeColumns} trades @param {readonly number[]} shown @param {number} chosen */
export const drawTrades = (plot, trades, shown, chosen) => {
  const { ctx } = plot;
  const { min = 0, max = 0 } = plot.scales.x;
  const ratio = devicePixelRatio;
  const visible = shown.filter((i) => trades.closeAt[i] >= min && trades.openAt[i] <= max);
  for (const i of visible) {
    const [x, y] = [
      plot.valToPos(trades.openAt[i], "x", true),
      plot.valToPos(trades.openPrice[i], "y", true),
    ];
    const [u, v] = [
      plot.valToPos(trades.closeAt[i], "x", true),
      plot.valToPos(trades.closePrice[i], "y", true),
    ];
    const end = colour(trades.profit[i] > 0 ? "gain" : trades.profit[i] < 0 ? "loss" : "muted");
    const size = (i === chosen ? 6 : visible.length > DENSE ? 3 : 4) * ratio;
    if (visible.length <= LINES_MAX || i === chosen) {
      ctx.beginPath();
      ctx.moveTo(x, y);
      ctx.lineTo(u, v);
      ctx.strokeStyle = end;
      ctx.lineWidth = (i === chosen ? 2 : 1) * ratio;
      ctx.stroke();
    }
    ctx.beginPath();
    const up = trades.short[i] === 1 ? -1 : 1;
    ctx.moveTo(x, y - up * size);
    ctx.lineTo(x + size, y + up * size);
    ctx.lineTo(x - size, y + up * size);
    ctx.closePath();
    ctx.fillStyle = colour("accent");
    ctx.fill();
    ctx.beginPath();
    ctx.arc(u, v, size * 0.8, 0, 2 * Math.PI);
    ctx.fillStyle = end;
    ctx.fill();
  }
};

/**
 * The trade whose entry or exit is nearest to a point of the canvas, within some pixels; -1 for none.
 * @param {Plot} plot @param {import("../chart-data.ts").TradeColumns} trades @param {readonly number[]} shown
 */
export const nearestTrade = (plot, trades, shown, left = -1, top = -1) => {
  let [found, best] = [-1, 14 ** 2];
  if (left < 0) return found;
  for (const i of shown)
    for (const [at, value] of [
      [trades.openAt[i], trades.openPrice[i]],
      [trades.closeAt[i], trades.closePrice[i]],
    ]) {
      const away = (plot.valToPos(at, "x") - left) ** 2 + (plot.valToPos(value, "y") - top) ** 2;
      if (away < best) [found, best] = [i, away];
    }
  return found;
};
