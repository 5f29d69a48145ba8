/** Ends the build: writes down which sources it was made of (nodes/code.ts reads it). */
import { writeFileSync } from "node:fs";
import { hashOfCode } from "../dist/nodes/code.js";

writeFileSync(
  new URL("../dist/code.txt", import.meta.url),
  `${hashOfCode(new URL("../", import.meta.url))}\n`,
);
