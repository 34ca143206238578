#!lua name=mentord_1
-- commit.lua: all that writes a scheme. A turn is kept whole or not at all. Redis does not roll back, so every check of a
-- turn stands before its first write, and no write below may fail. Tables may be long: nothing here is ever unpacked.
--
-- KEYS of a commit   1 head  2 lease  3-5 event ids of today, yesterday, the day before  6 sent  7 keep  8 audit  9 control
--                    10 the scheme's own record  11.. the other kinds of record, one hash each
-- ARGV of a commit   fence turns { seq event_id now_ms ops { op } }; an empty event_id is for what may repeat without harm
--   P key id json            puts a record              S key id json demo   puts the scheme's own record; demo is 0 or 1
--   D key id                 drops a record             N name message_id    what was sent under a name; '' forgets it
--   K id version blob        keeps an adapter's blob    T id                 takes the first entry of the control list
--   A line                   adds to the audit          W                    wipes a demo: records and sent names
-- Every answer is { word, the scheme's seq, turns written, the key in question, … }.

local HEAD, LEASE, SEEN, SENT, KEEP, AUDIT, CONTROL, SCHEME = 1, 2, 3, 6, 7, 8, 9, 10
local TURNS_MAX, OPS_MAX, BYTES_MAX, KEEP_BYTES_MAX, CONTROL_MAX = 64, 1000, 1048576, 43692, 1000
local ERASE_BYTES_MAX = 256 -- what an erasing turn may put for each thing it drops, though memory is full
local LEASE_MS, LEASE_EASE_MS = 4000, 250
local SEEN_S, AUDIT_MS = 4 * 86400, 731 * 86400000

local ARGUMENTS = { P = 3, S = 4, D = 2, N = 2, K = 3, T = 1, A = 1, W = 0 }
local WEIGHT = { P = 3, S = 3, N = 2, K = 3, A = 1 }             -- which argument may be large
local PLACE = { N = SENT, K = KEEP, T = CONTROL, A = AUDIT, W = SENT } -- the key of an op that names none
local REPEATS = { D = true, N = true, K = true, T = true }       -- needs no event id
local TYPES = { [SEEN] = 'set', [SEEN + 1] = 'set', [SEEN + 2] = 'set', [AUDIT] = 'stream', [CONTROL] = 'list' }

-- ---- shape: the arguments themselves ----

local function whole(text)
  return text and #text <= 15 and text:find('^%d+$') and tonumber(text)
end

-- The bytes an op brings; nil when it is no op.
local function op_bytes(c, at, repeats)
  local A, op = c.A, c.A[at]
  local arguments = ARGUMENTS[op]
  if not arguments or at + arguments > c.last or (repeats and not REPEATS[op]) then return nil end
  if not PLACE[op] then
    local key = whole(A[at + 1])
    if not key or key < SCHEME or key > #c.K then return nil end
    if (op == 'S') ~= (key == SCHEME and op ~= 'D') then return nil end
  end
  if op == 'K' and (not whole(A[at + 2]) or #A[at + 3] > KEEP_BYTES_MAX) then return nil end
  if op == 'D' or op == 'W' then c.drops = c.drops + 1 end
  return WEIGHT[op] and #A[at + WEIGHT[op]] or 0
end

-- Where the next turn begins; nil when this is no turn.
local function turn_end(c, at)
  local A, ops = c.A, whole(c.A[at + 3])
  if not ops or ops > OPS_MAX or not whole(A[at]) or not whole(A[at + 2]) then return nil end
  if #A[at + 1] ~= 16 and #A[at + 1] ~= 0 then return nil end
  local repeats = #A[at + 1] == 0
  at = at + 4
  for _ = 1, ops do
    local bytes = op_bytes(c, at, repeats)
    if not bytes then return nil end
    c.bytes, at = c.bytes + bytes, at + ARGUMENTS[A[at]] + 1
  end
  return at
end

local function well_formed(c, erases)
  local at = 3
  if not c.turns or c.turns < 1 or c.turns > TURNS_MAX or #c.K < SCHEME then return false end
  for _ = 1, c.turns do
    at = turn_end(c, at)
    if not at then return false end
  end
  if erases and (c.drops == 0 or c.bytes > c.drops * ERASE_BYTES_MAX) then return false end
  return at == c.last + 1 and c.bytes <= BYTES_MAX
end

-- ---- checks against what is stored; nothing here writes ----

-- A key's type is looked up once a call; our own writes only ever make the right one.
local function wrong_type(c, key)
  if c.typed[key] then return false end
  local type = redis.call('TYPE', c.K[key]).ok
  if type ~= 'none' and type ~= (TYPES[key] or 'hash') then
    c.where = c.K[key]
    return true
  end
  c.typed[key] = type
  return false
end

local function wrong_types(c, first, last)
  for key = first, last do
    if wrong_type(c, key) then return true end
  end
  return false
end

local function known(c, id)
  for key = SEEN, SEEN + 2 do
    if redis.call('SISMEMBER', c.K[key], id) == 1 then return true end
  end
  return false
end

-- Within one turn the same blob may be kept twice, in rising order.
local function newer(c, kept, id, version)
  local before = kept[id]
  if not before then
    local stored = redis.call('HGET', c.K[KEEP], id)
    before = stored and tonumber(stored:match('^%d+')) or -1
  end
  kept[id] = version
  return version > before
end

local function is_first(c, place, id)
  local entry = redis.call('LINDEX', c.K[CONTROL], place)
  return entry and entry:sub(1, #id + 1) == id .. '\n'
end

local function op_refused(c, at, turn)
  local A, op = c.A, c.A[at]
  if wrong_type(c, PLACE[op] or tonumber(A[at + 1])) then return 'TYPE' end
  if op == 'K' and not newer(c, turn.kept, A[at + 1], tonumber(A[at + 2])) then return 'CONFLICT' end
  if op == 'T' then
    if not is_first(c, turn.taken, A[at + 1]) then return 'TAKEN' end
    turn.taken = turn.taken + 1
  end
  if op == 'W' then
    if not c.demo then return 'REAL' end
    if wrong_types(c, SCHEME, #c.K) then return 'TYPE' end
  end
end

local function turn_refused(c, at)
  local A, id = c.A, c.A[at + 1]
  if tonumber(A[at]) ~= c.seq + 1 then return 'SEQ' end
  if id ~= '' and wrong_types(c, SEEN, SEEN + 2) then return 'TYPE' end
  if id ~= '' and known(c, id) then return 'DUP' end
  local turn = { kept = {}, taken = 0 }
  local ops = tonumber(A[at + 3])
  at = at + 4
  for _ = 1, ops do
    local word = op_refused(c, at, turn)
    if word then return word end
    at = at + ARGUMENTS[A[at]] + 1
  end
end

-- ---- writes ----

local function set_demo(c, demo)
  c.demo = demo
  if demo then redis.call('HSET', c.K[HEAD], 'demo', '1') else redis.call('HDEL', c.K[HEAD], 'demo') end
end

local WRITE = {
  P = function(c, A, at) redis.call('HSET', c.K[tonumber(A[at + 1])], A[at + 2], A[at + 3]) end,
  S = function(c, A, at)
    redis.call('HSET', c.K[SCHEME], A[at + 2], A[at + 3])
    set_demo(c, A[at + 4] == '1')
  end,
  D = function(c, A, at)
    local key = tonumber(A[at + 1])
    redis.call('HDEL', c.K[key], A[at + 2])
    if key == SCHEME then set_demo(c, false) end
  end,
  N = function(c, A, at)
    if A[at + 2] == '' then redis.call('HDEL', c.K[SENT], A[at + 1])
    else redis.call('HSET', c.K[SENT], A[at + 1], A[at + 2]) end
  end,
  K = function(c, A, at) redis.call('HSET', c.K[KEEP], A[at + 1], A[at + 2] .. ':' .. A[at + 3]) end,
  T = function(c) redis.call('LPOP', c.K[CONTROL]) end,
  A = function(c, A, at)
    local oldest = string.format('%.0f', c.now_ms - AUDIT_MS)
    redis.call('XADD', c.K[AUDIT], 'MINID', '~', oldest, '*', 's', c.A[c.turn], 'l', A[at + 1])
  end,
  W = function(c)
    redis.call('UNLINK', c.K[SENT])
    for key = SCHEME, #c.K do redis.call('UNLINK', c.K[key]) end
    set_demo(c, false)
  end,
}

local function turn_write(c, at)
  local A, id = c.A, c.A[at + 1]
  c.turn = at
  local ops = tonumber(A[at + 3])
  if id ~= '' then redis.call('SADD', c.K[SEEN], id) end
  if id ~= '' and c.typed[SEEN] == 'none' then
    redis.call('EXPIRE', c.K[SEEN], SEEN_S)
    c.typed[SEEN] = 'set'
  end
  local op = at + 4
  for _ = 1, ops do
    WRITE[A[op]](c, A, op)
    op = op + ARGUMENTS[A[op]] + 1
  end
  c.seq, c.scheme_ms, c.written = tonumber(A[at]), A[at + 2], c.written + 1
  return op
end

-- ---- the lease ----

local function server_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- A lease that ends later than any lease could was made before the clock went back: it holds nothing.
local function lease_held(until_ms, now_ms)
  return until_ms > now_ms and until_ms <= now_ms + LEASE_MS
end

-- A lease that was prolonged a moment ago is left alone: under load this spares a write for every call.
local function lease_prolong(key, now_ms)
  local until_ms = now_ms + LEASE_MS
  local left = until_ms - (tonumber(redis.call('HGET', key, 'until')) or 0)
  if left >= 0 and left < LEASE_EASE_MS then return end
  redis.call('HSET', key, 'until', string.format('%.0f', until_ms))
end

-- ---- the functions ----

local function opened(K, A)
  return { K = K, A = A, last = #A, turns = whole(A[2]), drops = 0, bytes = 0, typed = {}, written = 0, seq = -1, where = '' }
end

-- Reads the head. A word when the call may not go on: somebody else's fence, or a key that is not what it should be.
local function head_refused(c)
  if wrong_types(c, HEAD, LEASE) then return 'TYPE' end
  local head = redis.call('HMGET', c.K[HEAD], 'fence', 'seq', 'demo')
  c.seq, c.demo = tonumber(head[2]) or 0, head[3] == '1'
  if head[1] ~= c.A[1] then return 'FENCED' end
end

local function answer(c, word)
  return { word, c.seq, c.written, c.where }
end

local function commit(K, A, erases)
  local c = opened(K, A)
  if not well_formed(c, erases) then return answer(c, 'ARGS') end
  local word, at = head_refused(c), 3
  if word then return answer(c, word) end
  c.now_ms = server_ms()
  for _ = 1, c.turns do
    word = turn_refused(c, at)
    if word then break end
    at = turn_write(c, at)
  end
  if c.written > 0 then redis.call('HSET', K[HEAD], 'seq', string.format('%.0f', c.seq), 'now', c.scheme_ms) end
  lease_prolong(K[LEASE], c.now_ms)
  return answer(c, word or 'OK')
end

-- KEYS head lease scheme · ARGV owner. Answer: … fence now_ms exists. Raises the fence, unless another owner's lease holds.
local function take(K, A)
  local c, now_ms, type = opened(K, A), server_ms(), 'none'
  if #K ~= 3 or #A ~= 1 then return answer(c, 'ARGS') end
  for key = 1, 3 do
    type = redis.call('TYPE', K[key]).ok
    if type ~= 'none' and type ~= 'hash' then return { 'TYPE', -1, 0, K[key] } end
  end
  local head = redis.call('HMGET', K[1], 'fence', 'seq', 'now')
  local lease = redis.call('HMGET', K[2], 'owner', 'until')
  local incarnation, epoch = (head[1] or '1.0'):match('^(%d+)%.(%d+)$')
  if not incarnation then return { 'TYPE', -1, 0, K[1] } end
  c.seq = tonumber(head[2]) or 0
  if lease[1] and lease[1] ~= A[1] and lease_held(tonumber(lease[2]) or 0, now_ms) then return answer(c, 'FENCED') end
  local fence = string.format('%s.%.0f', incarnation, tonumber(epoch) + 1)
  redis.call('HSET', K[1], 'fence', fence, 'seq', head[2] or '0', 'now', head[3] or '0')
  redis.call('HSET', K[2], 'owner', A[1], 'until', string.format('%.0f', now_ms + LEASE_MS))
  return { 'OK', c.seq, 0, '', fence, tonumber(head[3]) or 0, type == 'none' and 0 or 1 }
end

-- KEYS head lease · ARGV fence
local function renew(K, A)
  local c = opened(K, A)
  if #K ~= 2 or #A ~= 1 then return answer(c, 'ARGS') end
  local word = head_refused(c)
  if not word then lease_prolong(K[2], server_ms()) end
  return answer(c, word or 'OK')
end

-- KEYS head lease · ARGV fence. The fence goes up too: what the owner still had on its way never happens.
local function release(K, A)
  local c = opened(K, A)
  if #K ~= 2 or #A ~= 1 then return answer(c, 'ARGS') end
  local word = head_refused(c)
  if word then return answer(c, word) end
  local incarnation, epoch = A[1]:match('^(%d+)%.(%d+)$')
  redis.call('HSET', K[1], 'fence', string.format('%s.%.0f', incarnation, tonumber(epoch) + 1))
  redis.call('HDEL', K[2], 'owner', 'until')
  return answer(c, 'OK')
end

-- KEYS control · ARGV id entry. All that a tool may write. An entry that waits already is not put there twice: whoever
-- lost the answer may ask again.
local function push(K, A)
  local c = opened(K, A)
  if #K ~= 1 or #A ~= 2 or #A[1] < 1 or A[1]:find('\n', 1, true) then return answer(c, 'ARGS') end
  local type = redis.call('TYPE', K[1]).ok
  if type ~= 'none' and type ~= 'list' then return { 'TYPE', -1, 0, K[1] } end
  if redis.call('LLEN', K[1]) >= CONTROL_MAX then return answer(c, 'FULL') end
  local entry = A[1] .. '\n' .. A[2]
  if not redis.call('LPOS', K[1], entry) then redis.call('RPUSH', K[1], entry) end
  return answer(c, 'OK')
end

-- With allow-oom a function runs though memory is full: the lease must go on, and erasing must be able to make room.
local function register(name, callback, flags)
  redis.register_function{ function_name = name, callback = callback, flags = flags }
end
register('mentord_commit_1', function(K, A) return commit(K, A, false) end, {})
register('mentord_erase_1', function(K, A) return commit(K, A, true) end, { 'allow-oom' })
register('mentord_take_1', take, { 'allow-oom' })
register('mentord_renew_1', renew, { 'allow-oom' })
register('mentord_release_1', release, { 'allow-oom' })
register('mentord_push_1', push, {})
