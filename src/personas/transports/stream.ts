// Transport `stream`: workers that read requests from Redis, in any language. What lies where is in stream/, who sends in providers/stream.ts.
import Type from 'typebox';
import { createStreamProvider } from '../providers/stream.ts';
import type { StreamConfig } from '../providers/stream-config.ts';
import { sourceKey } from './source-key.ts';
import type { Transport } from './transport.ts';

const schema = Type.Object({
  url: Type.String({
    minLength: 1,
    description: 'Where Redis is: `redis://127.0.0.1:6379`, or `rediss://…` over TLS.',
  }),
  key: Type.Optional(
    Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', description: 'The variable that holds the password of Redis.' }),
  ),
  prefix: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9._-]{1,64}$',
      description: 'What the names of all keys begin with; workers are told the same. Default: `troupe`.',
    }),
  ),
  source: Type.Optional(sourceKey),
  allow_plain: Type.Optional(
    Type.Boolean({ description: 'No TLS to another machine is meant, over a way that is your own.' }),
  ),
});

/** Workers behind Redis. */
export const stream: Transport<StreamConfig['options']> = {
  name: 'stream',
  summary: 'workers behind Redis',
  schema,
  shared: ['env', 'timeout'],
  strategies: ['stream'],
  example: '{ transport: stream, url: redis://127.0.0.1:6379 }',
  create: createStreamProvider,
};
