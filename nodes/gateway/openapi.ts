/** The OpenAPI 3.1 document of the route table. */
import * as v from "valibot";
import { version } from "../package.ts";
import { jsonSchema, type Route } from "./route.ts";

const error = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "type", "message"],
      properties: {
        code: { type: "integer" },
        type: { type: "string" },
        field: { type: "string", description: "The field that is wrong" },
        message: { type: "string" },
      },
    },
  },
};

const failures: Readonly<Record<string, string>> = {
  401: "No token, or one that is not known",
  403: "The token lacks the scope",
  404: "There is no such thing",
  422: "A field is wrong; the error names it",
  429: "Too many requests; see Retry-After",
  503: "Starting, or an actor does not answer; the error names it",
};

const refused = Object.fromEntries(
  Object.entries(failures).map(([code, description]) => [
    code,
    { description, content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } },
  ]),
);

const operation = ({ path, scope, summary, answer, query, body }: Route): Record<string, unknown> => ({
  summary,
  description: scope === "none" ? "Open to everybody." : `Needs a token with the scope \`${scope}\`.`,
  operationId: "",
  ...(scope === "none" ? { security: [] } : {}),
  parameters: [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: "path",
      required: true,
      schema: { type: "string" },
    })),
    ...Object.entries(query).map(([name, schema]) => ({
      name,
      in: "query",
      required: schema.type !== "optional",
      schema: jsonSchema(schema),
    })),
  ],
  ...(body === undefined
    ? {}
    : {
        requestBody: {
          required: Object.values(body).some(({ type }) => type !== "optional"),
          content: { "application/json": { schema: jsonSchema(v.strictObject(body)) } },
        },
      }),
  responses: {
    200: { description: answer, content: { "application/json": { schema: { type: "object" } } } },
    ...refused,
  },
});

const idOf = ({ method, path }: Route): string =>
  method.toLowerCase() +
  path
    .split(/[^a-zA-Z0-9]+/)
    .filter(Boolean)
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join("");

export const openapi = (routes: readonly Route[], url: string): Record<string, unknown> => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes)
    (paths[route.path] ??= {})[route.method.toLowerCase()] = {
      ...operation(route),
      operationId: idOf(route),
    };
  return {
    openapi: "3.1.0",
    info: {
      title: "Shoal",
      version,
      license: { name: "MIT", identifier: "MIT" },
      description:
        "Amounts are decimals as text, times are ms since 1970. Ids in a path are percent-encoded. " +
        "Live events come over the WebSocket at /api/v1/stream.",
    },
    servers: [{ url: `${url}/api/v1` }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      schemas: { Error: error },
    },
  };
};
