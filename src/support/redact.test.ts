import { describe, expect, test } from 'vitest';
import { createRedactor } from './redact.ts';

const key = 'Ab1'.repeat(10);
const pem = `-----BEGIN PRIVATE KEY-----\n${`${'MIIEvQ9kX+/a'.repeat(5)}abcd\n`.repeat(3)}q8Zk2w==\n-----END PRIVATE KEY-----\n`;

describe('a secret that is known', () => {
  const secret = 'hunter2/öl+"=';
  const redactor = createRedactor([secret]);

  test.each([
    ['as it is', secret],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64 for addresses', Buffer.from(secret).toString('base64url')],
    ['in hex', Buffer.from(secret).toString('hex')],
    ['in an address', encodeURIComponent(secret)],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['backwards', Array.from(secret).toReversed().join('')],
  ])('%s', (_how, form) => {
    expect(redactor.text(`before ${form} after`)).toMatch(/^before \[redacted\]=* after$/);
  });

  test('in the header that git sends', () => {
    const header = `Authorization: Basic ${Buffer.from(`x-access-token:${secret}`).toString('base64')}`;
    expect(redactor.text(header)).toMatch(/^Authorization: Basic \[redacted\]=*$/);
  });

  test('that came later', () => {
    const later = createRedactor();
    expect(later.text('password swordfish')).toBe('password swordfish');
    later.add('swordfish');
    expect(later.text('password swordfish')).toBe('password [redacted]');
  });

  test('of five characters would eat ordinary words and is not taken', () => {
    expect(createRedactor(['where']).text('where it was')).toBe('where it was');
  });

  test('that holds another one goes as a whole', () => {
    expect(createRedactor(['secret', 'secret-and-more']).text('a secret-and-more b')).toBe('a [redacted] b');
  });
});

describe('what is secret within a secret', () => {
  test.each([
    ['without the blanks around it', '  k9Zx-Qw7vTb2_Lm4\n', 'k9Zx-Qw7vTb2_Lm4'],
    ['a line', 'first-9f8e7d6c\nsecond-1a2b3c4d', 'second-1a2b3c4d'],
    ['the value of a line', 'USER=ada\nexport PASSWORD="c0rrect-h0rse"', 'c0rrect-h0rse'],
    ['a value of its JSON', '{"type":"x","deep":[{"private_key_id":"9f8e7d6c5b4a3"}]}', '9f8e7d6c5b4a3'],
    ['the password of an address', 'postgres://ada:s3cr%40t-pw9@db.example/app', 's3cr@t-pw9'],
    ['the password of a pair', 'ada:s3cret-pw9', 's3cret-pw9'],
    ['what a header holds', 'Bearer q1w2e3r4t5y6', 'q1w2e3r4t5y6'],
    ['a pair in base64', Buffer.from('ada:s3cret-pw9').toString('base64'), 's3cret-pw9'],
    ['a line of a key', pem.replaceAll('\n', String.raw`\n`), pem.split('\n')[2] ?? ''],
    ['a key in JSON', JSON.stringify({ private_key: pem }), pem.split('\n').slice(1, -2).join('')],
  ])('%s', (_what, whole, part) => {
    expect(createRedactor([whole]).text(`of ${part}!`)).toBe('of [redacted]!');
  });

  test('is nothing that reads like a setting, an address or a person', () => {
    const account = {
      type: 'service_account',
      project_id: 'shop-prod',
      client_email: 'bot@shop.example',
      n: '1234567',
    };
    const redactor = createRedactor([JSON.stringify({ ...account, token_uri: 'https://oauth2.example/token' })]);
    const text = 'service_account of shop-prod, bot@shop.example, 1234567, https://oauth2.example/token';
    expect(redactor.text(text)).toBe(text);
  });
});

describe('a secret that expires', () => {
  test('is forgotten some minutes after it has, and not before', () => {
    let now = 0;
    const redactor = createRedactor([], () => now);
    redactor.add('token-1-9f8e7d6c5b4a', 3_600_000);
    redactor.add('kept-for-good-1a2b3c4d');
    const text = 'token-1-9f8e7d6c5b4a and kept-for-good-1a2b3c4d';
    now = 3_600_000 + 5 * 60_000;
    redactor.add('token-2-9f8e7d6c5b4a', 3_600_000);
    expect(redactor.text(text)).toBe('[redacted] and [redacted]');
    now += 6 * 60_000;
    redactor.add('token-3-9f8e7d6c5b4a', 3_600_000);
    expect(redactor.text(text)).toBe('token-1-9f8e7d6c5b4a and [redacted]');
    expect(redactor.text('token-2-9f8e7d6c5b4a')).toBe('[redacted]');
    expect(redactor.secretsIn(Buffer.from('token-1-9f8e7d6c5b4a')).size).toBe(0);
  });

  test('lives on where it is told again', () => {
    let now = 0;
    const redactor = createRedactor([], () => now);
    redactor.add('token-1-9f8e7d6c5b4a', 60_000);
    now = 60_000;
    redactor.add('token-1-9f8e7d6c5b4a', 3_600_000);
    now = 3_000_000;
    redactor.add('another-9f8e7d6c5b4a', 1);
    expect(redactor.text('token-1-9f8e7d6c5b4a')).toBe('[redacted]');
  });
});

test('the head and the tail of a text are redacted as the whole is: no half of a secret is left where it was cut', () => {
  const secret = 'k9Zx-Qw7vTb2_Lm4Rn8Ys6';
  const redactor = createRedactor([secret]);
  const text = `ä before ${secret} after`;
  const begin = text.indexOf(secret);
  for (let cut = 0; cut <= text.length; cut += 1) {
    const [head, tail] = [redactor.head(text, cut), redactor.tail(text, text.length - cut)];
    expect(`${head}|${tail}`).not.toMatch(/Zx-Q|Lm4R|Ys6/);
    if (cut <= begin) expect(head).toBe(text.slice(0, cut));
    if (cut >= begin + secret.length) expect(tail).toBe(text.slice(cut));
  }
  expect(redactor.tail(text, 0)).toBe('');
  expect(redactor.head('short', 99)).toBe('short');
});

describe('text that looks like a secret', () => {
  test.each([
    `ghp_${key}`,
    `github_pat_${key}`,
    `sk-ant-api03-${key}`,
    `xai-${key}`,
    `AIza${'x'.repeat(35)}`,
    `eyJ${key}.eyJ${key}.${key}`,
    `-----BEGIN RSA PRIVATE KEY-----\n${key}\n-----END RSA PRIVATE KEY-----`,
    `-----BEGIN PRIVATE KEY-----\n${key} cut off here`,
  ])('%s', (secret) => {
    expect(createRedactor().text(`a ${secret}`)).toBe('a [redacted]');
    expect(createRedactor().text(secret)).toBe('[redacted]');
  });

  test('after a line end that is written as two characters', () => {
    expect(createRedactor().text(JSON.stringify(`key:\nsk-${key}`))).toBe(String.raw`"key:\n[redacted]"`);
    expect(createRedactor().text(`first\nsk-${key}`)).toBe('first\n[redacted]');
  });

  test.each([
    'risk-assessment-of-the-whole-change',
    'task-1-write-the-first-test-for-it',
    'sk-translation-of-the-handbook',
    'disk-0123456789abcdef0123456789',
    'ghp_short',
  ])('%s is an ordinary word', (word) => {
    expect(createRedactor().text(`the ${word}.`)).toBe(`the ${word}.`);
  });
});

describe('values of JSON', () => {
  test('under a name of secrets go', () => {
    const found = createRedactor().json({
      API_KEY: 'a',
      'github-token': 'b',
      accessToken: 'c',
      nested: [{ password: 'd', Authorization: 'e' }],
    });
    expect(found).toEqual({
      API_KEY: '[redacted]',
      'github-token': '[redacted]',
      accessToken: '[redacted]',
      nested: [{ password: '[redacted]', Authorization: '[redacted]' }],
    });
  });

  test('under names that only sound like it stay', () => {
    const usage = { tokens: 12, inputTokens: '12', output_tokens: '3', tokenizer: 'bpe', secretary: 'ann', token: '' };
    expect(createRedactor().json(usage)).toEqual(usage);
  });

  test('in texts and in names go by content', () => {
    const redactor = createRedactor(['swordfish']);
    expect(redactor.json({ swordfish: ['a swordfish', 1, null, true] })).toEqual({
      '[redacted]': ['a [redacted]', 1, null, true],
    });
  });

  test('that nobody can change any more are looked at again when a secret came later', () => {
    const redactor = createRedactor();
    const shared = Object.freeze({ 'a swordfish': 'fish', list: Object.freeze(['a swordfish']) });
    const half = Object.freeze({ inner: { text: 'a fish' } });
    expect(redactor.json({ shared, half })).toEqual({ shared, half });
    redactor.add('swordfish');
    half.inner.text = 'a swordfish';
    const found = redactor.json({ shared, half });
    expect(found).toEqual({
      shared: { 'a [redacted]': 'fish', list: ['a [redacted]'] },
      half: { inner: { text: 'a [redacted]' } },
    });
    half.inner.text = 'a fish';
    expect(redactor.json(half)).toBe(half);
    half.inner.text = 'a swordfish';
    expect(redactor.json(half)).toEqual({ inner: { text: 'a [redacted]' } });
  });

  test('come back as the very same object when nothing is in them', () => {
    const redactor = createRedactor(['swordfish']);
    const clean = { text: 'a fish', list: ['a', { b: 1 }] };
    expect(redactor.json(clean)).toBe(clean);
    const found = redactor.json({ clean, other: ['a swordfish'] });
    expect(found).toEqual({ clean, other: ['a [redacted]'] });
  });
});

describe('the time that a text takes', () => {
  const words = 'The total of the cart ignores "quantity": see src/cart.js:12 and https://cart.example/a?b=c%20d\n';
  const textOf = (characters: number): string => words.repeat(characters / words.length + 1).slice(0, characters);
  const many = (count: number): string[] =>
    Array.from({ length: count }, (_, n) => `ghs_${n}${'aB3dE5fG7hJ9kL1m'.repeat(2)}${n}`);
  /** Milliseconds of processor, the least of some tries: whatever else this machine does is not in it. */
  function processorMs(work: () => void): number {
    const tries = Array.from({ length: 4 }, () => {
      const before = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    return Math.max(0.5, Math.min(...tries));
  }

  test('is the same for a thousand secrets as for one', () => {
    const [one, thousand] = [createRedactor(many(1)), createRedactor(many(1_000))];
    const text = textOf(64 * 1024);
    const few = processorMs(() => one.text(text));
    expect(processorMs(() => thousand.text(text))).toBeLessThan(4 * few);
  });

  test.each([
    'eyJ',
    'eyJaaaaaaaaaaaa.',
    'sk-',
    '\\',
    '&#1;',
    '://a:b@',
    '-----BEGIN PRIVATE KEY-----',
    '\u001b[',
    'a1',
    '1,',
    words,
  ])('grows with its length and no faster: %j', (unit) => {
    const redactor = createRedactor(['one-secret-9f8e7d6c5b']);
    const [short, long] = [32, 128].map((size) => unit.repeat((size * 1024) / unit.length));
    const small = processorMs(() => redactor.text(short ?? ''));
    expect(processorMs(() => redactor.text(long ?? ''))).toBeLessThan(10 * small);
  });
});

describe('a long text that is looked through in turns', () => {
  const secret = 'Zq7Rk2Vw9Xj4Ty6Ub8Nc3Md5Pf1Gh0SaLe';
  const filler = 'The total of the cart ignores "quantity".\n';
  // around the places where one step ends and the next begins, and where a key of a vendor is cut by none
  const text = [131_072, 131_072 - 20, 262_144 + 7, 196_608, 400_000]
    .toSorted((a, b) => a - b)
    .reduce(
      (whole, place) => `${whole}${filler.repeat(20_000).slice(0, place - whole.length)}${secret}`,
      `ghp_${'aB3dE5fG7hJ9kL1m'.repeat(2)} `,
    );

  test('is redacted as it is at once, and other work has its turns meanwhile', async () => {
    const [once, inTurns] = [createRedactor([secret]), createRedactor([secret])];
    let turns = 0;
    let isOn = true;
    const others = (async () => {
      for (; isOn; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    })();
    await inTurns.lookThrough({ said: [text] });
    isOn = false;
    await others;
    expect(turns).toBeGreaterThanOrEqual(4);
    expect(inTurns.text(text)).toBe(once.text(text));
    expect(inTurns.text(text)).not.toContain(secret.slice(0, 6));
    expect(inTurns.json({ said: [text] })).toEqual(once.json({ said: [text] }));
  });

  test('hides what became a secret meanwhile, or later', async () => {
    const redactor = createRedactor(['another-secret-5f4e3d']);
    const looking = redactor.lookThrough(text);
    redactor.add(secret);
    await looking;
    expect(redactor.text(text)).not.toContain(secret.slice(0, 6));
    redactor.add('cart ignores');
    expect(redactor.text(text)).not.toContain('cart ignores');
  });
});
