/** docs/reference/routes-and-series.md tells every route and every series, as the code has them, and no others. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { routes } from "../../nodes/gateway/routes.ts";
import { catalog, PREFIX } from "../../nodes/metrics/catalog.ts";

const rows = readFileSync(new URL("../../docs/reference/routes-and-series.md", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split("|").map((cell) => cell.trim()));

it("lists the routes", () => {
  const told = rows
    .filter(([, name]) => /^`(GET|POST) /.test(name!))
    .map(([, name, ...rest]) => [name, ...rest]);
  expect(told.map((row) => row.slice(0, 4))).toEqual(
    routes.map(({ method, path, scope, summary, answer }) => [
      `\`${method} ${path}\``,
      scope,
      summary,
      answer,
    ]),
  );
});

it("lists the series", () => {
  const told = rows.filter(([, name]) => name!.startsWith(`\`${PREFIX}`)).map((row) => row.slice(1, 5));
  expect(told).toEqual(
    Object.entries(catalog).map(([name, { type, labelNames, help }]) => [
      `\`${PREFIX}${name}\``,
      type.toLowerCase(),
      labelNames.join(", "),
      help,
    ]),
  );
});
