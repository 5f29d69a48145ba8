/** All trades, a page at a time: sorted by any column, filtered by pair or exit reason. Cells are text, never markup. */
import { tradeText } from "./trade-text.js";

const PAGE = 25;

/**
 * @param {HTMLElement} root
 * @param {import("../chart-data.ts").ChartData} data
 * @param {(trade: number) => void} show
 */
export const tradeTable = (root, data, show) => {
  const { trades } = data;
  const part = (/** @type {string} */ name) =>
    /** @type {any} */ (root.querySelector(`[data-part="${name}"]`));
  const [body, status, pair, reason] = ["body", "status", "pair", "reason"].map(part);
  const held = trades.closeAt.map((at, i) => at - trades.openAt[i]);
  /** @type {Record<string, readonly (number | string)[]>} */
  const keys = {
    ...trades,
    number: trades.openAt.map((_, i) => i),
    pair: trades.pair.map((name) => trades.pairs[name]),
    tag: trades.tag.map((name) => trades.tags[name]),
    exitReason: trades.exitReason.map((name) => trades.exitReasons[name]),
    held,
  };
  const options = (/** @type {any} */ select, /** @type {readonly string[]} */ names) => {
    for (const [i, name] of names.entries())
      select.append(new Option(name === "" ? "none" : name, String(i)));
    select.addEventListener("change", () => draw(0));
  };
  let [sortBy, falling, page] = ["number", false, 0];

  const rows = () =>
    trades.openAt
      .map((_, i) => i)
      .filter(
        (i) =>
          (pair.value === "" || trades.pair[i] === Number(pair.value)) &&
          (reason.value === "" || trades.exitReason[i] === Number(reason.value)),
      )
      .sort((a, b) => {
        const [x, y] = [keys[sortBy][a], keys[sortBy][b]];
        return (x < y ? -1 : x > y ? 1 : a - b) * (falling ? -1 : 1);
      });

  const draw = (/** @type {number} */ wanted) => {
    const found = rows();
    const last = Math.max(0, Math.ceil(found.length / PAGE) - 1);
    page = Math.min(last, Math.max(0, wanted));
    const from = page * PAGE;
    const shown = found.slice(from, from + PAGE);
    body.replaceChildren(...shown.map(row));
    status.textContent =
      found.length === 0 ? "No trades" : `${from + 1} to ${from + shown.length} of ${found.length}`;
    part("previous").disabled = page === 0;
    part("next").disabled = page === last;
  };

  const row = (/** @type {number} */ i) => {
    const t = tradeText(data, i);
    const line = document.createElement("tr");
    const sign = trades.profit[i] > 0 ? "gain" : trades.profit[i] < 0 ? "loss" : "";
    for (const [text, kind] of [
      [String(i + 1), "number"],
      [t.pair, ""],
      [t.side, ""],
      [t.tag, ""],
      [t.opened, "number"],
      [t.closed, "number"],
      [t.held, "number"],
      [t.openPrice, "number"],
      [t.closePrice, "number"],
      [t.quantity, "number"],
      [t.profit, `number ${sign}`],
      [t.ratio.replace(" %", ""), `number ${sign}`],
      [t.reason, ""],
    ]) {
      const cell = document.createElement("td");
      cell.textContent = text;
      cell.className = kind;
      line.append(cell);
    }
    line.addEventListener("click", () => show(i));
    return line;
  };

  options(pair, trades.pairs);
  options(reason, trades.exitReasons);
  part("previous").addEventListener("click", () => draw(page - 1));
  part("next").addEventListener("click", () => draw(page + 1));
  const heads = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("th[data-key]"));
  for (const head of heads)
    head.querySelector("button")?.addEventListener("click", () => {
      const key = head.dataset.key ?? "number";
      [sortBy, falling] = [key, key === sortBy ? !falling : ["profit", "profitRatio"].includes(key)];
      for (const each of heads) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      draw(0);
    });
  draw(0);
};
