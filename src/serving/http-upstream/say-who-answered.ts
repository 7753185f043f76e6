import type { HttpVersion } from '../../domain/version.js';
import { Protocol, type Answer, type Call } from '../upstream.js';
import { memberText, setMembers } from './json-members.js';
import { lengthHeader, type JsonMessage } from './json-message.js';

type Headers = Answer['headers'];

/** They speak of bytes that are changed here. */
const ofTheBytes = new Set(['content-digest', 'content-md5', 'digest', 'etag', 'repr-digest']);

/**
 * Says in a server's answer who gave it, as answers of versions that Serin runs do: in an answer of
 * `/predict` the model, version and arm, the request's id, which feedback is about, and the latency;
 * in one of the Open Inference Protocol the version and, among the parameters, the arm. What the
 * server said of itself there gives way, and everything else stays as it wrote it.
 * @param latencyMs since the request arrived
 */
export function sayWhoAnswered(
  { text, object, binary }: JsonMessage,
  headers: Headers,
  { protocol, arm, requestId }: Call,
  { model, version }: HttpVersion,
  latencyMs: number,
): { readonly headers: Headers; readonly body: Buffer } {
  const about = {
    request_id: JSON.stringify(requestId),
    latency_ms: String(Math.round(latencyMs * 1000) / 1000),
  };
  const [name, quotedArm] = [JSON.stringify(version), JSON.stringify(arm)];
  const json =
    protocol === Protocol.Predict
      ? setMembers(text, {
          model_used: quotedArm,
          model: JSON.stringify(model),
          model_version: name,
          ...about,
        })
      : setMembers(text, {
          model_version: name,
          parameters: setMembers(parametersOf(text, object), { arm: quotedArm, ...about }),
        });
  const bytes = Buffer.from(json);
  const kept = Object.fromEntries(
    Object.entries(headers).filter(([header]) => !ofTheBytes.has(header)),
  );
  if (headers[lengthHeader] === undefined) return { headers: kept, body: bytes };
  return {
    headers: { ...kept, [lengthHeader]: String(bytes.length) },
    body: Buffer.concat([bytes, binary]),
  };
}

function parametersOf(text: string, { parameters }: JsonMessage['object']): string {
  const isObject =
    typeof parameters === 'object' && parameters !== null && !Array.isArray(parameters);
  return isObject ? (memberText(text, 'parameters') ?? '{}') : '{}';
}
