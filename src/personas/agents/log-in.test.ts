// What is read of the files that agents leave when somebody logs in, and what of them is handed over.
import { expect, test } from 'vitest';
import { agentOf, agents } from './list.ts';
import type { LogIn } from './agent.ts';
import { foundLogIn } from './log-in.ts';

const now = 1_800_000_000_000;
const hour = 3_600_000;

function logInOf(preset: string): LogIn {
  const { logIn } = agentOf(preset);
  if (logIn === undefined) throw new Error(`no log-in for ${preset}`);
  return logIn;
}

function token(exp: number): string {
  const payload = Buffer.from(JSON.stringify({ exp })).toString('base64url');
  return `eyJhbGciOiJub25lIn0.${payload}.signature-signature`;
}

test('claude: the token alone goes as a variable, for as long as it holds', () => {
  const text = (expiresAt: number): string =>
    JSON.stringify({
      claudeAiOauth: { accessToken: 'sk-ant-oat01-token', refreshToken: 'sk-ant-ort01-token', expiresAt },
    });
  const logIn = logInOf('claude-code');
  expect(foundLogIn(logIn, text(now + hour), now)).toEqual({
    state: 'ready',
    handed: 'sk-ant-oat01-token',
    secrets: ['sk-ant-oat01-token'],
    until: now + hour,
  });
  expect(foundLogIn(logIn, text(now), now)).toEqual({ state: 'expired' });
  expect(foundLogIn(logIn, '{"mcpOAuth":{}}', now)).toEqual({ state: 'none' });
});

test('codex: a copy of the file in which nothing renews it; the token says itself when it ends', () => {
  const text = (exp: number): string =>
    JSON.stringify({
      OPENAI_API_KEY: null,
      tokens: { id_token: 'id', access_token: token(exp), refresh_token: 'rt_a-long-refresh-token', account_id: 'a' },
      last_refresh: '2026-11-20T00:00:00Z',
    });
  const found = foundLogIn(logInOf('codex'), text((now + hour) / 1_000), now);
  expect(found).toMatchObject({ state: 'ready', until: now + hour });
  const handed = 'handed' in found ? found.handed : '';
  expect(JSON.parse(handed)).toMatchObject({ tokens: { refresh_token: '', id_token: 'id', account_id: 'a' } });
  expect(handed).not.toContain('rt_a-long');
  expect(foundLogIn(logInOf('codex'), text((now - hour) / 1_000), now)).toEqual({ state: 'expired' });
  expect(foundLogIn(logInOf('codex'), '{"OPENAI_API_KEY":"sk-a-key-of-some-length"}', now)).toMatchObject({
    state: 'ready',
  });
});

test('gemini: an hour of it, and the kind of log-in in its settings', () => {
  const text = JSON.stringify({
    access_token: 'ya29.a-long-access-token',
    refresh_token: '1//x',
    expiry_date: now + hour,
  });
  const found = foundLogIn(logInOf('gemini'), text, now);
  expect(found).toMatchObject({ state: 'ready', until: now + hour });
  expect('handed' in found ? found.handed : '').not.toContain('1//x');
  expect(JSON.stringify(logInOf('gemini').home)).toContain('oauth-personal');
});

test('opencode: keys go, what renews and what is of GitHub stays', () => {
  const logIn = logInOf('opencode');
  const github = { type: 'oauth', access: 'tid=copilot-token-here', refresh: 'gho_sixteen-or-more', expires: 0 };
  const text = JSON.stringify({ zai: { type: 'api', key: 'a-key-that-is-long' }, 'github-copilot': github });
  const found = foundLogIn(logIn, text, now);
  expect('handed' in found ? JSON.parse(found.handed) : {}).toEqual({
    zai: { type: 'api', key: 'a-key-that-is-long' },
  });
  expect(foundLogIn(logIn, JSON.stringify({ 'github-copilot': github }), now)).toEqual({ state: 'none' });
});

test('copilot and grok: seen, and never handed over', () => {
  const copilot = '// User settings\n{"logged_in_users":[{"host":"https://github.com","login":"ada"}]}';
  expect(foundLogIn(logInOf('copilot'), copilot, now)).toEqual({ state: 'kept' });
  expect(foundLogIn(logInOf('grok'), '{"https://auth.x.ai":{"key":"k"}}', now)).toEqual({ state: 'kept' });
});

test.each([undefined, '', 'no JSON', '[]', '7', '"x"', '{}', '{"tokens":7}', '{"tokens":{"access_token":""}}', 'null'])(
  'what is no log-in is none: %s',
  (text) => {
    for (const { logIn } of agents) if (logIn) expect(foundLogIn(logIn, text, now)).toEqual({ state: 'none' });
  },
);

test('no log-in hands a token over that renews it', () => {
  for (const { name, logIn } of agents) {
    if (logIn === undefined || logIn.kept !== undefined) continue;
    expect([name, logIn.without.some((place) => /refresh/i.test(place))]).toEqual([name, true]);
  }
});
