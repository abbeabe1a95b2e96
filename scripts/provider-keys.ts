// The table of provider keys in docs/operating.md, from the transports themselves.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entrySchema } from '../src/personas/transports/entry-schema.ts';
import { transports } from '../src/personas/transports/list.ts';
import { isObject } from '../src/support/index.ts';

/** docs/operating.md with its table of keys as the transports have them now. */
export function operatingPage(root: string): string {
  const between = /(<!-- from the transports -->\n)[\s\S]*?(<!-- \/from the transports -->)/;
  return readFileSync(join(root, 'docs/operating.md'), 'utf8').replace(
    between,
    (_, begin: string, end: string) => `${begin}\n${table()}\n\n${end}`,
  );
}

function table(): string {
  const words = transports.map(({ name, summary }) => `\`${name}\` (${summary})`).join(', ');
  return [
    '| key | for | meaning |',
    '|---|---|---|',
    `| \`transport\` | all | ${words}. |`,
    ...[...keys()].map(([key, { owners, meaning }]) => `| \`${key}\` | ${owners.join(', ')} | ${meaning} |`),
    '| `preset` | all | A vendor’s name in place of `transport`: it says which one. |',
  ].join('\n');
}

/** Each key with the transports that have it; what all have comes last. */
function keys() {
  const found = new Map<string, { readonly owners: string[]; readonly meaning: string }>();
  for (const transport of transports)
    for (const [key, schema] of Object.entries(entrySchema(transport).properties)) {
      if (key === 'transport' || key === 'preset') continue;
      const meaning = isObject(schema) ? String(schema['description']) : '';
      const known = found.get(key) ?? { owners: [], meaning };
      known.owners.push(transport.name);
      found.set(key, known);
    }
  const rows = [...found].map(([key, { owners, meaning }]) => {
    const isOfAll = owners.length === transports.length;
    return [key, { owners: isOfAll ? ['all'] : owners, meaning, isOfAll }] as const;
  });
  return new Map([...rows.filter(([, { isOfAll }]) => !isOfAll), ...rows.filter(([, { isOfAll }]) => isOfAll)]);
}
