// Transport `assisted`: a person does it. How they are asked and what counts as an answer is in providers/assisted.ts.
import Type from 'typebox';
import { createAssistedProvider } from '../providers/assisted.ts';
import type { Transport } from './transport.ts';

/** A person who answers on the issue. */
export const assisted: Transport = {
  name: 'assisted',
  summary: 'a person',
  schema: Type.Object({}),
  shared: [],
  strategies: ['callback'],
  example: '{ transport: assisted }',
  create: createAssistedProvider,
};
