// How every request is made: a fresh token, the pacer, one retry layer, errors people can act on. Knows no endpoint.
import { Octokit } from '@octokit/rest';
import { sleep, TroupeError, withoutEnd } from '../../support/index.ts';
import type { Clock, Logger, Redactor } from '../../support/index.ts';
import type { GitHubTime } from './github-time.ts';
import { errorOf, failureOf, mayBeApplied } from './failure.ts';
import type { Failure } from './failure.ts';
import { limits } from './limits.ts';
import { redactWords } from './outgoing-words.ts';
import type { Pacer, Paced } from './pacer.ts';
import type { TokenHolder } from './permissions.ts';
import type { WriteClass } from './types.ts';

/** Octokit's typed request function, with our credentials set. */
export type Request = Octokit['request'];

/** Where credentials come from; asked right before each request. */
export interface TokenSource {
  /** The whole `authorization` header. */
  header(): Promise<string>;
  /** The server refused this header: make a new one. false: there is no other. */
  drop(header: string): boolean;
}

/** How a write is paced. `known`: what it is about was there before, so a 404 is asked again: GitHub may not show it everywhere yet. */
export interface WriteOptions {
  readonly write?: WriteClass | undefined;
  readonly content?: boolean;
  readonly known?: boolean;
}

/** Sends requests. `what` ends the sentence "Cannot …". */
export interface Client {
  read<Answer>(what: string, call: (request: Request) => Promise<Answer>): Promise<Answer>;
  /** A write that may be repeated: doing it twice is the same as once. Not repeated where no answer came: `github/unclear` then, too. */
  change<Answer>(what: string, options: WriteOptions, call: (request: Request) => Promise<Answer>): Promise<Answer>;
  /** A write that must not be repeated blindly: throws `github/unclear` when nobody knows whether it was applied. */
  once<Answer>(what: string, options: WriteOptions, call: (request: Request) => Promise<Answer>): Promise<Answer>;
}

/** What a client is made of. */
export interface ClientOptions {
  readonly octokit: Octokit;
  readonly tokens: TokenSource;
  readonly pacer: Pacer;
  readonly clock: Clock;
  readonly time: Pick<GitHubTime, 'now'>;
  readonly log: Logger;
  readonly signal?: AbortSignal;
  /** Whose token it is; an App's where nothing is said. */
  holder?(): TokenHolder;
}

/** Octokit as GitHub ships it: it neither retries nor throttles, which is the work of client and pacer. */
export function createOctokit(
  baseUrl: string,
  transport: typeof fetch,
  { log, redactor }: { readonly log: Logger; readonly redactor: Redactor },
): Octokit {
  const octokit = new Octokit({
    baseUrl: withoutEnd(baseUrl, '/'),
    userAgent: 'troupe',
    request: { fetch: transport },
    log: {
      debug: () => {},
      info: () => {},
      warn: (message: string) => log.warn({ message }, 'GitHub client warns'),
      error: (message: string) => log.debug({ message }, 'GitHub client reports'),
    },
  });
  octokit.hook.before('request', (request) => redactWords(request as Record<string, unknown>, redactor)); // an object of its own for each request
  return octokit;
}

/** The client of one installation or token. */
export function createClient({ octokit, tokens, pacer, clock, time, log, signal, ...options }: ClientOptions): Client {
  const holder = options.holder ?? (() => 'app' as const);

  async function send<Answer>(
    paced: Sent,
    once: boolean,
    call: (request: Request) => Promise<Answer>,
  ): Promise<Answer> {
    let tries = 1;
    let waits = 0;
    let renewed = false;
    for (;;) {
      let sent = false;
      let header: string | undefined;
      try {
        const current = await tokens.header();
        header = current;
        return await pacer.run(paced, () => {
          sent = true;
          return call(octokit.request.defaults({ headers: { authorization: current } }));
        });
      } catch (error) {
        if (error instanceof TroupeError) throw error;
        const failure = failureOf(error, time.now().getTime(), waits);
        log.debug({ what: paced.what, failure }, 'GitHub request failed');
        if (failure.kind === 'unauthorized' && header !== undefined && !renewed && tokens.drop(header)) {
          renewed = true;
        } else if (failure.kind === 'limited' && waits < limits.limitWaits) {
          waits += 1;
          log.warn({ what: paced.what, waitMs: failure.waitMs }, 'GitHub rate limit: waiting');
          pacer.pauseUntil(clock.now() + failure.waitMs);
        } else if ((mayRepeat(failure, paced, once && sent) || isHidden(failure, paced)) && tries < limits.tries) {
          await pause(paced.what, tries);
          tries += 1;
        } else {
          const isWrite = paced.urgency !== 'read';
          throw errorOf(failure, { what: paced.what, once: once && sent, isWrite, cause: error, holder: holder() });
        }
      }
    }
  }

  async function pause(what: string, tries: number): Promise<void> {
    const delay = limits.retryDelayMs * 2 ** (tries - 1) * (0.75 + Math.random() / 2);
    try {
      await sleep(clock, delay, signal);
    } catch (cause) {
      throw errorOf(
        { kind: 'aborted', cause: 'stopped' },
        { what, once: false, isWrite: false, cause, holder: holder() },
      );
    }
  }

  return {
    read: (what, call) => send({ what, urgency: 'read' }, false, call),
    change: (what, options, call) => send(pacedWrite(what, options), false, call),
    once: (what, options, call) => send(pacedWrite(what, options), true, call),
  };
}

interface Sent extends Paced {
  readonly known?: boolean;
}

function pacedWrite(what: string, { write = 'create', content = false, known = false }: WriteOptions): Sent {
  return { what, urgency: write, content, known };
}

/** A 404 changed nothing, so anything may be sent again after it. */
function isHidden(failure: Failure, { known = false }: Sent): boolean {
  return known && failure.kind === 'refused' && failure.status === 404;
}

/** A write without an answer may be applied after the one that repeats it: whoever asked for it has to look. */
function mayRepeat(failure: Failure, { urgency }: Sent, once: boolean): boolean {
  if (urgency !== 'read' && mayBeApplied(failure)) return false;
  return failure.kind === 'unsent' || (failure.kind === 'unavailable' && !once);
}

/** The answer, or undefined when GitHub says there is no such thing. */
export async function orUndefined<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof TroupeError && error.code === 'github/not-found') return undefined;
    throw error;
  }
}

/** All rows of a listing, page by page, or up to the row that `isLast` wants. */
export async function allPages<Row>(
  fetchPage: (page: { readonly page: number; readonly per_page: number }) => Promise<readonly Row[]>,
  isLast: (row: Row) => boolean = () => false,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 1; page <= limits.pages; page += 1) {
    const found = await fetchPage({ page, per_page: limits.pageSize });
    rows.push(...found);
    if (found.length < limits.pageSize || found.some(isLast)) break;
  }
  return rows;
}
