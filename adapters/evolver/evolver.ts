/**
 * The seam to a package that breeds: one generation out of a rated one, synchronous and equal for equal seeds. It never
 * evaluates anything; rating and state stay with the search.
 */
import type { Breed } from "../../domain/evolution/breeding.ts";

export interface Evolver {
  readonly name: string;
  /** Throws `Invalid` for fewer than two genomes, and for a gene or fitness that is not a finite number. */
  readonly breed: Breed;
}
