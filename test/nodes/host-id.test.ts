/** The name of a process on the bus: its own in a cluster of containers, each of whose processes has the number 1. */
import { expect, it } from "vitest";
import { hostIdOf } from "../../nodes/host-id.ts";

const nats = { url: "nats://127.0.0.1:4222", replicas: 1 };

it.each([
  ["what the settings say", { node: "one", nats }, { host: "box", pid: 1 }, "one"],
  ["alone: the process number", {}, { host: "box", pid: 4711 }, "node-4711"],
  ["in a cluster: the host's name too", { nats }, { host: "3f2a9c", pid: 1 }, "3f2a9c-1"],
  ["no dots, which would part a subject", { nats }, { host: "a.b_c.example", pid: 7 }, "a-b-c-example-7"],
  ["not too long", { nats }, { host: "x".repeat(64), pid: 1 }, `${"x".repeat(48)}-1`],
])("is %s", (_what, settings, here, expected) => {
  expect(hostIdOf(settings as Parameters<typeof hostIdOf>[0], here)).toBe(expected);
});
