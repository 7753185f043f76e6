import { createApp } from './app.js';
import { readFaults } from './faults.js';
import { loadNetwork } from './network.js';

// MODEL=models/wage-net/1 PORT=7011 node dist/examples/churn-containers/app/main.js
const { MODEL = 'model.onnx', PORT = '7000', HOST = '127.0.0.1' } = process.env;

try {
  const app = createApp({
    network: await loadNetwork(MODEL),
    faults: readFaults(process.env),
    random: Math.random,
    nowMs: () => performance.now(),
  });
  app.listen(Number(PORT), HOST, () => console.log(`${MODEL} answers at http://${HOST}:${PORT}`));
  app.on('error', fail);
  // What is under way is answered; connections that wait for a next request are closed.
  process.on('SIGTERM', () => {
    app.close(() => process.exit(0));
    app.closeIdleConnections();
  });
} catch (thrown) {
  fail(thrown);
}

function fail(thrown: unknown): void {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exit(1);
}
