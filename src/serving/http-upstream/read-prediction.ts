import type { Prediction } from '../../domain/observation.js';
import type { JsonMessage } from './json-message.js';

/** The fields in which model servers put their answer, the most telling one first. */
const fields = ['label', 'probability', 'prediction', 'score', 'predictions', 'outputs'];

/**
 * Reads the first row's prediction out of a server's JSON answer, for the judge: a string is a
 * class, a number a score, of a list the first element. An answer of another form has none.
 */
export function readPrediction(answer: JsonMessage['object']): Prediction | undefined {
  for (const field of fields) {
    const found = interpret(answer[field], 0);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Deeper than any tensor; a body made to exhaust the stack has no prediction. */
const maxDepth = 8;

function interpret(value: unknown, depth: number): Prediction | undefined {
  if (depth > maxDepth) return undefined;
  if (typeof value === 'string') return { kind: 'class', label: value };
  if (typeof value === 'boolean') return { kind: 'class', label: String(value) };
  // JSON can write numbers that are too large to be one: 1e999.
  if (typeof value === 'number') {
    return Number.isFinite(value) ? { kind: 'score', value } : undefined;
  }
  if (Array.isArray(value)) return interpret(value[0], depth + 1);
  if (typeof value !== 'object' || value === null || !('data' in value)) return undefined;
  // An Open Inference output: {"name": …, "data": […]}.
  return interpret(value.data, depth + 1);
}
