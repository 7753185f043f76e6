// The floor: node:http reads the body and answers a constant of the size of a prediction.
import { createServer } from 'node:http';

const answer = JSON.stringify({
  prediction: 0.7310585975646973,
  probability: 0.7310585975646973,
  model_used: 'stable',
  model: 'churn',
  model_version: '1',
  latency_ms: 0.123,
  request_id: '00000000-0000-0000-0000-000000000000',
});

createServer((request, response) => {
  request.on('data', () => undefined);
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(answer);
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
