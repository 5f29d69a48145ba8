/** Equity beside buy and hold, and how far equity lies under its high; both move together. */
import { axis, mount, tellNewest, timeAxis } from "./chart.js";
import { colour, fixed, percent, time } from "./theme.js";

const SYNC = "time";
const LEFT = 76;

/** One chart zooms, the others follow. @type {import("uplot")[]} */
const together = [];
let following = false;
const follow = (/** @type {import("uplot")} */ plot, /** @type {string} */ key) => {
  if (key !== "x" || following) return;
  following = true;
  const { min, max } = plot.scales.x;
  for (const other of together)
    if (other !== plot && min != null && max != null) other.setScale("x", { min, max });
  following = false;
};

const shared = {
  cursor: { sync: { key: SYNC, setSeries: false }, drag: { x: true, y: false }, y: false },
  legend: { live: true },
  hooks: {
    ready: [(/** @type {any} */ plot) => void together.push(plot), tellNewest],
    setCursor: [tellNewest],
    destroy: [(/** @type {any} */ plot) => void together.splice(together.indexOf(plot), 1)],
    setScale: [follow],
  },
};

const when = {
  label: "Time (UTC)",
  value: (/** @type {any} */ _plot, /** @type {number} */ at) => (at == null ? "" : time(at)),
};

/** That a step of an axis needs. @param {number} step */
const decimals = (step) => step.toFixed(8).replace(/0+$/, "").split(".")[1]?.length ?? 0;

const spread = (/** @type {readonly number[]} */ values) => Math.max(...values) - Math.min(...values);
/** Where holding moved so many times as far, it would make a flat line of the equity: it is shown on demand. */
const DWARFED = 4;

/**
 * @param {HTMLElement} box
 * @param {HTMLInputElement} log
 * @param {import("../chart-data.ts").ChartData} data
 */
export const equityChart = (box, log, { equity, quote, places }) => {
  let holdShown = equity.hold !== null && spread(equity.hold) < DWARFED * spread(equity.value);
  const money = (/** @type {any} */ _plot, /** @type {number} */ value) =>
    value == null ? "" : `${fixed(value, places)} ${quote}`;
  const most = Math.max(...equity.value.map(Math.abs));
  const short = most >= 1000 ? 0 : most >= 10 ? 1 : places;
  const chart = mount(box, 320, () => ({
    options: {
      ...shared,
      hooks: {
        ...shared.hooks,
        setSeries: [
          (/** @type {any} */ plot, /** @type {any} */ at) => {
            if (at === 2) holdShown = plot.series[2].show;
          },
        ],
      },
      scales: { x: { time: true }, y: log.checked ? { distr: 3 } : {} },
      axes: [
        timeAxis(),
        axis({
          size: LEFT,
          // Two ticks never read the same.
          values: (_plot, values, _axis, _space, step) =>
            values.map((value) => (value == null ? "" : fixed(value, Math.max(short, decimals(step))))),
        }),
      ],
      series: [
        when,
        { label: "Equity", stroke: colour("accent"), width: 1.5, value: money, points: { show: false } },
        ...(equity.hold === null
          ? []
          : [
              {
                label: "Buy and hold",
                stroke: colour("quiet"),
                width: 1.25,
                dash: [4, 3],
                show: holdShown,
                value: money,
                points: { show: false },
              },
            ]),
      ],
    },
    data: [equity.at, equity.value, ...(equity.hold === null ? [] : [equity.hold])],
  }));
  log.disabled = [...equity.value, ...(equity.hold ?? [])].some((value) => value <= 0);
  log.addEventListener("change", chart.draw);
};

/** @param {HTMLElement} box @param {import("../chart-data.ts").ChartData} data */
export const underwaterChart = (box, { underwater }) =>
  mount(box, 170, () => ({
    options: {
      ...shared,
      scales: { x: { time: true }, y: { range: (_plot, min) => [Math.min(min * 1.08, -1e-4), 0] } },
      axes: [
        timeAxis(),
        axis({ size: LEFT, space: 28, values: (_plot, values) => values.map((value) => percent(value, 1)) }),
      ],
      series: [
        when,
        {
          label: "Below the high",
          stroke: colour("loss"),
          fill: colour("loss-fill"),
          width: 1,
          points: { show: false },
          value: (_plot, value) => (value == null ? "" : percent(value)),
        },
      ],
    },
    data: [underwater.at, underwater.value],
  }));
