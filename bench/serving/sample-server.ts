import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { startServer, type RunningServer, type ServeSettings } from '../../src/main.js';
import { repositoryFile } from './repository-file.js';

/** The sample models of churn, trained anew. @returns their folder */
export function trainChurn(folder: string): string {
  const models = path.join(folder, 'models');
  const serin = fileURLToPath(repositoryFile('bin/serin'));
  const arguments_ = [serin, 'train-samples', '--out', models, '--model', 'churn'];
  execFileSync(process.execPath, arguments_, { stdio: 'ignore' });
  return models;
}

/** A server in this process, on a free port, that has churn/1 as stable. */
export function startSampleServer(
  folder: string,
  models: string,
  wishes: Partial<ServeSettings> = {},
): Promise<RunningServer> {
  return startServer(
    {
      productVersion: 'bench',
      host: '127.0.0.1',
      port: 0,
      adminPort: undefined,
      nginxFolder: undefined,
      dataFolder: path.join(folder, 'data'),
      modelRoots: [models],
      firstStable: new Map([['churn', 'churn/1']]),
      defaultModel: 'churn',
      sticky: undefined,
      adminToken: undefined,
      faultsEnabled: false,
      maxBodyBytes: 1024 * 1024,
      maxModelBytes: 1024 * 1024,
      receiveTimeoutMs: 30_000,
      requestTimeoutMs: 10_000,
      startDeadlineMs: 60_000,
      runnerMemoryBytes: undefined,
      keepPayloads: false,
      allowCommands: false,
      ...wishes,
    },
    pino({ level: 'silent' }),
  );
}
