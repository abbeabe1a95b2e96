// What a logger is here, so that no folder depends on the library behind it.

/** Fields beside a message. */
export type LogFields = Readonly<Record<string, unknown>>;

/** A structured logger: fields first, a fixed message second. pino's logger fits. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** A logger that says nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
