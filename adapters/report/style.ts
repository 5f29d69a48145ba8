/** How the page looks: light and dark by the reader's choice, on a phone and on paper too. Charts take their colours from here. */
export const style = `
:root {
  color-scheme: light dark;
  --font: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --page: #f7f8f9; --card: #ffffff; --text: #1b2127; --muted: #5d6873; --quiet: #9aa4ae; --rule: #e4e8ec;
  --accent: #2459a6; --gain: #12795a; --loss: #b3362d; --loss-fill: #b3362d26;
  --candle-up: #aeb7c0; --candle-down: #79848f; --hover: #eef2f6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161a; --card: #191f25; --text: #e3e8ed; --muted: #98a4af; --quiet: #66727e; --rule: #2a323a;
    --accent: #7aa8ee; --gain: #4fbd94; --loss: #ef7b6f; --loss-fill: #ef7b6f33;
    --candle-up: #76828e; --candle-down: #4a555f; --hover: #212931;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 14px/1.5 var(--font); }
main { max-width: 1240px; margin: 0 auto; padding: 28px 24px 48px; }
header { margin-bottom: 20px; }
h1 { font-size: 22px; line-height: 1.25; margin: 0 0 4px; font-weight: 650; overflow-wrap: anywhere; }
h2 { font-size: 15px; margin: 0 0 2px; font-weight: 650; }
h3 { font-size: 13px; margin: 0 0 6px; font-weight: 650; }
p { margin: 0; }
.about, .note { color: var(--muted); font-size: 13px; overflow-wrap: anywhere; }
.note { margin-bottom: 10px; }
section { background: var(--card); border: 1px solid var(--rule); border-radius: 6px; padding: 16px 18px; margin-bottom: 16px; min-width: 0; }
.pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 1px; background: var(--card); border: 1px solid var(--rule); border-radius: 6px; overflow: hidden; margin-bottom: 16px; }
.tile { outline: 1px solid var(--rule); padding: 12px 14px; min-width: 0; }
.tile dt { color: var(--muted); font-size: 12px; }
.tile dd { margin: 2px 0 0; font-size: 19px; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.tile small { display: block; color: var(--muted); font-size: 12px; font-variant-numeric: tabular-nums; }
.gain { color: var(--gain); }
.loss { color: var(--loss); }
.scroll { overflow-x: auto; max-width: 100%; }
table.data { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
table.data th, table.data td { padding: 5px 10px; text-align: left; border-bottom: 1px solid var(--rule); white-space: nowrap; }
table.data th { color: var(--muted); font-weight: 500; font-size: 12px; vertical-align: bottom; }
table.data .number { text-align: right; }
table.data tbody tr:hover { background: var(--hover); }
table.data tr.total td { font-weight: 600; border-top: 1px solid var(--quiet); border-bottom: 0; }
table.data th:first-child, table.data td:first-child { padding-left: 2px; }
table.data th:last-child, table.data td:last-child { padding-right: 2px; }
table.months td { text-align: right; font-size: 13px; background: color-mix(in srgb, var(--heat) calc(var(--depth) * 1%), transparent); }
table.months td.none { background: none; }
.figures { columns: 3 330px; column-gap: 32px; margin-top: 10px; }
.figures h3 { break-after: avoid; }
.figures dl { margin: 0 0 18px; }
.figures dl > div { break-inside: avoid; display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 12px; padding: 4px 0; border-bottom: 1px solid var(--rule); }
.figures dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; font-weight: 500; }
.figures .how { grid-column: 1 / -1; text-align: left; color: var(--muted); font-size: 12px; font-weight: 400; }
dl.named { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 20px; margin: 8px 0 0; }
dl.named dt { color: var(--muted); }
dl.named dd { margin: 0; overflow-wrap: anywhere; }
details { border-top: 1px solid var(--rule); padding: 8px 0; }
details > summary { cursor: pointer; font-weight: 500; }
details > .scroll { margin-top: 8px; }
.tools { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; margin: 6px 0 10px; font-size: 13px; color: var(--muted); }
select, button { font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--rule); border-radius: 4px; padding: 3px 8px; }
button:not(:disabled) { cursor: pointer; }
button:disabled { color: var(--quiet); }
th button { border: 0; background: none; padding: 0; color: inherit; font-size: 12px; }
th[aria-sort="ascending"] button::after { content: " \\25B2"; font-size: 9px; }
th[aria-sort="descending"] button::after { content: " \\25BC"; font-size: 9px; }
#trades table { font-size: 13px; }
#trades th, #trades td { padding-left: 6px; padding-right: 6px; }
#trades tbody tr { cursor: pointer; }
.readout { min-height: 21px; font-size: 13px; color: var(--muted); font-variant-numeric: tabular-nums; }
.chart { min-height: 100px; }
.uplot { font-family: var(--font); }
.u-legend { font-size: 12px; color: var(--muted); text-align: left; margin: 0; font-variant-numeric: tabular-nums; }
.u-legend th { font-weight: 400; }
.u-inline .u-series > * { padding: 2px 0; }
.u-inline tr { margin-right: 18px; }
.u-legend .u-series:first-child .u-marker { display: none; }
.u-legend .u-value { margin-left: 5px; color: var(--text); min-width: 84px; text-align: left; }
.u-legend .u-marker { width: 10px; height: 10px; }
.u-select { background: color-mix(in srgb, var(--accent) 14%, transparent); }
.u-hz .u-cursor-x, .u-vt .u-cursor-y { border-color: var(--quiet); }
.u-hz .u-cursor-y, .u-vt .u-cursor-x { border-color: var(--quiet); }
footer { color: var(--muted); font-size: 12px; overflow-wrap: anywhere; }
@media (max-width: 760px) {
  main { padding: 16px 12px 32px; }
  section { padding: 12px; }
  .pair { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .figures { columns: 1; }
  dl.named { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dl.named dd { margin-bottom: 6px; }
}
@media print {
  body { background: none; }
  section { break-inside: avoid; border: 0; padding: 8px 0; }
  .tools, #trades, .u-legend { display: none; }
}
`;
