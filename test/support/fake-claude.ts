// Claude's own program for tests: reads a prompt, makes the edits of its persona, prints its envelope, and leaves in the tree what it was started with.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answers } from './good-answers.ts';

/** Puts `claude` into the folder. `seen.json` of a persona that edits tells how it was started; never the value of a variable. */
export function installClaude(folder: string, answers: Answers): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'claude');
  writeFileSync(file, `#!${process.execPath}\nconst answers = ${JSON.stringify(answers)};\n${program}`);
  chmodSync(file, 0o755);
}

const program = `
const fs = require('node:fs');
const { dirname } = require('node:path');
if (process.argv.includes('--version')) {
  console.log('2.1.332 (Claude Code)');
  process.exit(0);
}
fs.readFileSync(0, 'utf8');
const usual = { status: 'pass', summary: 'Done.', outputs: { risk: 'low' } };
const { edits, ...answer } = answers[process.env.TROUPE_PERSONA] ?? usual;
for (const [path, text] of Object.entries(edits ?? {})) {
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.writeFileSync(path, text);
}
const started = {
  words: process.argv.slice(2),
  variables: Object.keys(process.env),
  token: process.env.CLAUDE_CODE_OAUTH_TOKEN?.length ?? 0,
  canRenew: JSON.stringify(process.env).includes('renews-it'),
  home: fs.readdirSync(process.env.HOME),
};
if (edits !== undefined) fs.writeFileSync('seen.json', JSON.stringify(started));
const result = 'Here it is.\\n\\n\`\`\`json result\\n' + JSON.stringify(answer) + '\\n\`\`\`\\n';
const usage = { input_tokens: 10, output_tokens: 5 };
console.log(JSON.stringify({ type: 'result', subtype: 'success', is_error: false, result, total_cost_usd: 0.01, usage }));
`;
