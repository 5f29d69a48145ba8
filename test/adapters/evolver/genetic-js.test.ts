import { geneticJs } from "../../../adapters/evolver/genetic-js.ts";
import { evolverConformance } from "./conformance.ts";

evolverConformance(geneticJs);
