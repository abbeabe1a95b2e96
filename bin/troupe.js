#!/usr/bin/env node
// Starts the command line. Plain JavaScript, so that an old Node gets a sentence instead of a syntax error.
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const wanted = 24;
const major = Number(process.versions.node.split('.')[0]);
/** The source is in a checkout only; what was built there for a package is older than it. */
const source = new URL('../src/cli/index.ts', import.meta.url);
const inCheckout = existsSync(fileURLToPath(source));
if (major < wanted) {
  const remedy = inCheckout
    ? 'In a checkout of Troupe, `npm ci` brings the right Node: use `npm start`, `npm run demo` or `npm exec troupe -- …`.'
    : `Install a newer one (https://nodejs.org/en/download), or let npm bring one for a command: \`npx --yes --package=node@${wanted} -- troupe …\`.`;
  process.stderr.write(`Troupe needs Node ${wanted} or newer; this is Node ${process.versions.node}.\n${remedy}\n`);
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

/** A user of a container may have no home. */
function cacheAtHome() {
  try {
    return join(homedir(), '.cache');
  } catch {
    return '/nonexistent/.cache';
  }
}

const answer = knownAnswer(process.argv.slice(2));
if (answer !== undefined) {
  // whoever reads us may have heard enough: `troupe --help | head`
  process.stdout.on('error', () => process.exit());
  process.stdout.write(answer);
} else {
  // what is compiled once starts in half the time; no home is made for it where there is none
  const cache = process.env.XDG_CACHE_HOME || cacheAtHome();
  if (existsSync(dirname(cache))) module.enableCompileCache(join(cache, 'troupe', 'compiled'));

  const entry = inCheckout ? source : new URL('../dist/cli/index.js', import.meta.url);
  const { main } = await import(entry.href);
  process.exitCode = await main(process.argv.slice(2));
}
