// The list of commands, each loaded when it is asked for: a command starts no slower for what others need. Adding one is one file and one line here.
import { Command } from 'commander';
import type { Io } from './common/io.ts';

type Register = (program: Command, io: Io) => void;

const commands: ReadonlyMap<string, () => Promise<Register>> = new Map([
  ['demo', async () => (await import('./commands/demo.ts')).registerDemo],
  ['serve', async () => (await import('./commands/serve.ts')).registerServe],
  ['worker', async () => (await import('./commands/worker.ts')).registerWorker],
  ['doctor', async () => (await import('./commands/doctor.ts')).registerDoctor],
  ['run', async () => (await import('./commands/run.ts')).registerRun],
  ['step', async () => (await import('./commands/step.ts')).registerStep],
  ['validate', async () => (await import('./commands/validate.ts')).registerValidate],
  ['graph', async () => (await import('./commands/graph.ts')).registerGraph],
  ['describe', async () => (await import('./commands/graph.ts')).registerDescribe],
  ['analyze', async () => (await import('./commands/analyze.ts')).registerAnalyze],
  ['workflows', async () => (await import('./commands/workflows.ts')).registerWorkflows],
  ['runs', async () => (await import('./commands/runs.ts')).registerRuns],
  ['queue', async () => (await import('./commands/queue.ts')).registerQueue],
  ['show', async () => (await import('./commands/show.ts')).registerShow],
  ['status', async () => (await import('./commands/show.ts')).registerStatus],
  ['logs', async () => (await import('./commands/logs.ts')).registerLogs],
  ['pause', async () => (await import('./commands/control.ts')).registerControl('pause')],
  ['resume', async () => (await import('./commands/resume.ts')).registerResume],
  ['cancel', async () => (await import('./commands/control.ts')).registerControl('cancel')],
  ['stop', async () => (await import('./commands/control.ts')).registerControl('stop')],
  ['retry', async () => (await import('./commands/control.ts')).registerControl('retry')],
  ['rerun', async () => (await import('./commands/control.ts')).registerControl('rerun')],
  ['skip', async () => (await import('./commands/control.ts')).registerControl('skip')],
  ['approve', async () => (await import('./commands/control.ts')).registerControl('approve')],
  ['reject', async () => (await import('./commands/control.ts')).registerControl('reject')],
  ['answer', async () => (await import('./commands/control.ts')).registerControl('answer')],
  ['budget', async () => (await import('./commands/control.ts')).registerControl('budget')],
  ['followup', async () => (await import('./commands/control.ts')).registerControl('followup')],
  ['explain', async () => (await import('./commands/explain.ts')).registerExplain],
  ['inbox', async () => (await import('./commands/inbox.ts')).registerInbox],
  ['cost', async () => (await import('./commands/cost.ts')).registerCost],
  ['backup', async () => (await import('./commands/backup.ts')).registerBackup],
  ['restore', async () => (await import('./commands/backup.ts')).registerRestore],
  ['report', async () => (await import('./commands/report.ts')).registerReport],
  ['artifacts', async () => (await import('./commands/artifacts.ts')).registerArtifacts],
  ['transcript', async () => (await import('./commands/transcript.ts')).registerTranscript],
  ['inspect', async () => (await import('./commands/inspect.ts')).registerInspect],
  ['personas', async () => (await import('./commands/personas.ts')).registerPersonas],
  ['init', async () => (await import('./commands/init.ts')).registerInit],
  ['completion', completion],
]);

async function completion(): Promise<Register> {
  const { registerCompletion } = await import('./commands/completion.ts');
  return (program, io) => registerCompletion(program, io, () => createProgram(io, []));
}

/** What the exit code of every command says. */
const exitCodeHelp =
  '\nExit codes: 0 done · 1 failed · 2 invalid input · 3 waits for a person · 130 cancelled, or left by Ctrl-C';

/** The program with the command that the first argument names; with all of them where it names none. */
export async function createProgram(io: Io, argv: readonly string[]): Promise<Command> {
  const program = new Command('troupe')
    .description(
      'Label an issue; a troupe of personas plans, builds, tests and reviews it on a branch; you merge the pull request.',
    )
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.note(text.trimEnd()),
      // told with all other errors
      outputError: () => undefined,
    })
    .addHelpText('after', '\nExample:\n  troupe run hotfix --task "Fix the rounding" --answers answers.yml')
    .addHelpText('after', exitCodeHelp);
  const named = commands.get(argv[0] ?? '');
  if (named === undefined) program.version((await import('../host/index.ts')).troupeVersion(), '-v, --version');
  const wanted = named === undefined ? [...commands.values()] : [named];
  for (const register of await Promise.all(wanted.map((load) => load()))) register(program, io);
  return program;
}
