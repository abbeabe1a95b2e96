// What has to happen in Redis as one, in its own language. Text only; Redis 7.0 runs them.

/**
 * Puts a request into its stream once, whoever sends it again. KEYS: sent, requests, body, done. ARGV: request id, body, its field (`body`, or
 * `ref` where it lies under a key of its own), seconds that it is kept. Gives `sent`, or `known`.
 */
export const sendScript = `
if redis.call('EXISTS', KEYS[4]) == 1 or redis.call('EXISTS', KEYS[1]) == 1 then return 'known' end
local value = ARGV[2]
if ARGV[3] == 'ref' then
  redis.call('SET', KEYS[3], ARGV[2], 'EX', ARGV[4])
  value = KEYS[3]
end
local id = redis.call('XADD', KEYS[2], '*', 'request_id', ARGV[1], ARGV[3], value)
redis.call('SET', KEYS[1], id, 'EX', ARGV[4])
return 'sent'
`;

/**
 * Who works on an entry says so. KEYS: requests, cancel. ARGV: group, worker, entry. Gives `mine`, `cancelled`, or `lost`: another one has it.
 */
export const heartbeatScript = `
local held = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)
if #held == 0 or held[1][2] ~= ARGV[2] then return 'lost' end
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'JUSTID')
if redis.call('EXISTS', KEYS[2]) == 1 then return 'cancelled' end
return 'mine'
`;

/**
 * Hands an answer in and takes the entry away, where it still is this worker's: one that was frozen cannot answer twice. KEYS: requests, done,
 * results, sent, body, dead. ARGV: group, worker, entry, request id, answer, seconds that it is kept, `dead` or empty. Gives `done`, or `lost`.
 */
export const finishScript = `
local held = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)
if #held == 0 or held[1][2] ~= ARGV[2] then return 'lost' end
if ARGV[5] ~= '' and redis.call('SET', KEYS[2], ARGV[5], 'NX', 'EX', ARGV[6]) then
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', 10000, '*', 'request_id', ARGV[4])
end
if ARGV[7] == 'dead' then redis.call('XADD', KEYS[6], 'MAXLEN', '~', 10000, '*', 'request_id', ARGV[4], 'stream', KEYS[1]) end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
redis.call('XDEL', KEYS[1], ARGV[3])
redis.call('DEL', KEYS[5])
return 'done'
`;
