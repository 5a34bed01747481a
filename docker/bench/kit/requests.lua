-- Sends requests that the kit has made before the turn: making a random blob or a new token costs nothing while wrk measures.
-- The file has for each request its length, a line break and its bytes. Each thread of wrk sends its own part of them.
local threads = {}
local requests, sent = {}, 0
rounds = 0

function setup(thread)
  thread:set("number", #threads)
  threads[#threads + 1] = thread
end

function init(args)
  local file, parts, i = assert(io.open(args[1], "rb")), tonumber(args[2]), 0
  for length in function() return file:read("*l") end do
    local request = file:read(tonumber(length))
    if i % parts == number then requests[#requests + 1] = request end
    i = i + 1
  end
  file:close()
  sent = math.floor(#requests * tonumber(args[3]))
end

function request()
  if sent == #requests then
    sent = 0
    rounds = rounds + 1
  end
  sent = sent + 1
  return requests[sent]
end

function done(summary, latency)
  local again = 0
  for _, thread in ipairs(threads) do again = again + thread:get("rounds") end
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), latency.max, errors.status + errors.connect + errors.read + errors.write + errors.timeout, again))
end
