import { Command, InvalidArgumentError, Option } from 'commander';
import { productVersion } from '../../config/product-version.js';
import { defaultRunnerMemoryBytes } from '../../config/runner-memory.js';
import type { RunningServer, ServeSettings } from '../../main.js';
import { parseStickyKey } from '../../traffic/sticky-key.js';
import { parseBytes, parseDurationMs } from '../units.js';
import { renderWelcome } from '../render/welcome.js';

interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly adminPort?: number;
  readonly data: string;
  readonly nginxFolder?: string;
  readonly models: string[];
  readonly stable: Map<string, string>;
  readonly defaultModel?: string;
  readonly sticky?: string;
  readonly enableFaults?: boolean;
  readonly payloads: boolean;
  readonly allowCommands?: boolean;
  readonly maxBody: number;
  readonly maxModel: number;
  readonly receiveTimeout: number;
  readonly requestTimeout: number;
  readonly startDeadline: number;
  readonly runnerMemory: number | typeof noLimit;
  readonly logLevel: string;
  readonly json?: boolean;
}

/** Instead of a size. */
const noLimit = 'none';

/** serin serve */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Serve every model of the repository, and whatever its state says is the canary.')
    .option(
      '--host <address>',
      'listen here; beyond loopback SERIN_ADMIN_TOKEN is needed',
      '127.0.0.1',
    )
    .option('--port <number>', 'listen here; 0 takes a free one', parsePort, 8080)
    .option('--admin-port <number>', 'listen here for changes instead of on --port', parsePort)
    .option('--data <folder>', 'where the state is kept', 'data')
    .option(
      '--nginx-folder <folder>',
      "where an NGINX that Serin runs has its files (default: in the data folder; root's in /run)",
    )
    .option('--models <folder...>', 'model repositories: <model>/<version>/model.onnx', ['models'])
    .option(
      '--stable <model=version>',
      'version, path or http:// address to start a model with (default: stable of its model.yaml, else the newest)',
      collectPair,
      new Map<string, string>(),
    )
    .option('--default-model <name>', 'the model of requests that name none')
    .option('--sticky <key>', 'keep users on one arm: header:NAME, cookie:NAME or field:NAME')
    .option('--enable-faults', 'allow fault injection; never in production')
    .option(
      '--no-payloads',
      'keep no request or answer as an example of how shadowed arms disagree',
    )
    .option(
      '--allow-commands',
      'let rollouts run commands here, as gates, versions and reloads of NGINX: all who may start one may run programs then',
    )
    .option('--max-body <size>', 'largest request', parseBytes, 16 * 1024 * 1024)
    .option('--max-model <size>', 'largest model that is uploaded', parseBytes, 2 * 1024 ** 3)
    .option(
      '--receive-timeout <time>',
      'until a request has arrived; so long may a client read nothing of its answer',
      parseDurationMs,
      30_000,
    )
    .option('--request-timeout <time>', 'until a version has answered', parseDurationMs, 30_000)
    .option('--start-deadline <time>', 'until a version has to be loaded', parseDurationMs, 60_000)
    .addOption(
      new Option(
        '--runner-memory <size>',
        'memory of one runner, beyond which it is restarted; none for no limit',
      )
        .argParser(parseRunnerMemory)
        .default(defaultRunnerMemoryBytes(), "half of the machine's memory, or of the container's"),
    )
    .addOption(
      new Option('--log-level <level>', 'how much is logged to standard error')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('warn'),
    )
    .option('--json', 'print the addresses for machines')
    .addHelpText(
      'after',
      '\nExample:\n  $ serin serve --models models --data data --port 8080\n' +
        '  $ serin serve --stable churn=http://127.0.0.1:9000',
    )
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  // The server is most of the program: commands that only ask it something start without it.
  const [{ pino }, { startServer }] = await Promise.all([import('pino'), import('../../main.js')]);
  const logger = pino({ level: options.logLevel }, pino.destination(2));
  const server = await startServer(settingsOf(options), logger);
  stopOnSignal(server);
  const models = server.context.deployments.models();
  if (options.json === true) {
    const { url, adminUrl } = server;
    process.stdout.write(`${JSON.stringify({ url, admin_url: adminUrl, pid: process.pid })}\n`);
  } else {
    process.stdout.write(renderWelcome(server, models));
  }
}

function settingsOf(options: ServeOptions): ServeSettings {
  return {
    productVersion,
    host: options.host,
    port: options.port,
    adminPort: options.adminPort,
    dataFolder: options.data,
    nginxFolder: options.nginxFolder,
    modelRoots: options.models,
    firstStable: options.stable,
    defaultModel: options.defaultModel,
    sticky: options.sticky === undefined ? undefined : parseStickyKey(options.sticky),
    adminToken: process.env['SERIN_ADMIN_TOKEN'],
    faultsEnabled: options.enableFaults === true,
    keepPayloads: options.payloads,
    allowCommands: options.allowCommands === true,
    maxBodyBytes: options.maxBody,
    maxModelBytes: options.maxModel,
    receiveTimeoutMs: options.receiveTimeout,
    requestTimeoutMs: options.requestTimeout,
    startDeadlineMs: options.startDeadline,
    runnerMemoryBytes: options.runnerMemory === noLimit ? undefined : options.runnerMemory,
  };
}

/** The first signal lets requests finish; a second one does not wait. */
function stopOnSignal(server: RunningServer): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('Expected a port from 0 to 65535.');
}

function parseRunnerMemory(text: string): number | typeof noLimit {
  if (text.trim() === noLimit) return noLimit;
  const bytes = parseBytes(text);
  if (bytes > 0) return bytes;
  throw new InvalidArgumentError(`Expected a size above 0, or ${noLimit}.`);
}

function collectPair(text: string, pairs: Map<string, string>): Map<string, string> {
  const at = text.indexOf('=');
  if (at <= 0 || at === text.length - 1) {
    throw new InvalidArgumentError('Expected MODEL=VERSION, MODEL=PATH or MODEL=http://host:port.');
  }
  return new Map(pairs).set(text.slice(0, at), text.slice(at + 1));
}
