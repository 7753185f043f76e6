import { createServer, type IncomingMessage, type Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { describeApi, describeAsPage } from './description.js';
import type { Faults } from './faults.js';
import type { LoadedNetwork } from './network.js';
import { RecentAnswers } from './recent-answers.js';

/** More than any row of numbers has. */
const largestBody = 64 * 1024;

export interface AppParts {
  readonly network: LoadedNetwork;
  readonly faults: Faults;
  /** Draws from 0 to 1. */
  readonly random: () => number;
  /** Milliseconds that never go back. */
  readonly nowMs: () => number;
}

interface Reply {
  readonly status: number;
  readonly body: object | string;
}

/** The app: `POST /predict`, `GET /health`, `/`, `/swagger-ui` and `/openapi.json`. */
export function createApp(parts: AppParts): Server {
  const answers = new RecentAnswers(parts.nowMs);
  const wrong = faultsOf(parts);
  return createServer((request, response) => {
    reply(request, { ...parts, wrong, answers })
      .catch((thrown: unknown): Reply => {
        console.error(thrown);
        return { status: 500, body: { error: 'the app failed' } };
      })
      .then(({ status, body }) => {
        // What was asked wrongly is no answer of the app: it would hide the share that failed.
        const isWrongRequest = status >= 400 && status < 500;
        if (pathOf(request) === '/predict' && !isWrongRequest) answers.add(status >= 500);
        const isPage = typeof body === 'string';
        response.statusCode = status;
        response.setHeader('content-type', isPage ? 'text/html' : 'application/json');
        response.end(isPage ? body : JSON.stringify(body));
      })
      .catch(console.error);
  });
}

interface ReplyParts extends AppParts {
  readonly answers: RecentAnswers;
  /** What goes wrong with the next prediction. */
  readonly wrong: () => Pick<Faults, 'errorShare' | 'latencyMs'>;
}

function faultsOf({ faults }: AppParts): ReplyParts['wrong'] {
  let predictions = 0;
  return () => {
    predictions += 1;
    return predictions > faults.after ? faults : { errorShare: 0, latencyMs: 0 };
  };
}

async function reply(request: IncomingMessage, parts: ReplyParts): Promise<Reply> {
  const { width } = parts.network;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  switch (`${method} ${pathOf(request)}`) {
    case 'POST /predict':
      return predict(request, parts);
    case 'GET /health': {
      const { answers: requests, errorRate } = parts.answers.counts();
      return { status: 200, body: { status: 'ok', error_rate: errorRate, requests } };
    }
    case 'GET /':
      return { status: 200, body: { message: 'Welcome. /swagger-ui says what there is.' } };
    case 'GET /swagger-ui':
      return { status: 200, body: describeAsPage(width) };
    case 'GET /openapi.json':
      return { status: 200, body: describeApi(width) };
    default:
      return { status: 404, body: { error: 'there is nothing here; see /swagger-ui' } };
  }
}

async function predict(
  request: IncomingMessage,
  { network, wrong, random }: ReplyParts,
): Promise<Reply> {
  const features = featuresIn(await bodyOf(request), network.width);
  if (features === undefined) {
    const error = `the body should be { "features": [${network.width} numbers] }`;
    return { status: 400, body: { error } };
  }
  const { errorShare, latencyMs } = wrong();
  if (latencyMs > 0) await wait(latencyMs);
  if (random() < errorShare) return { status: 500, body: { error: 'an injected fault' } };
  return { status: 200, body: { prediction: await network.predict(features) } };
}

/** @returns undefined when it is too large */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes <= largestBody) chunks.push(chunk as Buffer);
  }
  return bytes > largestBody ? undefined : Buffer.concat(chunks).toString();
}

function featuresIn(text: string | undefined, width: number): readonly number[] | undefined {
  try {
    const { features } = JSON.parse(text ?? '') as { readonly features?: unknown };
    const isRow = Array.isArray(features) && features.length === width && features.every(isNumber);
    return isRow ? (features as number[]) : undefined;
  } catch {
    // No JSON, or null: what is wrong with the body is said by who asked.
    return undefined;
  }
}

/** One that the network can hold: in single precision 1e300 is infinite. */
function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(Math.fround(value));
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?')[0] ?? '/';
}
