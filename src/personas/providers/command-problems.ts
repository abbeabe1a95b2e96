// Whether a provider's command can be started on this machine: looked at without starting it. Changes nothing.
import { accessSync, closeSync, constants, openSync, readSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import { commandMessages as say } from '../model/messages.ts';
import { findPrograms, lookAt, namedOn } from '../sandbox/find-program.ts';
import type { ProviderProblem } from '../model/types.ts';

/** Programs that start a script which is named to them. */
const interpreters =
  /^(?:node|nodejs|bun|deno|tsx|ts-node|python\d*(?:\.\d+)?|ruby|perl|php|lua|sh|bash|dash|zsh|ksh|fish|pwsh|Rscript|osascript)$/;

/** What keeps the command from being started. `path`: where programs are looked up; absent: only what is named by its place is looked at. */
export function commandProblems(
  name: string,
  command: readonly string[],
  path: string | undefined,
): readonly ProviderProblem[] {
  const [program = '', ...words] = command;
  const wrong = programProblem(program, path) ?? scriptProblem(program, words);
  if (wrong === undefined) return [];
  return [{ severity: 'error', message: say.cannotStart(name, wrong.message), hint: wrong.hint }];
}

interface Wrong {
  readonly message: string;
  readonly hint: string;
}

function programProblem(program: string, path: string | undefined): Wrong | undefined {
  const short = basename(program);
  if (isAbsolute(program)) return fileProblem(program) ?? interpreterProblem(program, path);
  if (path === undefined) return undefined;
  const [found] = findPrograms(program, path);
  if (found !== undefined) return interpreterProblem(found, path);
  const [there] = namedOn(program, path);
  return there === undefined
    ? { message: say.notOnPath(short), hint: say.notOnPathHint(path) }
    : (fileProblem(there) ?? { message: say.notOnPath(short), hint: say.notOnPathHint(path) });
}

function fileProblem(file: string): Wrong | undefined {
  const short = basename(file);
  const stat = lookAt(file);
  if (stat === undefined) return { message: say.notThere(short), hint: say.notThereHint(file) };
  if (!stat.isFile()) return { message: say.noFile(short), hint: say.noFileHint(file) };
  if (!may(file, constants.X_OK)) return { message: say.notExecutable(short), hint: say.notExecutableHint(file) };
  return undefined;
}

/** `#!/usr/bin/env node`: the program that the first line of a script names has to be there, too. */
function interpreterProblem(file: string, path: string | undefined): Wrong | undefined {
  const line = firstLine(file);
  if (line === undefined || !line.startsWith('#!')) return undefined;
  const short = basename(file);
  if (line.endsWith('\r')) return { message: say.windowsLines(short), hint: say.windowsLinesHint(file) };
  const [interpreter = '', ...words] = line.slice(2).trim().split(/\s+/);
  const byEnv =
    basename(interpreter) === 'env' ? words.find((word) => !word.startsWith('-') && !word.includes('=')) : undefined;
  if (isAbsolute(interpreter) && fileProblem(interpreter) !== undefined)
    return { message: say.noInterpreter(short, interpreter), hint: say.noInterpreterHint(file) };
  if (byEnv === undefined || path === undefined || isAbsolute(byEnv) || findPrograms(byEnv, path).length > 0)
    return undefined;
  return { message: say.noInterpreter(short, byEnv), hint: say.notOnPathHint(path) };
}

/** `[node, ./persona.mjs]`: the first word that is no option is the script; what follows `-c` and its like is none. */
/** `-c`, `-pe`, `--eval=…`: what follows is no script. */
function isCodeFlag(word: string): boolean {
  if (/^-[a-z]+$/i.test(word)) return /[cepmr]/i.test(word);
  return /^--(?:eval|print|command|module|require|import|loader)\b/i.test(word);
}

function scriptProblem(program: string, words: readonly string[]): Wrong | undefined {
  if (!interpreters.test(basename(program))) return undefined;
  const at = words.findIndex((word) => !word.startsWith('-'));
  const script = words[at];
  const takesCode = words.slice(0, Math.max(0, at)).some(isCodeFlag);
  if (script === undefined || takesCode || !isAbsolute(script)) return undefined;
  const stat = lookAt(script);
  if (stat === undefined) return { message: say.notThere(basename(script)), hint: say.notThereHint(script) };
  return may(script, constants.R_OK)
    ? undefined
    : { message: say.notReadable(basename(script)), hint: say.notThereHint(script) };
}

function may(file: string, mode: number): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}

function firstLine(file: string): string | undefined {
  try {
    const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const bytes = Buffer.alloc(256);
      return bytes.toString('latin1', 0, readSync(handle, bytes)).split('\n')[0];
    } finally {
      closeSync(handle);
    }
  } catch {
    return undefined; // a program may be executable and not readable
  }
}
