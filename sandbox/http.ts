/**
 * The HTTP side: reads a request, serves it, writes Binance's answer or error. Faults may delay the answer, spoil it,
 * or cut the socket after the request was carried out.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Admin } from "./admin.ts";
import type { Spoil } from "./faults/rest-faults.ts";
import { badKeyFormat, GatewayError, unknownMethod, WireError } from "./errors.ts";
import { ReplaceError } from "./rest/orders.ts";
import { serve, type Desk } from "./serve.ts";
import { signedPart } from "./signing.ts";

const BODY_MAX_BYTES = 1_024 * 1_024;

export const readBody = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > BODY_MAX_BYTES) throw new WireError(413, -1130, "Request body too large.");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
};

/** A body that is text already is a page. */
const textOf = (body: unknown): string => (typeof body === "string" ? body : JSON.stringify(body));

const write = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): void => {
  const type = typeof body === "string" ? "text/html" : "application/json;charset=UTF-8";
  response.writeHead(status, { "Content-Type": type, ...headers });
  response.end(textOf(body));
};

export const answerError = (error: unknown): { readonly status: number; readonly body: unknown } => {
  if (error instanceof GatewayError) return { status: error.status, body: error.html };
  if (error instanceof ReplaceError)
    return { status: error.status, body: { code: error.code, msg: error.message, data: error.data } };
  if (error instanceof WireError)
    return { status: error.status, body: { code: error.code, msg: error.message } };
  const text = error instanceof Error ? error.message : String(error);
  return {
    status: 500,
    body: { code: -1000, msg: `An unknown error occurred while processing the request. ${text}` },
  };
};

const reply = (request: IncomingMessage, response: ServerResponse, desk: Desk, text: string): void => {
  const url = request.url ?? "/";
  const cut = url.indexOf("?");
  const path = cut < 0 ? url : url.slice(0, cut);
  const query = cut < 0 ? "" : url.slice(cut + 1);
  const headers: Record<string, string> = {};
  let status = 200;
  let body: unknown;
  let spoil: Spoil | undefined;
  const named = `${request.method} ${path}`;
  try {
    const route = desk.routes[named];
    if (route === undefined) throw unknownMethod();
    const key = request.headers["x-mbx-apikey"];
    if (Array.isArray(key)) throw badKeyFormat();
    const params = new Map([...new URLSearchParams(query), ...new URLSearchParams(text)]);
    spoil = desk.faults.rest.judge(named);
    body = serve(desk, route, { params, apiKey: key, payload: signedPart(query, text) }, headers);
  } catch (error) {
    if (error instanceof WireError) {
      Object.assign(headers, error.headers);
      desk.faults.answered(error.status, error.code);
    }
    ({ status, body } = answerError(error));
  }
  const send = (): void => {
    if (spoil?.type === "lose") request.socket.destroy();
    else if (spoil?.type === "garble") write(response, spoil.status, spoil.text(textOf(body)), headers);
    else if (spoil?.type === "error") {
      const instead = answerError(spoil.error);
      write(response, instead.status, instead.body, headers);
    } else write(response, status, body, headers);
  };
  const delay = desk.faults.rest.latencyMs(named);
  if (delay > 0) setTimeout(send, delay);
  else send();
};

/** Handles one request; never rejects. */
export const handleHttp = async (
  request: IncomingMessage,
  response: ServerResponse,
  desk: Desk,
  admin: Admin,
): Promise<void> => {
  try {
    const text = await readBody(request);
    if (request.url?.startsWith("/admin/") === true) {
      const { status, body } = admin.answer(request.method ?? "GET", request.url, text);
      write(response, status, body, {});
    } else reply(request, response, desk, text);
  } catch (error) {
    const { status, body } = answerError(error);
    write(response, status, body, {});
  }
};
