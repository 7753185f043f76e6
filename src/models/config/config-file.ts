import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { SerinError } from '../../domain/errors.js';

/** Keys, and numbers for places in lists, from the top of a file to a value. */
export type KeyPath = readonly (string | number)[];

/** A YAML file that knows where in it everything stands. */
export interface ConfigFile {
  /** The content as plain values. */
  readonly content: unknown;
  /**
   * An error about a place in the file, with its line and column.
   * @param place the value that is wrong, or its key where `atKey` is set
   */
  readonly fail: (place: KeyPath, expected: string, found: string, atKey?: boolean) => SerinError;
}

/**
 * Parses a model.yaml.
 * @param shownAs what the file is called in errors: `churn/2/model.yaml`
 * @throws SerinError `model-config-invalid` when it is no YAML
 */
export function parseConfigFile(text: string, shownAs: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fail = (offset: number, expected: string, found: string): SerinError => {
    const { line, col: column } = lines.linePos(offset);
    return new SerinError('model-config-invalid', {
      expected,
      found: `${found} at ${shownAs}:${line}:${column}`,
      fields: { file: shownAs, line, column },
    });
  };
  const [broken] = [...document.errors, ...document.warnings];
  if (broken !== undefined) throw fail(broken.pos[0], 'valid YAML', broken.message);
  keepNamesAsWritten(document);
  return {
    content: document.contents === null ? {} : toValues(document, (found) => fail(0, 'plain values', found)),
    fail: (place, expected, found, atKey = false) =>
      fail(offsetOf(document, place, atKey), expected, found),
  };
}

/** Plain values; aliases that multiply beyond reason are refused by the library. */
function toValues(document: Document, refuse: (found: string) => SerinError): unknown {
  try {
    return document.toJS();
  } catch (thrown) {
    throw refuse(thrown instanceof Error ? thrown.message : 'something else');
  }
}

/** `stable: 1.10` and `labels: [0, 1]` name things; as numbers, 1.10 would become 1.1. */
function keepNamesAsWritten(document: Document): void {
  const stable = document.get('stable', true);
  const labels = document.get('labels', true);
  const items = isNode(labels) && 'items' in labels ? labels.items : [];
  for (const node of [stable, ...items]) {
    if (isScalar(node) && typeof node.value !== 'string' && node.source !== undefined) {
      node.value = node.source;
    }
  }
}

function offsetOf(document: Document, place: KeyPath, atKey: boolean): number {
  const node = atKey ? keyNode(document, place) : document.getIn(place, true);
  if (isNode(node) && node.range) return node.range[0];
  // What is missing has no place of its own: its parent's is the nearest.
  return place.length === 0 ? 0 : offsetOf(document, place.slice(0, -1), false);
}

function keyNode(document: Document, place: KeyPath): Node | undefined {
  const parent = place.length === 1 ? document.contents : document.getIn(place.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find(
    (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === place.at(-1),
  );
  return isNode(pair?.key) ? pair.key : undefined;
}
