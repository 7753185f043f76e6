// A model server as small as one can be: node examples/nginx/server.js VERSION, on the port of PORT.
import { createServer } from 'node:http';

const version = process.argv[2] ?? '1';
const counts = { requests: 0, errors: 0 };

createServer((request, response) => {
  if (request.url === '/health') {
    const rate = counts.requests === 0 ? 0 : (100 * counts.errors) / counts.requests;
    send(response, 200, { status: 'ok', version, error_rate: rate });
    return;
  }
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    counts.requests += 1;
    try {
      const { features } = JSON.parse(Buffer.concat(chunks).toString());
      const sum = features.reduce((total, feature) => total + feature, 0);
      send(response, 200, { prediction: 1 / (1 + Math.exp(-sum)), version });
    } catch {
      // What cannot be read is the client's mistake, and no error of the model.
      send(response, 400, { error: 'expected {"features": [numbers]}' });
    }
  });
}).listen(Number(process.env.PORT), '127.0.0.1');

function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
