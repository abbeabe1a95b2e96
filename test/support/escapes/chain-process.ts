// A process of its own that starts chains of forks in one mode and says how many were gone within two seconds of the end of their command.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { allowedMs } from '../patience.ts';
import { plainRun } from '../plain-run.ts';
import type { Mode } from './attempts.ts';
import { enterMode } from './enter-mode.ts';

const chains = 20;
/** Each link starts the next one in a session of its own, says that it was there, and ends. It goes on as long as a file is there. */
const link = `#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
int main(int count, char **words) {
  char *none[] = {0};
  extern char **environ;
  environ = none;
  if (fork()) return 0;
  chdir("/");
  for (;;) {
    struct stat about;
    if (stat(words[1], &about)) return 0;
    setsid();
    int beat = open(words[2], O_WRONLY | O_APPEND | O_CREAT, 0666);
    write(beat, ".", 1);
    close(beat);
    if (fork()) _exit(0);
  }
}
`;
/** The same where there is no compiler. */
const script = `#!/usr/bin/perl
use POSIX (); %ENV = (); fork and exit; chdir "/";
for (;;) { -e $ARGV[0] or exit; POSIX::setsid(); open my $b, ">>", $ARGV[1]; syswrite $b, "."; close $b; fork and POSIX::_exit(0); }
`;

const mode = process.argv[2] as Mode; // the test hands in one of them
const world = enterMode(mode);
const goOn = join(world.dir, 'go-on');
const program = join(world.dir, 'chain');

/** Says whether it is the compiled one. */
function build(): boolean {
  writeFileSync(`${program}.c`, link);
  if (spawnSync('cc', ['-O2', '-o', program, `${program}.c`], { stdio: 'ignore' }).status === 0) return true;
  writeFileSync(program, script);
  chmodSync(program, 0o755);
  return false;
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

async function play(): Promise<void> {
  const isCompiled = build();
  writeFileSync(goOn, '');
  const { sandbox } = await world.sandboxes([]);
  const limitMs = allowedMs(2_000);

  async function isGone(index: number): Promise<boolean> {
    const tree = join(world.dataDir, `tree-${index}`);
    const beats = join(world.dir, `beats-${index}`);
    for (const folder of [tree, beats]) mkdirSync(folder, { recursive: true });
    const beat = join(beats, 'beat');
    const running = await sandbox.open({
      ...plainRun(['sh', '-c', `${program} ${goOn} ${beat}; read -r _`], tree),
      writable: [beats],
      readable: [goOn, program],
    });
    running.stdout.resume();
    running.stderr.resume();
    // the chain is under way
    while (sizeOf(beat) < 50) await pause(5);
    const endsAt = performance.now();
    running.stdin.end('\n');
    const { isLeft } = await running.exit;
    const took = performance.now() - endsAt;
    const said = sizeOf(beat);
    await pause(250);
    return isLeft === undefined && took <= limitMs && sizeOf(beat) === said;
  }

  let gone = 0;
  for (let index = 0; index < chains; index += 2)
    gone += (await Promise.all([isGone(index), isGone(index + 1)])).filter(Boolean).length;
  console.log(JSON.stringify({ gone, of: chains, isCompiled }));
}

try {
  await play();
} finally {
  rmSync(goOn, { force: true });
  world.remove();
}
process.exit(0);
