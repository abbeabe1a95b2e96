// What `troupe worker` says.

/** Sentences of `troupe worker`. */
export const workerMessages = {
  isUp: 'the worker is up: it takes requests to these personas',
  stopped: 'stopped',
  badRedis: (isMissing: boolean): string =>
    isMissing ? 'Nobody says where Redis is' : 'The address of Redis cannot be read',
  badRedisHint:
    'Write `--redis redis://host:6379`, or rediss:// over TLS; one with a password stands in TROUPE_REDIS_URL: `TROUPE_REDIS_URL=rediss://:password@host:6379`.',
  passwordInArguments: 'The password of Redis stands among the arguments, where everybody on this machine reads it',
};
