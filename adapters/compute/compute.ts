/**
 * The seam to whatever evaluates many tasks at once: threads today, a graphics card or other machines behind the same port.
 * Evaluation is a pure function of the task, so where it runs, and how often, changes nothing.
 */
export interface Compute<Task, Found> {
  /**
   * What was found, in the order of the tasks. Rejects with the reason when a task throws, or ends its worker again and
   * again. One call at a time.
   */
  evaluate(tasks: readonly Task[]): Promise<readonly Found[]>;
  /** Ends the workers; what is under way is lost and its `evaluate` rejects. */
  close(): Promise<void>;
}
