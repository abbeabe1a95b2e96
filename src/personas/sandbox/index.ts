// Where persona processes, `setup` and `verify` run.
export { createSandboxes } from './sandbox.ts';
export type { Sandboxes, SandboxOptions } from './sandbox.ts';
export { endingSignal, signalMeaning } from './killed.ts';
export { hidesProcesses } from './hides-processes.ts';
export { splitLines } from './split-lines.ts';
export { machineEnvironment } from './environment.ts';
export { findPrograms, programPlaces } from './find-program.ts';
export { withReadable } from './with-readable.ts';
