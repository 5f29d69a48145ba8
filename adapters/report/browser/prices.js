/** The price of one pair with the trades on it. Drag zooms, a double click shows all again. */
import { drawCandles, drawTrades, nearestTrade, opensOf } from "./candles.js";
import { axis, mount, tellNewest, timeAxis } from "./chart.js";
import { price, time } from "./theme.js";
import { tradeLine } from "./trade-text.js";

const HINT = "Drag to zoom, double-click for all. Point at an entry or exit to read its trade.";

/**
 * @param {{ box: HTMLElement, pair: HTMLSelectElement, log: HTMLInputElement, readout: HTMLElement }} parts
 * @param {import("../chart-data.ts").ChartData} data
 */
export const priceChart = ({ box, pair, log, readout }, data) => {
  const { prices, trades } = data;
  let chosen = -1;
  let series = prices[Number(pair.value)];
  /** @type {number[]} */
  let shown = [];
  const choose = () => {
    series = prices[Number(pair.value)];
    shown = trades.pair.flatMap((of, i) => (trades.pairs[of] === series.pair ? [i] : []));
  };
  const tell = (/** @type {number} */ i) => {
    chosen = i;
    readout.textContent = i < 0 ? HINT : tradeLine(data, i);
  };
  choose();
  tell(-1);
  const candle = (/** @type {string} */ label) => ({
    label,
    paths: () => null,
    points: { show: false },
    value: (/** @type {any} */ _plot, /** @type {number} */ value) => (value == null ? "" : price(value)),
  });
  const chart = mount(box, 420, () => ({
    options: {
      cursor: { drag: { x: true, y: false } },
      legend: { live: true },
      scales: { x: { time: true }, y: log.checked ? { distr: 3 } : { range: padded } },
      axes: [
        timeAxis(),
        axis({ size: 76, values: (_plot, values) => values.map((v) => (v == null ? "" : price(v))) }),
      ],
      series: [
        { label: "Time (UTC)", value: (_plot, at) => (at == null ? "" : time(at)) },
        candle("High"),
        candle("Low"),
        candle("Open"),
        candle("Close"),
      ],
      hooks: {
        draw: [
          (plot) => {
            plot.ctx.save();
            plot.ctx.beginPath();
            plot.ctx.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height);
            plot.ctx.clip();
            drawCandles(plot, series);
            drawTrades(plot, trades, shown, chosen);
            plot.ctx.restore();
          },
        ],
        ready: [tellNewest],
        setCursor: [
          tellNewest,
          (plot) => {
            const found = nearestTrade(plot, trades, shown, plot.cursor.left, plot.cursor.top);
            if (found < 0 || found === chosen) return;
            tell(found);
            plot.redraw(false);
          },
        ],
      },
    },
    data: [opensOf(series), series.high, series.low, series.open, series.close],
  }));
  const all = () => {
    const at = opensOf(series);
    chart.plot().setScale("x", { min: at[0], max: at[at.length - 1] + series.step });
  };
  pair.addEventListener("change", () => {
    choose();
    tell(-1);
    chart.draw();
    all();
  });
  log.addEventListener("change", chart.draw);
  /** Brings a trade into view. @param {number} i */
  return (i) => {
    const at = prices.findIndex((each) => each.pair === trades.pairs[trades.pair[i]]);
    if (at < 0) return;
    if (String(at) !== pair.value) {
      pair.value = String(at);
      choose();
      chart.draw();
    }
    const around = Math.max((trades.closeAt[i] - trades.openAt[i]) * 2, 40 * series.step);
    tell(i);
    chart.plot().setScale("x", { min: trades.openAt[i] - around, max: trades.closeAt[i] + around });
    box.scrollIntoView({ block: "center", behavior: "smooth" });
  };
};

/** @param {any} _plot @param {number} min @param {number} max @returns {[number, number]} */
const padded = (_plot, min, max) => {
  const pad = (max - min) * 0.04 || max * 0.01 || 1;
  return [min - pad, max + pad];
};
