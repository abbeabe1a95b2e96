// The port that keeps whether an operator has stopped everything: every change of it stays, with who, when and why.

/** Everything was stopped, or let go on again. */
export interface Halting {
  readonly halted: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly login: string;
  /** Where it was said: on GitHub, or at the machine. */
  readonly from: 'comment' | 'cli';
  readonly reason: string | null;
}

/** Whether work goes on. */
export interface Halts {
  /** The order that holds; undefined: work goes on. */
  now(): Promise<Halting | undefined>;
  /** Durable when resolved. false: it was so already, and nothing is noted. */
  set(order: Halting): Promise<boolean>;
  /** What was ordered, newest first. */
  history(limit: number): Promise<readonly Halting[]>;
}
