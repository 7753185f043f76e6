/**
 * Sends requests at random times (Poisson), whether or not earlier ones were answered:
 * `node open-loop.js URL REQUESTS_A_SECOND SECONDS`. A process of its own, so that it shares no
 * event loop with the server.
 */
import { Agent, request } from 'node:http';

const [, , url = '', perSecond = '', seconds = ''] = process.argv;
const { hostname, port } = new URL(url);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const meanGapMs = 1000 / Number(perSecond);
const endMs = performance.now() + 1000 * Number(seconds);
let nextMs = performance.now();
let underWay = 0;

sendWhatIsDue();

function sendWhatIsDue(): void {
  for (; nextMs <= performance.now(); nextMs -= Math.log(1 - Math.random()) * meanGapMs) {
    if (nextMs < endMs) send();
  }
  if (nextMs < endMs) setTimeout(sendWhatIsDue, Math.max(0, nextMs - performance.now() - 0.5));
  else if (underWay > 0) setTimeout(sendWhatIsDue, 10);
  else agent.destroy();
}

function send(): void {
  const features = Array.from({ length: 5 }, () => 2 * Math.random() - 1);
  const body = JSON.stringify({ features });
  underWay += 1;
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const asked = request({ hostname, port, path: '/predict', method: 'POST', agent, headers });
  asked.on('response', (answer) => {
    answer.resume();
    answer.on('end', () => (underWay -= 1));
  });
  asked.on('error', (error) => {
    throw error;
  });
  asked.end(body);
}
