// What GNU make says of recipes that failed, in its last words. Reads text only.

/** As the C library names them; make adds that a core was dumped. */
const told: Readonly<Record<string, NodeJS.Signals>> = {
  Killed: 'SIGKILL',
  Terminated: 'SIGTERM',
  Hangup: 'SIGHUP',
  Interrupt: 'SIGINT',
  Quit: 'SIGQUIT',
  Aborted: 'SIGABRT',
  'Segmentation fault': 'SIGSEGV',
  'Bus error': 'SIGBUS',
  'Illegal instruction': 'SIGILL',
  'Floating point exception': 'SIGFPE',
};

/** make's own exit code: an outer make repeats it of an inner one. */
const ofMake = 2;

/** How a recipe ended: a signal, or its exit code. */
type Ending = NodeJS.Signals | number;

/** How each recipe ended. Ignored failures are none, and what an inner make said counts once. */
export function makeFailures(output: string): readonly Ending[] {
  const found = [...output.matchAll(lastWords)].flatMap(endingOf);
  const own = found.filter((ending) => ending !== ofMake);
  return own.length === 0 ? found : own;
}

const lastWords = /^g?make(?:\[\d+\])?: \*\*\* \[[^\n]*\] ([A-Z][a-z ]+?)(?: (\d{1,3}))?(?: \(core dumped\))?$/gm;

function endingOf([, word = '', code]: RegExpMatchArray): readonly Ending[] {
  const signal = told[word];
  if (code !== undefined) return word === 'Error' ? [Number(code)] : [];
  return signal === undefined ? [] : [signal];
}
