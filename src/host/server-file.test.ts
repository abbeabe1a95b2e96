import { expect, test } from 'vitest';
import { messageOf } from '../support/index.ts';
import { hostProviders } from './providers.ts';
import { defaultServerFile, parseServerFile } from './server-file.ts';

function problem(text: string): string {
  try {
    const serverFile = parseServerFile(text, 'troupe.config.yml');
    hostProviders({ serverFile, baseDir: '/', secrets: {} });
    return '';
  } catch (error) {
    return messageOf(error);
  }
}

test('a wrong word is one mistake that names the right ones', () => {
  expect(problem('sandbox: on\npermissions:\n  trigger: wirte\n').split('\n').slice(1)).toEqual([
    'troupe.config.yml:3: `permissions.trigger` must be one of admin, maintain, write, triage, read.',
    'troupe.config.yml:1: `sandbox` must be one of required, auto, off.',
  ]);
});

test('a filter is run only by a name that Troupe knows how to run', () => {
  expect(parseServerFile('git: { filters: [lfs] }\n', 'troupe.config.yml').git.filters).toEqual(['lfs']);
  expect(defaultServerFile().git.filters).toEqual([]);
  expect(problem('git: { filters: [git-crypt] }\n')).toContain(
    'troupe.config.yml:1: `git.filters.0` must be one of lfs',
  );
});

test('what holds without a file', () => {
  expect(defaultServerFile()).toMatchObject({
    sandbox: 'auto',
    permissions: { trigger: 'write', control: 'write', approve: 'write' },
  });
});

test('mistake and hint of a provider are two sentences', () => {
  expect(problem('providers:\n  fixer: { transport: shel }\n')).toContain(
    'troupe.config.yml:2:23: fixer: has the unknown transport "shel". Did you mean "shell"?',
  );
});

test('every mistake of a provider says where it stands', () => {
  const text = `providers:
  a: { transport: shell, comand: [x] }
  b:
    transport: shell
    command: [x, 7]
`;
  expect(problem(text).split('\n').slice(1)).toEqual([
    'troupe.config.yml:2:6: a: needs `command` for the transport shell',
    'troupe.config.yml:2:26: a: has the unknown key "comand". Did you mean "command"?',
    'troupe.config.yml:5:18: b: `command.1` must be string',
  ]);
});
