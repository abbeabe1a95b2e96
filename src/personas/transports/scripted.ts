// Transport `scripted`: answers from a file, for rehearsals and tests. What it does with a request is in providers/scripted.ts.
import Type from 'typebox';
import type { Static } from 'typebox';
import { createScriptedProvider } from '../providers/scripted.ts';
import type { Provider } from '../model/types.ts';
import type { Transport } from './transport.ts';

const schema = Type.Object({
  answers: Type.String({ minLength: 1, description: 'The file with the answers.' }),
});

/** Answers from a file. */
export const scripted: Transport<Static<typeof schema>> = {
  name: 'scripted',
  summary: 'answers from a file',
  schema,
  shared: [],
  strategies: ['immediate'],
  example: '{ transport: scripted, answers: ./answers.yml }',
  rehearses: true,
  placed: ({ answers }, at) => ({ answers: at.file(answers) }),
  create: createScriptedProvider,
};

/** A provider that can stand in for all others: it answers from the file. `answers`: absolute. */
export function createStandIn(name: string, answers: string): Provider {
  return createScriptedProvider({ name, transport: scripted.name, env: [], options: { answers } });
}
