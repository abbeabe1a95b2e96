import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExpression } from './parse.ts';
import { evaluateExpression } from './evaluate.ts';
import { evaluateTemplate } from './template.ts';
import { templateParts } from './template-parts.ts';
import { processorMs } from '../../../test/support/patience.ts';

const scope = {
  task: { number: 7, title: 'a', labels: ['b'] },
  steps: { 'code-review': { status: 'failed', outputs: {} } },
  variables: { x: [1, { y: null }] },
  state: { qa_status: 'pass' },
};

/** Text made of what expressions are made of, so that many of them can be read. */
const pieces = fc.constantFrom(
  ...'task . number title labels steps [ ] ( ) { } \' " ` ${ } code_review ?. ?? && || ! - + * / % === < > ? : , => x'.split(
    ' ',
  ),
  ...'variables constructor __proto__ map filter join includes toJSON fromJSON now 1 0 null true context.state.get'.split(
    ' ',
  ),
  ' ',
  '.map(x => x)',
  "['a']",
);
const expressionLike = fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join(''));

test('any text is an expression with a value, or problems with a place', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), expressionLike), (text) => {
      const parsed = parseExpression(text);
      if (!parsed.ok) {
        expect(parsed.problems.length).toBeGreaterThan(0);
        for (const { at } of parsed.problems) expect(at >= 0 && at <= text.length).toBe(true);
      }
      const result = evaluateExpression(text, scope);
      expect(parsed.ok || !result.ok).toBe(true);
      if (result.ok) expect(JSON.parse(JSON.stringify(result.value))).toEqual(result.value);
    }),
    { numRuns: 3_000 },
  );
});

test('any text is a template with a value, or a failure', () => {
  const braces = fc.constantFrom('{{', '}}', '{', '}', '$', '${', '"', "'", '`', 'task.number', ' ', 'x', '\\');
  const like = fc
    .array(fc.oneof(braces, fc.string({ maxLength: 3 })), { maxLength: 12 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(like, fc.boolean(), (text, dollar) => {
      const result = evaluateTemplate(text, scope, { dollar });
      expect(typeof result.ok).toBe('boolean');
      if (!text.includes('{{') && !text.includes('${')) expect(result).toMatchObject({ ok: true, value: text });
    }),
    { numRuns: 2_000 },
  );
});

test('what people wrote comes out as it went in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (title) => {
      const people = { task: { title } };
      expect(evaluateTemplate('{{task.title}}', people)).toMatchObject({ ok: true, value: title });
      expect(evaluateTemplate('<{{task.title}}>', people)).toMatchObject({ ok: true, value: `<${title}>` });
      expect(evaluateTemplate({ a: ['${task.title}'] }, people, { dollar: true })).toMatchObject({
        ok: true,
        value: { a: [title] },
      });
    }),
  );
});

test('quotes and braces inside an expression do not end it', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), (text) => {
      const quoted = JSON.stringify(text);
      const parts = templateParts(`a{{ ${quoted} }}b{{ { k: ${quoted} } }}`);
      expect(parts.filter(({ kind }) => kind === 'broken')).toEqual([]);
      const value = evaluateTemplate(`{{ ${quoted} }}`, {});
      if (!text.includes('\u2028') && !text.includes('\u2029')) expect(value).toMatchObject({ ok: true, value: text });
    }),
  );
});

test('a long run of openings is read in no time', () => {
  const before = process.cpuUsage();
  evaluateTemplate('{{'.repeat(50_000) + "'", scope);
  evaluateTemplate("{{ '".repeat(20_000), scope);
  evaluateTemplate('${`'.repeat(20_000), scope, { dollar: true });
  evaluateExpression('['.repeat(8_000), scope);
  evaluateExpression('a?.b:'.repeat(1_600), scope);
  expect(processorMs(before)).toBeLessThan(2_000);
});
