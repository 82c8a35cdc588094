-- A place in the line: moves the line as far as the inlet lets it, and tells a ticket where it stands.
-- KEYS: tail, line, inside, called, pace. ARGV: now, ticket (0: none), a minute, most inside, is calm,
-- idle seconds, called seconds, pace seconds.
local now, ticket = tonumber(ARGV[1]), tonumber(ARGV[2])
local a_second = tonumber(ARGV[3]) / 60
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - ARGV[6])
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - ARGV[7])
redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', now - ARGV[8])
local line = redis.call('HMGET', KEYS[2], 'serving', 'allowed', 'at')
local serving, allowed, at = tonumber(line[1] or 0), tonumber(line[2] or 1), tonumber(line[3] or now)
local tail = tonumber(redis.call('GET', KEYS[1]) or 0)
local is_gone = ticket <= serving and not redis.call('ZSCORE', KEYS[4], ticket)
if ticket > tail or is_gone then
  tail = redis.call('INCR', KEYS[1])
  ticket = tail
end
if ARGV[5] == '1' then
  allowed = math.min(allowed + math.max(0, now - at) * a_second, math.max(1, a_second * 10))
end
local room = ARGV[4] - redis.call('ZCARD', KEYS[3]) - redis.call('ZCARD', KEYS[4])
local step = math.max(0, math.min(math.floor(allowed), tail - serving, room))
for number = serving + 1, serving + step do redis.call('ZADD', KEYS[4], now, number) end
serving = serving + step
if step > 0 then redis.call('ZADD', KEYS[5], now, serving) end
redis.call('HSET', KEYS[2], 'serving', serving, 'allowed', tostring(allowed - step), 'at', ARGV[1])
local oldest = redis.call('ZRANGE', KEYS[5], 0, 0, 'WITHSCORES')
return {ticket, serving, redis.call('ZCARD', KEYS[3]), oldest[1] or '', oldest[2] or ''}
