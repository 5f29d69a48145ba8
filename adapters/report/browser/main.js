/** Starts everything on the page once it is there. */
import { equityChart, underwaterChart } from "./curves.js";
import { histogramChart } from "./distribution.js";
import { priceChart } from "./prices.js";
import { duration, percent } from "./theme.js";
import { tradeTable } from "./trade-table.js";

const element = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

/** @type {import("../chart-data.ts").ChartData} */
const data = JSON.parse(element("data").textContent);

equityChart(element("equity"), element("equity-log"), data);
underwaterChart(element("underwater"), data);
if (data.trades.openAt.length > 0) {
  const digits = Math.max(0, Math.ceil(-Math.log10(data.profits.width * 100)));
  histogramChart(element("profits"), data.profits, (ratio) => percent(ratio, digits), true);
  histogramChart(
    element("durations"),
    data.durations,
    (ms) => duration(ms / 1000).replace(" 00:00", ""),
    false,
  );
}
const show =
  data.prices.length === 0
    ? () => undefined
    : priceChart(
        {
          box: element("price"),
          pair: element("price-pair"),
          log: element("price-log"),
          readout: element("price-readout"),
        },
        data,
      );
if (data.trades.openAt.length > 0) tradeTable(element("trades"), data, show);
document.documentElement.dataset.drawn = "yes";
