// Inbox, runs, journal, blobs: SQLite behind the engine's port.
export type * from './types.ts';
export { openReader, openStore } from './open-store.ts';
export { deliveryOf, logicalKeyOf } from './delivery.ts';
export { callControl, controlPath, serveControl } from './control.ts';
export type { ControlHandler, ControlServer } from './control.ts';
