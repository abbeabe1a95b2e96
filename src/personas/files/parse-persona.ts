// One persona file: text → checked persona, or every mistake with its place. Reads no files.
import { isObject, readDuration, sha256, defined } from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';
import type { Finding } from '../../engine/index.ts';
import { fileMessages } from '../model/messages.ts';
import type { Persona } from '../model/types.ts';
import { checkFront } from './check-front.ts';
import { findingsAt } from './finding-at.ts';
import { readFrontMatter } from './front-matter.ts';
import type { FrontMatter } from './front-matter.ts';
import type { PersonaFrontMatter } from './persona-schema.ts';
import { toolFindings } from './tool-findings.ts';
import { readTools } from './tools.ts';
import type { ReadTools } from './tools.ts';

/** A persona, or why there is none. Warnings come with a persona too. */
export type ParsedPersona =
  | { readonly ok: true; readonly persona: Persona; readonly findings: readonly Finding[] }
  | { readonly ok: false; readonly findings: readonly Finding[] };

const idPattern = /^[a-z0-9][a-z0-9._-]{0,63}$/i;

/** A persona file. `path` is shown in findings; `id` is the file name without its ending. */
export interface PersonaText {
  readonly id: string;
  readonly path: string;
  readonly text: string;
  /** It ships with Troupe: a test has held its schema of outputs against the rules, and nobody compiles it to read the file. */
  readonly builtIn?: true;
}

/** The persona in the text of a file. */
export function parsePersona(file: PersonaText): ParsedPersona {
  const front = readFrontMatter(file.text);
  const at = findingsAt(file.path, front);
  const checked = checkFront(front, at, { outputs: file.builtIn !== true });
  const tools = readTools(isObject(front.value) ? front.value : {});
  const found = [...checked.findings, ...toolFindings(front, tools, at)];
  if (!idPattern.test(file.id)) found.push(at([], { code: 'persona/id', message: fileMessages.badId(file.id) }));
  if (front.body === '') found.push(at([], { code: 'persona/empty', message: fileMessages.noPrompt() }));
  const { written } = checked;
  if (expectsOf(written).includes('changes') && !tools.tools.includes('edit'))
    found.push(
      at(['x-troupe', 'expect'], {
        code: 'persona/cannot-change',
        message: fileMessages.cannotChange(),
        hint: fileMessages.cannotChangeHint(),
      }),
    );
  if (written === undefined || found.some((one) => one.severity === 'error')) return { ok: false, findings: found };
  return { ok: true, persona: toPersona({ file, front, written, tools }), findings: found };
}

function toPersona({
  file,
  front,
  written,
  tools,
}: {
  readonly file: PersonaText;
  readonly front: FrontMatter;
  readonly written: PersonaFrontMatter;
  readonly tools: ReadTools;
}): Persona {
  const own = written['x-troupe'] ?? {};
  const model = textOf(Array.isArray(written.model) ? written.model[0] : written.model);
  const timeout = readDuration(own.timeout, { above: 0 });
  return {
    id: file.id,
    name: textOf(written.name) ?? file.id,
    description: textOf(written.description) ?? '',
    tools: tools.tools,
    ...(tools.limits.length === 0 ? {} : { limits: tools.limits }),
    ...(tools.elsewhere.length === 0 ? {} : { elsewhere: tools.elsewhere }),
    // `inherit` is how other tools say: the one in use
    ...(model === undefined || model === 'inherit' ? {} : { model }),
    ...providersIn(own.provider),
    ...defined({ strategy: own.strategy }),
    ...(timeout.ok ? { timeoutMs: timeout.ms } : {}),
    ...defined({ maxCostUsd: own.max_cost_usd, retries: own.retries, sandbox: own.sandbox }),
    ...defined({ infoRequests: own.info_requests }),
    skills: own.skills ?? [],
    // read from YAML without tags: JSON values only
    ...(own.outputs === undefined ? {} : { outputs: own.outputs as JsonObject }),
    profiles: own.profiles ?? {},
    expect: expectsOf(written),
    prompt: front.body,
    source: file.path,
    digest: sha256(file.text),
  };
}

/** The first of a list is its provider; the whole is there where there are more. */
function providersIn(written: string | readonly string[] | undefined): Pick<Persona, 'provider' | 'providers'> {
  const named = [written ?? []].flat();
  const [provider] = named;
  return defined({ provider, providers: named.length > 1 ? named : undefined });
}

function expectsOf(written: PersonaFrontMatter | undefined): Persona['expect'] {
  const expect = written?.['x-troupe']?.expect;
  return expect === undefined ? [] : Array.isArray(expect) ? expect : [expect];
}

/** A text as it is meant: many files write a line end as `\n` in a text without quotes. */
function textOf(value: string | number | boolean | null | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = String(value)
    .replaceAll(String.raw`\n`, '\n')
    .trim();
  return text === '' ? undefined : text;
}
