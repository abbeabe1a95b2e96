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
  const found = output.split('\n').flatMap(endingOf);
  const own = found.filter((ending) => ending !== ofMake);
  return own.length === 0 ? found : own;
}

const firstWords = /^g?make(?:\[\d{1,9}\])?: \*\*\* \[/;
const lastWords = /^([A-Z][a-z ]{1,40}?)(?: (\d{1,3}))?(?: \(core dumped\))?$/;

/** The recipe stands in brackets, and may hold some. */
function endingOf(line: string): readonly Ending[] {
  const end = line.lastIndexOf('] ');
  if (end === -1 || !firstWords.test(line)) return [];
  const [, word = '', code] = lastWords.exec(line.slice(end + 2)) ?? [];
  const signal = told[word];
  if (code !== undefined) return word === 'Error' ? [Number(code)] : [];
  return signal === undefined ? [] : [signal];
}
