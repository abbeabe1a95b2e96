// Transport `shell`: the escape hatch for every agent that is a command. What it does with a request is in providers/shell.ts.
import Type from 'typebox';
import type { Static } from 'typebox';
import { createShellProvider } from '../providers/shell.ts';
import { placedCommand } from './placed-command.ts';
import type { Transport } from './transport.ts';

const schema = Type.Object({
  command: Type.Array(Type.String({ minLength: 1 }), {
    minItems: 1,
    description: 'The program and its arguments, a list of words. Relative paths resolve against this file.',
  }),
  result: Type.Optional(
    Type.Unsafe<'object' | 'exit-code'>({
      type: 'string',
      enum: ['object', 'exit-code'],
      description: '`object` (default) or `exit-code`: the exit code is the verdict.',
    }),
  ),
  network: Type.Optional(
    Type.Unsafe<'provider' | 'none'>({
      type: 'string',
      enum: ['provider', 'none'],
      description:
        'What the command itself needs of the network: `provider`, its model (default); `none`, nothing: then only personas with `web` or `execute` have any, in tier 1.',
    }),
  ),
  readable: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      description: 'Folders outside the worktree that the command needs to read, in the sandbox.',
    }),
  ),
});

/** The options of a provider of this transport. */
type ShellOptions = Static<typeof schema>;

/** Any command, run in the sandbox. */
export const shell: Transport<ShellOptions> = {
  name: 'shell',
  summary: 'a command',
  schema,
  shared: ['env', 'timeout'],
  strategies: ['immediate'],
  example: '{ transport: shell, command: [my-agent, --print] }',
  placed: (options, at) => ({
    ...options,
    command: [...placedCommand(options.command, at)],
    ...(options.readable === undefined ? {} : { readable: options.readable.map((path) => at.folder(path)) }),
  }),
  create: createShellProvider,
};
