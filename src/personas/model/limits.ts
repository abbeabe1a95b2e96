// What one command of a persona, `setup` or `verify` may take. Shapes only.

/** With everything that the command starts. */
export interface CommandLimits {
  /** Processes and their threads. */
  readonly processes: number;
  /** Bytes of memory of its own, all processes together. */
  readonly memoryBytes: number;
  /** Bytes of one file that it writes. */
  readonly fileBytes: number;
  /** Files that one of its processes has open. */
  readonly openFiles: number;
  /** Bytes of its HOME and its temporary files. */
  readonly diskBytes: number;
  /** Bytes that it writes to stdout and stderr together. */
  readonly outputBytes: number;
  /** Milliseconds, where its own time is longer. */
  readonly timeMs?: number;
}

/** A limit that was reached: the command was ended for it, or gave up because of it. */
export interface ReachedLimit {
  readonly limit: keyof CommandLimits;
  /** What is said of the command: "took more than 512 processes and threads". */
  readonly words: string;
  /** What raises it. */
  readonly hint: string;
}
