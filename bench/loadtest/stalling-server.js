// Answers after 50 ms, but for the first 300 ms of every 5 s (by the clock): then it waits for their end.
import { createServer } from 'node:http';

const [everyMs, forMs, serviceMs] = [5_000, 300, 50];

createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const inPeriod = (performance.timeOrigin + performance.now()) % everyMs;
    const stalledMs = inPeriod < forMs ? forMs - inPeriod : 0;
    setTimeout(() => {
      response.setHeader('content-type', 'application/json');
      response.end('{"prediction":0.5}');
    }, stalledMs + serviceMs);
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
