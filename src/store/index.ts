// Everything durable behind ports: journal, inbox, surfaces, blobs, tickets. SQLite and files keep it today; nobody outside knows.
export type * from './ports/blobs.ts';
export type * from './ports/control.ts';
export type * from './ports/halts.ts';
export type * from './ports/inbox.ts';
export type * from './ports/store.ts';
export { askDriver, copyStore, hasStore, openStore, receiveStore } from './open-store.ts';
export { deliveryOf } from './delivery.ts';
