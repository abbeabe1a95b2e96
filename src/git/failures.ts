// What git printed, as an error of ours with a code and a hint. Gets text that is redacted already.
import { faultInText, machineError, oneLine, TroupeError } from '../support/index.ts';
import type { ErrorClass } from '../support/index.ts';
import { messages } from './messages.ts';
import { tellsOfDamage } from './mirror-health.ts';
import { refusalHint } from './refusals.ts';
import { serverWords, withServerLines } from './server-words.ts';
import type { ServerWords } from './server-words.ts';

interface Kind {
  readonly code: string;
  readonly class: ErrorClass;
  readonly pattern: RegExp;
}

/** The server's own machine is at fault: it is as good as away. */
const serversDisk: Kind = { code: 'git/network', class: 'transient', pattern: /^/ };

// First match wins. Texts are git's own (LC_ALL=C) and GitHub's.
const kinds: readonly Kind[] = [
  // before `git/auth`: GitHub says 403 and means later
  { code: 'git/network', class: 'transient', pattern: /secondary rate limit|too many requests|abuse detection/i },
  // another push holds the ref at this moment
  { code: 'git/network', class: 'transient', pattern: /\.lock': File exists|another git process seems to be running/i },
  {
    code: 'git/stale',
    class: 'failed',
    pattern:
      /stale info|fetch first|non-fast-forward|cannot lock ref|failed to lock|reference already exists|incorrect old value|remote ref updated since/i,
  },
  {
    code: 'git/refused',
    class: 'config',
    pattern:
      /transport '\w{1,20}' not allowed|protected branch|hook declined|GH00\d|GH013|refusing to update checked out branch|refusing to|\[remote rejected\]|uses plaintext credentials/i,
  },
  {
    code: 'git/auth',
    class: 'auth',
    pattern:
      /authentication failed|could not read (username|password)|terminal prompts disabled|invalid username or (password|token)|returned error: 401|permission to \S+ denied|write access to repository not granted|dubious ownership/i,
  },
  // a 403 without GitHub's words about permission may be a limit, whose words git does not show: tried again
  { code: 'git/auth', class: 'transient', pattern: /returned error: 403/i },
  {
    code: 'git/not-found',
    class: 'config',
    pattern:
      /repository (?:\S+ )?not found|returned error: 404|does not appear to be a git repository|couldn't find remote ref|not our ref|bad object|not a valid object name|unknown revision|bad revision/i,
  },
  {
    code: 'git/network',
    class: 'transient',
    pattern:
      /could not resolve host|failed to connect|couldn't connect|connection (timed out|refused|reset|was closed)|early eof|rpc failed|returned error: (429|5\d\d)|unexpected disconnect|hung up unexpectedly|remote end hung up|operation timed out|\b(?:ssl_(?:connect|read|write|error)|gnutls_|gnutls (?:recv|send|handshake) |openssl\b|(?:ssl|tls) (?:connect|connection|handshake|alert|peer|packet)|ssl certificate|server certificate|schannel)|block timeout|unable to access/i,
  },
];

/** The error for a failed command. `said` is what git printed; the server's lines stand beneath the message. `place`: where git works here. */
export function failureOf(what: string, said: string, place?: string): TroupeError {
  const words = serverWords(said);
  const fault = faultInText(said.replaceAll(/^remote:[^\n]*$/gm, ''), place);
  if (fault !== undefined) return machineError(what, fault, said);
  if (tellsOfDamage(said))
    return new TroupeError('git/mirror', messages.failed(what, messages.damaged), {
      class: 'transient',
      hint: messages.hint('git/mirror'),
    });
  const kind = words.lines.some((line) => faultInText(line) !== undefined) ? serversDisk : kindOf(said, words);
  const code = kind?.code ?? 'git/failed';
  const message = messages.failed(what, reasonOf(said, words));
  return new TroupeError(code, withServerLines(message, words.lines), {
    class: kind?.class ?? 'failed',
    hint: code === 'git/refused' ? refusalHint(said) : messages.hint(code),
  });
}

/** The error where there is no git at all. */
export function missingGit(what: string): TroupeError {
  return new TroupeError('git/missing', messages.failed(what, messages.missing), {
    class: 'config',
    hint: messages.hint('git/missing'),
  });
}

/** Where a ref was rejected, that reason decides: a hook's lines may say anything. */
function kindOf(said: string, { reason }: ServerWords): Kind | undefined {
  const isVerdict = reason !== undefined && /declined|violations|prohibited|denied|not allowed/i.test(reason);
  const text = isVerdict ? `[remote rejected] ${reason}` : said;
  return kinds.find(({ pattern }) => pattern.test(text));
}

function reasonOf(said: string, { reason }: ServerWords): string {
  if (reason === 'stale info') return messages.stale;
  if (reason !== undefined && reason !== '') return oneLine(reason, 300);
  const lines = said.split('\n').map((line) => line.trim());
  const telling =
    lines.find((line) => /^(fatal|error):/.test(line)) ??
    lines.find((line) => line.startsWith('!')) ??
    lines.find((line) => line !== '');
  return oneLine((telling ?? 'git gave no reason').replace(/^(fatal|error): /, ''), 300);
}
