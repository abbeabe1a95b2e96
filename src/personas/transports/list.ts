// The transports of this version: the only list of them. A new transport is one file and one line here.
import { acp } from './acp.ts';
import { assisted } from './assisted.ts';
import { dispatch } from './dispatch.ts';
import { http } from './http.ts';
import { llm } from './llm.ts';
import { scripted } from './scripted.ts';
import { shell } from './shell.ts';
import { stream } from './stream.ts';
import type { Transport } from './transport.ts';

/** In the order in which they are told to people; the first one's example is shown. */
export const transports: readonly Transport[] = [
  // a line for each
  shell,
  acp,
  llm,
  http,
  stream,
  dispatch,
  scripted,
  assisted,
];
