import { describe, expect, test } from 'vitest';
import { createRedactor } from './redact.ts';

const key = 'Ab1'.repeat(10);

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
