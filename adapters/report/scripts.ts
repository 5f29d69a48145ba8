/**
 * The scripts of the page as one text: uPlot's minified build with its licence, then ours, without comments, imports and exports, for one file can
 * ask for no other. Names are unique over all files.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** Each uses only what stands before it. */
const files = [
  "theme",
  "chart",
  "curves",
  "distribution",
  "trade-text",
  "candles",
  "prices",
  "trade-table",
  "main",
];

const library = createRequire(import.meta.url);
const packaged = (path: string): string => readFileSync(library.resolve(`uplot/${path}`), "utf8");

export const libraryStyle = (): string => packaged("dist/uPlot.min.css");

export const scripts = (): string => {
  const licence = `/*!\nuPlot\n\n${packaged("LICENSE").trim()}\n*/`;
  const chart = packaged("dist/uPlot.iife.min.js").replace(/^\/\*![^]*?\*\/\s*/, "");
  const own = files.map((name) =>
    readFileSync(new URL(`./browser/${name}.js`, import.meta.url), "utf8")
      .replace(/\/\*\*[^]*?\*\/ ?/g, "")
      .replace(/^import [^;]*;\n/gm, "")
      .replace(/^export (const|\{\};)/gm, (_all, word: string) => (word === "const" ? "const" : ""))
      .replace(/^\/\/# sourceMappingURL=.*$/gm, ""),
  );
  const joined = `${licence}\n${chart}\n(() => {\n"use strict";\n${own.join("\n")}\n})();`;
  if (/<\/script|<!--/i.test(joined)) throw new Error("a script of the report page would end its element");
  return joined;
};
