// Answers after 20 ms, but for the first 300 ms of every 5 s (by the clock): then it waits for their end.
// GET /times gives when each prediction since the last such question came and was answered: timers
// are late on a busy machine, and what callers meet is what it really did.
import { createServer } from 'node:http';

const [everyMs, forMs, serviceMs] = [5_000, 300, 20];
let times = [];

createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/times') {
      response.end(JSON.stringify(times));
      times = [];
      return;
    }
    const cameAtMs = performance.now();
    const inPeriod = (performance.timeOrigin + cameAtMs) % everyMs;
    const stalledMs = inPeriod < forMs ? forMs - inPeriod : 0;
    setTimeout(() => {
      response.end('{"prediction":0.5}');
      if (request.url === '/predict') times.push([cameAtMs, performance.now()]);
    }, stalledMs + serviceMs);
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
