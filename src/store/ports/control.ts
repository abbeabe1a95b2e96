// How another process of the same person reaches the one that drives. Shapes only.
import type { Json } from '../../support/index.ts';

/** Answers one verb. What it throws reaches the caller as the same code, message and hint. */
export type ControlHandler = (args: Json) => Promise<Json>;

/** Listens until it is closed. */
export interface ControlServer {
  close(): Promise<void>;
}
