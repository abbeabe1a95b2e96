import { describe, expect, test } from 'vitest';
import { parseCommands } from './parse.ts';
import { processorMs } from '../../../test/support/patience.ts';

const bot = 'troupe-bot[bot]';

/** What a comment asks for, in one line per command. */
function read(body: string): string[] {
  return parseCommands(body, bot).map((command) =>
    [
      command.verb,
      ...command.args,
      ...command.values.map(([key, value]) => `${key}=${value}`),
      ...(command.problem === undefined ? [] : [`!${command.problem}`]),
    ].join(' | '),
  );
}

describe('a comment and the commands in it', () => {
  test.each<[what: string, body: string, commands: string[]]>([
    ['one word', '/troupe status', ['status']],
    ['upper case', '/TROUPE Status', ['status']],
    ['no verb means help', '/troupe', ['help']],
    ['no verb and a space', '/troupe   ', ['help']],
    ['a workflow', '/troupe run feature', ['run | feature']],
    ['after a greeting', 'Hello!\n\n/troupe run feature\n\nThanks', ['run | feature']],
    ['directly below a line of text', 'Hello\n/troupe status', ['status']],
    ['several', '/troupe status\n/troupe cancel\n/troupe help', ['status', 'cancel', 'help']],
    ['Windows line ends', 'Hi\r\n/troupe run a\r\n/troupe run b\r\n', ['run | a', 'run | b']],
    ['a tab between', '/troupe\tstatus', ['status']],
    ['up to three spaces before', '   /troupe status', ['status']],
    ['spaces after', '/troupe cancel   ', ['cancel']],
    ['key and value', '/troupe run feature environment=staging', ['run | feature | environment=staging']],
    ['a quoted value', '/troupe run feature title="two words"', ['run | feature | title=two words']],
    ['single quotes', "/troupe run feature title='two words'", ['run | feature | title=two words']],
    ['quotes of a phone', '/troupe run feature title=“two words”', ['run | feature | title=two words']],
    ['an escaped quote', '/troupe run f t="say \\"hi\\""', ['run | f | t=say "hi"']],
    ['an empty value', '/troupe run f t=', ['run | f | t=']],
    ['an empty quoted value', '/troupe run f t=""', ['run | f | t=']],
    ['an equals sign in a value', '/troupe run f q=a=b', ['run | f | q=a=b']],
    ['an open quote', '/troupe run f t="two words', ['run | f | !unclosed-quote']],
    ['an apostrophe inside a word', "/troupe answer it's fine", ["answer | it's | fine"]],
    ['a mention of the bot', '@troupe-bot status', ['status']],
    ['a mention with [bot]', '@troupe-bot[bot] run feature', ['run | feature']],
    ['a mention in capitals', '@Troupe-Bot Run feature', ['run | feature']],
    ['somebody else is mentioned', '@somebody run feature', []],
    ['a longer name is mentioned', '@troupe-bot-2 run feature', []],
    ['a mention alone', '@troupe-bot', []],
    ['not at the start of the line', 'please /troupe run feature', []],
    ['a longer word', '/trouper run feature', []],
    ['a path', '/troupe/run feature', []],
    ['no slash', 'troupe run feature', []],
    ['quoted', '> /troupe run feature', []],
    ['quoted with spaces before', '   > /troupe run feature', []],
    ['quoted twice', '> > /troupe run feature', []],
    ['drawn into a quote by the line above', '> he said\n/troupe run feature', []],
    ['an answer below a quote', '> he said\n\n/troupe run feature', ['run | feature']],
    ['a code fence', '```\n/troupe run feature\n```', []],
    ['a code fence with a language', '```sh\n/troupe run feature\n```', []],
    ['a fence of tildes', '~~~\n/troupe run feature\n~~~', []],
    ['a longer fence around a shorter one', '````\n```\n/troupe run feature\n````', []],
    ['tildes do not close backticks', '```\n~~~\n/troupe run feature\n```', []],
    ['a fence that is never closed', '```\n/troupe run feature', []],
    ['after a closed fence', '```\ncode\n```\n/troupe run feature', ['run | feature']],
    ['a fence inside a line is none', '``` not a fence ```\n/troupe status', ['status']],
    ['indented by four spaces', '    /troupe run feature', []],
    ['indented by a tab', '\t/troupe run feature', []],
    ['an HTML comment', '<!-- /troupe run feature -->', []],
    ['an HTML comment over lines', '<!--\n/troupe run feature\n-->', []],
    ['an HTML comment that is never closed', 'Hi <!--\n/troupe run feature', []],
    ['behind the end of an HTML comment', '<!--\n--> /troupe run feature', []],
    ['below an HTML comment', '<!-- note -->\n/troupe run feature', ['run | feature']],
    ['preformatted text', '<pre>\n/troupe run feature\n</pre>', []],
    ['below preformatted text', '<pre>x</pre>\n/troupe status', ['status']],
    ['code in HTML', '<code>\n/troupe run feature\n</code>', []],
    ['an entry of a list', '- /troupe run feature', []],
    ['in backticks', '`/troupe run feature`', []],
    ['an odd verb stays what it is', '/troupe rm -rf /', ['rm | -rf | /']],
    ['a name of JavaScript', '/troupe __proto__ constructor=1', ['__proto__ | constructor=1']],
    ['nothing', '', []],
    ['only a slash', '/', []],
  ])('%s', (_what, body, commands) => {
    expect(read(body)).toEqual(commands);
  });
});

test('commands know their place, so that each starts a run of its own', () => {
  const commands = parseCommands('Hi\n/troupe run a\n```\n/troupe run x\n```\n/troupe run b', bot);
  expect(commands.map(({ ordinal, line, rest }) => ({ ordinal, line, rest }))).toEqual([
    { ordinal: 0, line: 2, rest: 'run a'.slice(4) },
    { ordinal: 1, line: 6, rest: 'b' },
  ]);
});

test('a comment of 60,000 characters made to be slow is read at once', () => {
  const hostile = [
    '/troupe run '.concat('a="'.repeat(15_000)),
    '<!--'.repeat(15_000),
    '`'.repeat(60_000),
    '> '.repeat(30_000),
    '/troupe '.repeat(7_000),
    ' '.repeat(60_000),
    `@troupe-bot ${'\t'.repeat(50_000)}x`,
  ];
  const before = process.cpuUsage();
  for (const body of hostile) parseCommands(body, bot);
  expect(processorMs(before)).toBeLessThan(1_000);
});
