import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

test('the App asks for the least it needs, and only its owner may install it', () => {
  const manifest: unknown = parse(readFileSync('app.yml', 'utf8'));
  expect(manifest).toMatchObject({
    public: false,
    default_permissions: {
      checks: 'write',
      contents: 'write',
      issues: 'write',
      pull_requests: 'write',
      metadata: 'read',
      members: 'read',
    },
  });
  expect(manifest).toHaveProperty(
    'default_events',
    'check_run check_suite delete issue_comment issues pull_request pull_request_review push repository repository_dispatch'.split(
      ' ',
    ),
  );
  // nothing beyond the six
  expect(Object.keys(Object(manifest)['default_permissions'])).toHaveLength(6);
});

test('docs/operating.md asks for the same permissions and events', () => {
  const manifest: unknown = parse(readFileSync('app.yml', 'utf8'));
  const page = readFileSync('docs/operating.md', 'utf8');
  const words = (name: string): string => name.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase());
  const events: unknown = Object(manifest)['default_events'];
  expect(page).toContain(
    `events**: ${Array.isArray(events) ? events.map((one) => words(String(one))).join(', ') : ''}.`,
  );
  for (const name of Object.keys(Object(manifest)['default_permissions'])) expect(page).toContain(words(name));
});
