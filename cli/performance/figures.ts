/** How figures read in a table: their titles, and their values with the unit that people expect. */
const titles: Readonly<Record<string, string>> = {
  cagr: "CAGR",
  var95: "VaR 95 %",
  cvar95: "CVaR 95 %",
  sqn: "SQN",
  probabilisticSharpe: "Probabilistic Sharpe",
  deflatedSharpe: "Deflated Sharpe",
  averageMae: "Average MAE",
  worstMae: "Worst MAE",
  averageMfe: "Average MFE",
  bestMfe: "Best MFE",
};

const percents = new Set(
  [
    "totalReturn cagr volatility maxDrawdown ulcerIndex var95 cvar95 bestReturn worstReturn positiveShare",
    "alpha trackingError winRate averageProfitRatio bestProfitRatio worstProfitRatio exposure kelly",
    "averageMae worstMae averageMfe bestMfe",
  ].flatMap((names) => names.split(" ")),
);

/** `maxDrawdown` reads "Max drawdown". */
export const figureTitle = (name: string): string => {
  const words = name.replace(/Ms$/, "").replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return titles[name] ?? `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
};

export const figureText = (name: string, value: number | null): string => {
  if (value === null) return "undefined";
  if (name.endsWith("Ms")) return holdText(value);
  if (percents.has(name)) return `${(value * 100).toFixed(2)} %`;
  return Number.isInteger(value) ? String(value) : value.toPrecision(6);
};

const holdText = (ms: number): string => {
  const minutes = Math.round(ms / 60_000);
  const days = Math.floor(minutes / 1_440);
  const clock = [Math.floor((minutes % 1_440) / 60), minutes % 60].map((part) =>
    String(part).padStart(2, "0"),
  );
  return `${days === 0 ? "" : `${days} d `}${clock.join(":")}`;
};
