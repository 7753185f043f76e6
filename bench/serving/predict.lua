-- One row of five features a request, or the body that follows `--`; at the end, what happened as
-- one line of JSON.
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = '{"features":[0.5,1.2,0.8,0.3,1.1]}'

function init(args)
  if args[1] then wrk.body = args[1] end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50Ms":%.3f,"p99Ms":%.3f,' ..
    '"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}\n',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
