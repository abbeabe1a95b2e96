#!/usr/bin/env node
// Starts the command line. Plain JavaScript, so that an old Node gets a sentence instead of a syntax error.
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const wanted = 24;
const major = Number(process.versions.node.split('.')[0]);
if (major < wanted) {
  process.stderr.write(
    `Troupe needs Node ${wanted} or newer; this is Node ${process.versions.node}.\n` +
      'In a checkout of Troupe, `npm ci` brings the right Node: use `npm start`, `npm run demo` or `npm exec troupe -- …`.\n',
  );
  process.exit(2);
}

/** The answer that needs no program: the version, and the list of commands that `npm run generate` has written. */
function knownAnswer(words) {
  if (words.length !== 1) return undefined;
  const file = (name) => new URL(name, import.meta.url);
  if (words[0] === '--version' || words[0] === '-v')
    return `${JSON.parse(readFileSync(file('../package.json'), 'utf8')).version}\n`;
  if (words[0] === '--help' || words[0] === '-h' || words[0] === 'help') return readFileSync(file('help.txt'), 'utf8');
  return undefined;
}

const answer = knownAnswer(process.argv.slice(2));
if (answer !== undefined) {
  // whoever reads us may have heard enough: `troupe --help | head`
  process.stdout.on('error', () => process.exit());
  process.stdout.write(answer);
} else {
  // what is compiled once starts in half the time; no home is made for it where there is none
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  if (existsSync(dirname(cache))) module.enableCompileCache(join(cache, 'troupe', 'compiled'));

  const built = new URL('../dist/cli/index.js', import.meta.url);
  const source = new URL('../src/cli/index.ts', import.meta.url);
  const entry = existsSync(fileURLToPath(built)) ? built : source;
  const { main } = await import(entry.href);
  process.exitCode = await main(process.argv.slice(2));
}
