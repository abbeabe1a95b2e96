// Machine output: one JSON document on stdout. The compiler holds what is printed against the published schema.
import type { Io } from './io.ts';
import type { Output, OutputName } from '../schemas/index.ts';

/**
 * Prints a document that schema/cli/<Name>.schema.json describes.
 * @example printJson<'graph'>(io, { mermaid });
 */
export function printJson<Name extends OutputName = never>(io: Io, value: Output<Name>): void {
  io.out(JSON.stringify(value, null, 2));
}

/** The same as one line, for a stream of documents. */
export function printJsonLine<Name extends OutputName = never>(io: Pick<Io, 'out'>, value: Output<Name>): void {
  io.out(JSON.stringify(value));
}
