-- What Serin runs inside NGINX: chooses each request's arm, numbers what is logged, sends shadows,
-- and lets Serin read and change the shares without a reload. Shares live in the shared dictionary
-- whose name this file is called with, where all workers see a change with their next request.

local name = ...

local ffi = require "ffi"
local request_now = require("resty.core.base").get_request

local ngx, tonumber, floor = ngx, tonumber, math.floor
local get_headers, timer_at, tcp = ngx.req.get_headers, ngx.timer.at, ngx.socket.tcp
local shared = ngx.shared[name]
local C, cast = ffi.C, ffi.cast
local bswap, tobit = bit.bswap, bit.tobit

-- Everything here that runs for each request is what LuaJIT compiles, makes no strings that have to be
-- collected, and asks NGINX little: bench/nginx measures it.

-- Another model's, in the same NGINX, may have said it before.
if not pcall(ffi.typeof, "serin_timespec") then ffi.cdef [[
  typedef struct { long seconds; long nanoseconds; } serin_timespec;
  int clock_gettime(int clock, serin_timespec *time);
  unsigned char *ngx_hex_dump(unsigned char *to, const unsigned char *from, size_t length);
]] end
local timespec = ffi.new("serin_timespec")
local clock_monotonic = jit.os == "OSX" and 6 or 1

-- NGINX's own clock has milliseconds, and many models answer in less than one.
local function now_us()
  C.clock_gettime(clock_monotonic, timespec)
  -- A whole number, as fractions are slow to write.
  return tonumber(timespec.seconds) * 1e6 + floor(tonumber(timespec.nanoseconds) / 1e3)
end

-- Where NGINX keeps the request: no other has this number before its log_by_lua has run.
local function number_of_request()
  return tonumber(cast("uintptr_t", request_now()))
end

local _M = { routes = {} }
local shadows_under_way = 0

-- Makes a route known to this worker, once.
-- route: key of its shares in the dictionary; weight and shadow, in percent, until they are set there;
-- salt; where they are wanted header (an NGINX variable) or cookie (a name), and force (an NGINX
-- variable); for shadows their socket, most_shadows at a time, and timeout_ms.
function _M.open(name, route)
  _M.routes[name] = route
  return route
end

-- Random bytes, of which many are read at once: OpenSSL's for each request cost a microsecond.
local pool_size = 4096
local pool = ffi.new("unsigned char[?]", pool_size)
local used = pool_size
local function random_bytes(count)
  if used + count > pool_size then
    local urandom = assert(io.open("/dev/urandom", "rb"))
    ffi.copy(pool, urandom:read(pool_size), pool_size)
    urandom:close()
    used = 0
  end
  local bytes = pool + used
  used = used + count
  return bytes
end

-- From 0 to 1, which it never is.
local function draw()
  local bytes = random_bytes(4)
  return (((bytes[0] * 256 + bytes[1]) * 256 + bytes[2]) * 256 + bytes[3]) / 4294967296
end

-- Sets a variable of NGINX to bytes of ours. As ngx.var does, but with no text of Lua's in between,
-- which would have to be collected: for two of them a request that took a microsecond.
local scratch, error_length = ffi.new("unsigned char[512]"), ffi.new("size_t[1]")
local function set_variable(var_name, bytes, length)
  error_length[0] = 256
  local done = C.ngx_http_lua_ffi_var_set(request_now(), var_name, #var_name, scratch, bytes, length,
    scratch + 256, error_length)
  if done ~= 0 then error(ffi.string(scratch + 256, error_length[0])) end
end

-- As long as NGINX's own $request_id.
local hexadecimal = ffi.new("unsigned char[32]")
local function make_id()
  C.ngx_hex_dump(hexadecimal, random_bytes(16), 16)
  set_variable("serin_made_id", hexadecimal, 32)
end

-- What the dictionary holds of a route, in one entry, as every look into it costs each request: the
-- weight, and in the entry's flags the share of shadows and whether a reload is prepared.
local drains, per_percent = 2 ^ 24, 1e5
local function shares_of(route)
  local weight, flags = shared:get(route.key)
  if not weight then return route.weight, route.shadow, false end
  flags = flags or 0
  local is_draining = flags >= drains
  if is_draining then flags = flags - drains end
  return weight, flags / per_percent, is_draining
end

local function set_shares(route, weight, shadow, is_draining)
  shared:set(route.key, weight, 0, floor(shadow * per_percent + 0.5) + (is_draining and drains or 0))
end

-- Node reads header bytes as Latin-1 and hashes them as UTF-8; the same key has to give the same
-- arm there and here.
local function as_node_reads(key)
  if not key:find("[\128-\255]") then return key end
  return (key:gsub("[\128-\255]", function(char)
    local byte = char:byte()
    return string.char(192 + floor(byte / 64), 128 + byte % 64)
  end))
end

-- As src/traffic/sticky-key.ts: the first pair of that name; NGINX's $cookie_… takes any case.
local function cookie_of(header, name)
  for pair in (header or ""):gmatch("[^;]+") do
    local at = pair:find("=", 1, true)
    if at and at > 1 and pair:sub(1, at - 1):match("^%s*(.-)%s*$") == name then
      return pair:sub(at + 1):match("^%s*(.-)%s*$")
    end
  end
end

local function sticky_key(route)
  local key
  if route.header then
    key = ngx.var[route.header]
  elseif route.cookie then
    key = cookie_of(ngx.var.http_cookie, route.cookie)
  end
  if key ~= nil and key ~= "" then return key end
end

-- As src/traffic/assign.ts: the first four bytes of the MD5 of `salt:key`.
local function sticky_hash(key, salt)
  local a, b, c, d = ngx.md5_bin(salt .. ":" .. as_node_reads(key)):byte(1, 4)
  return ((a * 256 + b) * 256 + c) * 256 + d
end

-- While Serin prepares a reload, clients are asked to come back on a new connection, since NGINX
-- closes the idle ones of its old workers without asking. (A header_filter_by_lua could do it, too,
-- and would cost every request more than a microsecond. HTTP/2 knows no such header.)
local function ask_to_come_back(var)
  if var.server_protocol ~= "HTTP/2.0" then var.serin_connection_after = "close" end
end

-- Of requests under way, by their number: when they began, and what is not so for most of them.
local began, shadow_percents, hashes, forced = {}, {}, {}, {}

-- set_by_lua: the arm of this request.
function _M.assign(route)
  local var = ngx.var
  local number = number_of_request()
  began[number] = now_us()
  make_id()
  local weight, shadow, is_draining = shares_of(route)
  if shadow > 0 then shadow_percents[number] = shadow end
  if is_draining then ask_to_come_back(var) end
  local hash
  local key = sticky_key(route)
  if key then
    hash = sticky_hash(key, route.salt)
    hashes[number] = hash
  end
  local chosen = route.force and var[route.force]
  if chosen == "stable" or chosen == "canary" then
    forced[number] = true
    return chosen
  end
  return (hash and hash / 4294967296 or draw()) < weight / 100 and "canary" or "stable"
end

-- set_by_lua of the server behind the socket for shadows.
function _M.assign_shadow()
  began[number_of_request()] = now_us()
  return "canary"
end

local not_copied = {
  ["connection"] = true, ["content-length"] = true, ["transfer-encoding"] = true,
  ["upgrade"] = true, ["expect"] = true, ["x-request-id"] = true, ["keep-alive"] = true,
}

local function copy_of_request()
  local var = ngx.var
  local body = ngx.req.get_body_data() or ""
  local lines = { var.request_method .. " " .. var.request_uri .. " HTTP/1.0" }
  for name, value in pairs(get_headers(100)) do
    if not not_copied[name] then
      for _, one in ipairs(type(value) == "table" and value or { value }) do
        lines[#lines + 1] = name .. ": " .. tostring(one)
      end
    end
  end
  lines[#lines + 1] = "x-request-id: " .. var.serin_request_id
  lines[#lines + 1] = "content-length: " .. #body
  lines[#lines + 1] = "\r\n"
  return table.concat(lines, "\r\n") .. body
end

local function send_shadow(premature, socket_path, request, timeout_ms)
  if not premature then
    local socket = tcp()
    socket:settimeouts(1000, timeout_ms, timeout_ms)
    -- Whatever goes wrong here is logged by the server behind the socket, which serves shadows only.
    if socket:connect("unix:" .. socket_path) and socket:send(request) then
      socket:receive("*a")
      socket:close()
    end
  end
  shadows_under_way = shadows_under_way - 1
end

local function maybe_shadow(route, percent)
  if draw() * 100 >= percent then return end
  -- What was refused before it reached an arm is no request to learn from.
  if not ngx.var.upstream_status then return end
  -- NGINX allows so many timers at a time and writes an alert for each one more.
  if shadows_under_way >= route.most_shadows then
    shared:incr("shadows_shed", 1, 0)
    return
  end
  shadows_under_way = shadows_under_way + 1
  local started = timer_at(0, send_shadow, route.shadow_socket, copy_of_request(), route.timeout_ms)
  if not started then shadows_under_way = shadows_under_way - 1 end
end

-- Numbers start anew with an empty dictionary, which is when NGINX was started anew.
local epoch
local function epoch_of_dictionary()
  epoch = shared:get("epoch")
  if not epoch then
    shared:add("epoch", string.format("%.0f", ngx.now() * 1000))
    epoch = shared:get("epoch")
  end
  return epoch
end

local switching_protocols = 101

-- The rest of the line: how long the request took, a number by which Serin sees that a line is
-- missing, the request's kind, and the hash of its sticky key. Numbers are hexadecimal, as NGINX
-- writes them at once: `00000000002f.1763960000000.0000000000a1`
local measured, numbers = ffi.new("unsigned char[128]"), ffi.new("uint32_t[4]")
local bytes_of_numbers = cast("unsigned char *", numbers)
local digits = 12

-- Twelve hexadecimal digits: a whole number below 2 ^ 48.
local function write_number(at, number)
  local high = floor(number / 4294967296)
  numbers[0] = bswap(high)
  numbers[1] = bswap(tobit(number - high * 4294967296))
  C.ngx_hex_dump(measured + at, bytes_of_numbers + 2, 6)
end

local function write_text(at, text)
  ffi.copy(measured + at, text, #text)
  return at + #text
end

local epoch_in_line
local function write_epoch(at)
  epoch_in_line = epoch_in_line or "\t" .. epoch_of_dictionary() .. "."
  return write_text(at, epoch_in_line)
end

local function finish(kind, number)
  local from, hash = began[number], hashes[number]
  began[number] = nil
  if ngx.status == switching_protocols then
    ngx.var.serin_header_seconds = ngx.var.upstream_header_time
  end
  local at
  if from then
    write_number(0, now_us() - from)
    at = digits
  else
    at = write_text(0, "-")
  end
  at = write_epoch(at)
  write_number(at, shared:incr("sequence", 1, 0))
  at = write_text(at + digits, kind)
  if hash then
    hashes[number] = nil
    numbers[0] = bswap(tobit(hash))
    C.ngx_hex_dump(measured + at, bytes_of_numbers, 4)
    at = at + 8
  else
    at = write_text(at, "-")
  end
  set_variable("serin_measured", measured, at)
end

-- log_by_lua: measures, and sends the shadow.
function _M.finish(route)
  local number = number_of_request()
  local kind, percent = "\tlive\t", shadow_percents[number]
  if forced[number] then
    forced[number] = nil
    kind = "\tforced\t"
  end
  finish(kind, number)
  if percent then
    shadow_percents[number] = nil
    if route.shadow_socket then maybe_shadow(route, percent) end
  end
end

-- log_by_lua of the server behind the socket for shadows.
function _M.finish_shadow()
  finish("\tshadow\t", number_of_request())
end

local function state(generation, routes)
  local of_routes = {}
  for model, route in pairs(routes) do
    local weight, shadow = shares_of(route)
    of_routes[#of_routes + 1] =
      string.format('"%s":{"weight":%.17g,"shadow":%.17g,"key":"%s"}', model, weight, shadow, route.key)
  end
  return string.format(
    '{"generation":"%s","logged":"%s.%.0f","shadowsShed":%.0f,"routes":{%s}}',
    generation, epoch or epoch_of_dictionary(), shared:get("sequence") or 0,
    shared:get("shadows_shed") or 0, table.concat(of_routes, ","))
end

local function percent_of(text)
  local percent = tonumber(text)
  if percent and percent >= 0 and percent <= 100 then return percent end
end

-- content_by_lua of the admin socket, which only Serin can reach. GET reads; PUT ?drain=0|1, ?forget=KEY,
-- ?model=M&weight=W, or ?model=M&shadow=S, changes and reads.
function _M.administer(generation, routes)
  if ngx.req.get_method() == "PUT" then
    local args = ngx.req.get_uri_args()
    local route = args.model and routes[args.model]
    if args.drain then
      for _, one in pairs(routes) do
        local weight, shadow = shares_of(one)
        set_shares(one, weight, shadow, args.drain == "1")
      end
    elseif args.forget then
      shared:delete(args.forget)
    elseif route and percent_of(args.weight) then
      local _, shadow, is_draining = shares_of(route)
      set_shares(route, percent_of(args.weight), shadow, is_draining)
    elseif route and percent_of(args.shadow) then
      local weight, _, is_draining = shares_of(route)
      set_shares(route, weight, percent_of(args.shadow), is_draining)
    else
      ngx.status = 400
      ngx.say('{"error":"no such setting"}')
      return
    end
  end
  ngx.header["content-type"] = "application/json"
  ngx.say(state(generation, routes))
end

package.loaded[name .. "_router"] = _M
return _M
