// Transport `dispatch`: runners of GitHub play personas. What is dispatched and how answers come is in providers/dispatch.ts.
import Type from 'typebox';
import { createDispatchProvider } from '../providers/dispatch.ts';
import type { DispatchConfig } from '../providers/dispatch-config.ts';
import { sourceKey } from './source-key.ts';
import type { Transport } from './transport.ts';

const schema = Type.Object({
  workflow: Type.String({
    pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]*\\.ya?ml$',
    description: 'The file of the workflow that is dispatched, by its name in `.github/workflows`.',
  }),
  key: Type.String({
    pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
    description:
      'The variable that holds what requests are sealed with; the job has the same value as a secret. 32 characters or more.',
  }),
  ref: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_][A-Za-z0-9._/-]*$',
      description: 'The branch whose copy of the workflow runs. Default: the default branch.',
    }),
  ),
  source: Type.Optional(sourceKey),
});

/** Runners of GitHub. */
export const dispatch: Transport<DispatchConfig['options']> = {
  name: 'dispatch',
  summary: 'a runner of GitHub',
  schema,
  shared: ['env', 'timeout'],
  strategies: ['callback'],
  example: '{ transport: dispatch, workflow: troupe-persona.yml, key: TROUPE_DISPATCH_SECRET }',
  create: createDispatchProvider,
};
