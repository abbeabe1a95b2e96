// What a tier makes of a command before it is started. Shapes only.
import type { ProcessOpen } from './open-process.ts';

/** How a tier starts a command, and what is to be done when nothing of it runs any more. */
export type Prepared = Omit<ProcessOpen, 'timeoutMs' | 'signal' | 'outputBytes'> & {
  /** The words before the command: what stands between is within them. */
  readonly before: readonly string[];
  release(): void;
};
