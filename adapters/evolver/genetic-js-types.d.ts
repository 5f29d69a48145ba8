/** What is used of genetic-js 0.1.14, which brings no types: `start()` only, never `evolve()` (see genetic-js.ts). */
declare module "genetic-js" {
  export interface Scored<Entity> {
    readonly fitness: number;
    readonly entity: Entity;
  }
  export interface Genetic<Entity> {
    seed: () => Entity;
    fitness: (entity: Entity) => number;
    optimize: (a: number, b: number) => boolean;
    select1: (population: readonly Scored<Entity>[]) => Entity;
    select2: (population: readonly Scored<Entity>[]) => readonly Entity[];
    crossover: (mother: Entity, father: Entity) => readonly Entity[];
    mutate: (entity: Entity) => Entity;
    generation: (population: readonly Scored<Entity>[], generation: number) => boolean;
    readonly configuration: Record<string, number | boolean>;
    start(): void;
  }
  const genetic: {
    create<Entity>(): Genetic<Entity>;
    readonly Optimize: { readonly Maximize: (a: number, b: number) => boolean };
    readonly Select1: { readonly Tournament3: <E>(population: readonly Scored<E>[]) => E };
    readonly Select2: { readonly Tournament3: <E>(population: readonly Scored<E>[]) => readonly E[] };
  };
  export default genetic;
}
