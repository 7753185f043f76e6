import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
} from 'yaml';
import { mostRolloutFileBytes } from '../domain/rollout-file.js';
import { configInvalid, problemAt, type Position } from './problem.js';

/** These are far above what a person would write, as `mostRolloutFileBytes` is. */
const mostDepth = 32;
const mostAliases = 100;

/** What a YAML file holds, and where each part of it stands. */
export interface YamlFile {
  readonly file: string;
  /** Plain JSON: objects, arrays, strings, numbers, booleans, null. */
  readonly value: unknown;
  /** Where the value at this path stands; its nearest parent where there is none. */
  positionOf: (path: readonly string[]) => Position;
  /** Where the key at the end of this path stands. */
  positionOfKey: (path: readonly string[]) => Position;
}

/**
 * Reads YAML 1.2 with positions. Files that are too large, too deep, or that grow by aliases are
 * refused before they cost anything.
 * @param file its name, for errors
 * @throws SerinError `config-invalid`
 */
export function readYaml(text: string, file: string): YamlFile {
  refuseWhatIsTooMuch(text, file);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const problems = [...document.errors, ...document.warnings].map(({ pos, message }) =>
    problemAt(file, positionAt(lines, pos[0]), expectedInsteadOf(message), firstLine(message)),
  );
  if (problems.length > 0) throw configInvalid(problems);
  return {
    file,
    value: plainValue(document, file),
    positionOf: (path) => positionAt(lines, offsetOf(nodesAlong(document, path).at(-1)?.value)),
    positionOfKey: (path) => {
      const nodes = nodesAlong(document, path);
      const last = nodes.at(-1);
      return positionAt(lines, offsetOf(nodes.length > path.length ? last?.key : last?.value));
    },
  };
}

function refuseWhatIsTooMuch(text: string, file: string): void {
  const start = { line: 1, column: 1 };
  if (Buffer.byteLength(text) > mostRolloutFileBytes) {
    const found = `${Buffer.byteLength(text)} bytes`;
    throw configInvalid([problemAt(file, start, `at most ${mostRolloutFileBytes} bytes`, found)]);
  }
  const line = lineThatIsTooDeep(text);
  if (line !== undefined) {
    throw configInvalid([
      problemAt(file, { line, column: 1 }, `at most ${mostDepth} levels`, 'deeper nesting'),
    ]);
  }
}

/**
 * The parser calls itself for every level, so a line of a hundred thousand brackets would overflow
 * its stack. Levels made by indentation alone cannot: each needs one more space a line.
 */
function lineThatIsTooDeep(text: string): number | undefined {
  let brackets = 0;
  let indicators = 0;
  let line = 1;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') brackets++;
    else if (token === ']' || token === '}') brackets--;
    else if (token === '-' || token === '?') indicators++;
    else if (token.startsWith('\n') || token.startsWith('\r\n')) indicators = 0;
    if (brackets > mostDepth || indicators > mostDepth) return line;
    line += token.split('\n').length - 1;
  }
  return undefined;
}

function expectedInsteadOf(message: string): string {
  return message.startsWith('Nested mappings')
    ? 'braces round a mapping on the line of its key, such as { image: name:tag }'
    : 'YAML';
}

function plainValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: mostAliases });
  } catch (thrown) {
    const found = thrown instanceof Error ? firstLine(thrown.message) : String(thrown);
    throw configInvalid([
      problemAt(file, { line: 1, column: 1 }, `at most ${mostAliases} uses of aliases`, found),
    ]);
  }
}

/** The document's root and every node on the way to the path, as far as the way goes. */
function nodesAlong(
  document: Document,
  path: readonly string[],
): { key: unknown; value: unknown }[] {
  let node: unknown = document.contents;
  const nodes = [{ key: node, value: node }];
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => nameOf(key) === part);
      if (pair === undefined) return nodes;
      nodes.push({ key: pair.key, value: pair.value ?? pair.key });
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      nodes.push({ key: node, value: node });
    } else return nodes;
  }
  return nodes;
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function offsetOf(node: unknown): number {
  return (node as Node | null | undefined)?.range?.[0] ?? 0;
}

function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}
