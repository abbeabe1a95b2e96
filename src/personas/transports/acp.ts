// Transport `acp`: agent programs that speak Agent Client Protocol. What is said to them is in providers/acp.ts; what is known of each, in agents/.
import Type from 'typebox';
import type { Static } from 'typebox';
import { createAcpProvider } from '../providers/acp.ts';
import { placedCommand } from './placed-command.ts';
import type { Transport } from './transport.ts';

const schema = Type.Object({
  command: Type.Array(Type.String({ minLength: 1 }), {
    minItems: 1,
    description:
      'The program that speaks the protocol over its standard input and output, and its arguments. A preset has one. Relative paths resolve against this file.',
  }),
  args: Type.Optional(
    Type.Array(Type.String(), { description: 'Further arguments, after those of the command or of the preset.' }),
  ),
  model: Type.Optional(
    Type.String({ minLength: 1, description: 'The model where neither the step nor the persona names one.' }),
  ),
  mode: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'A mode of the agent itself, by the agent’s own word. Left out: its own, or what the preset chooses.',
    }),
  ),
  settings: Type.Optional(
    Type.Array(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*=' }), {
      description:
        'Variables with their values, `NAME=value`, for what is no secret: they stand above those of the preset.',
    }),
  ),
  readable: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      description: 'Folders outside the worktree that the agent needs to read, in the sandbox.',
    }),
  ),
});

/** Any program that speaks Agent Client Protocol, run in the sandbox. */
export const acp: Transport<Static<typeof schema>> = {
  name: 'acp',
  summary: 'an agent program',
  schema,
  shared: ['env', 'timeout'],
  strategies: ['immediate'],
  example: '{ transport: acp, command: [my-agent, --acp] }',
  placed: (options, at) => ({
    ...options,
    command: [...placedCommand(options.command, at)],
    ...(options.readable === undefined ? {} : { readable: options.readable.map((path) => at.folder(path)) }),
  }),
  create: createAcpProvider,
};
