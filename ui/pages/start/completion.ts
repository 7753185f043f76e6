/** The parts of a JSON Schema that say what can be written at a place. */
export interface SchemaNode {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly enum?: readonly (string | number | boolean)[];
  readonly const?: string | number | boolean;
}

export interface Choice {
  readonly text: string;
  readonly note: string;
}

export interface Completion {
  /** What is replaced: from here to the caret. */
  readonly from: number;
  readonly choices: readonly Choice[];
  /** Whether a letter of it is written: then the first may be chosen, and Enter means that one. */
  readonly isBegun: boolean;
}

/**
 * What can be written at a place of a rollout file: the keys that are not there yet, or the values
 * of the key before. It knows as much of YAML as people write in one: blocks, dashes, one-line maps.
 * @param caret the place in the text
 */
export function completionsAt(text: string, caret: number, schema: SchemaNode): Completion {
  const before = text.slice(0, caret);
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.slice(lineStart);
  const nothing = { from: caret, choices: [], isBegun: false };
  if (line.includes('#')) return nothing;
  const word = /[A-Za-z0-9.-]*$/.exec(line)?.[0] ?? '';
  const from = caret - word.length;
  const place = placeOf(text, lineStart, line.slice(0, line.length - word.length));
  if (place === undefined) return nothing;
  const nodes = place.path.reduce(within, [schema]);
  const choices =
    place.asks === 'value' ? valuesOf(nodes) : keysOf(nodes, place.known, place.isInBraces);
  const fitting = choices.filter(
    ({ text: choice }) => choice.startsWith(word) && choice.replace(/: $/, '') !== word,
  );
  return { from, choices: fitting, isBegun: word !== '' };
}

interface Place {
  readonly asks: 'key' | 'value';
  /** Keys from the top; `-` is an item of a list. */
  readonly path: readonly string[];
  readonly known: ReadonlySet<string>;
  readonly isInBraces: boolean;
}

/** @param head the caret's line, up to the word that is being written */
function placeOf(text: string, lineStart: number, head: string): Place | undefined {
  const dash = /^(\s*)((?:- +)*)/.exec(head);
  const indent = dash?.[1]?.length ?? 0;
  const dashes = dash?.[2] ?? '';
  const rest = head.slice(indent + dashes.length);
  const keyColumn = indent + dashes.length;
  const outer = parentsOf(
    text.slice(0, lineStart),
    dashes === '' ? keyColumn : indent,
    dashes !== '',
  );
  const path = dashes === '' ? outer : [...outer, '-'];
  const opened = rest.lastIndexOf('{') > rest.lastIndexOf('}');
  if (opened) {
    const key = /([\w-]+)\s*:\s*\{[^{}]*$/.exec(rest)?.[1];
    const inner = rest.slice(rest.lastIndexOf('{') + 1);
    const innerPath = key === undefined ? path : [...path, key];
    const asked = /(?:^|,)\s*([\w-]+)\s*:\s*$/.exec(inner)?.[1];
    if (asked !== undefined) {
      return { asks: 'value', path: [...innerPath, asked], known: new Set(), isInBraces: true };
    }
    if (!/(?:^|,)\s*$/.test(inner)) return undefined;
    const known = new Set([...inner.matchAll(/([\w-]+)\s*:/g)].flatMap(([, name = '']) => name));
    return { asks: 'key', path: innerPath, known, isInBraces: true };
  }
  if (rest === '') {
    return { asks: 'key', path, known: siblings(text, lineStart, keyColumn), isInBraces: false };
  }
  const key = /^([\w-]+)\s*:\s+$/.exec(rest)?.[1];
  if (key !== undefined) {
    return { asks: 'value', path: [...path, key], known: new Set(), isInBraces: false };
  }
  return undefined;
}

/** The keys under which a line stands, by the lines above that are indented less. */
function parentsOf(above: string, column: number, isItem: boolean): string[] {
  const path: string[] = [];
  let limit = column;
  // A list may stand at the column of the key that it belongs to.
  let mayBeLevel = isItem;
  for (const line of above.split('\n').slice(0, -1).reverse()) {
    const parts = /^(\s*)((?:- +)*)([\w-]+)\s*:(.*)$/.exec(line);
    if (parts === null) continue;
    const [, space = '', dashes = '', key = '', value = ''] = parts;
    const at = space.length + dashes.length;
    const isParent = at < limit || (mayBeLevel && at === limit && dashes === '');
    if (isParent && value.replace(/#.*/, '').trim() === '') {
      path.unshift(key);
      limit = at;
      mayBeLevel = false;
    }
    // The line with the dash begins the item in which its keys stand.
    if (dashes !== '' && space.length < limit && at <= limit) {
      path.unshift('-');
      limit = space.length;
      mayBeLevel = true;
    }
    if (limit === 0 && !mayBeLevel) break;
  }
  return path;
}

/** The keys that stand beside a line already. */
function siblings(text: string, lineStart: number, column: number): Set<string> {
  const known = new Set<string>();
  const take = (line: string): boolean => {
    const parts = /^(\s*)((?:- +)*)([\w-]+)\s*:/.exec(line);
    if (parts === null) return line.trim() === '' || /^\s*/.exec(line)?.[0].length !== 0;
    const [, space = '', dashes = '', key = ''] = parts;
    const at = space.length + dashes.length;
    if (at === column) known.add(key);
    return at > column || (at === column && dashes === '');
  };
  const above = text.slice(0, lineStart).split('\n').slice(0, -1).reverse();
  for (const line of above) if (!take(line)) break;
  for (const line of text.slice(lineStart).split('\n').slice(1)) {
    const isNextItem = /^\s*-/.test(line);
    if ((isNextItem && column > 0) || !take(line)) break;
  }
  return known;
}

function within(nodes: readonly SchemaNode[], key: string): SchemaNode[] {
  return nodes.flatMap(flat).flatMap((node) => {
    const inner = key === '-' ? node.items : node.properties?.[key];
    return inner === undefined ? [] : [inner];
  });
}

function flat(node: SchemaNode): SchemaNode[] {
  return [node, ...(node.anyOf ?? []).flatMap(flat)];
}

function keysOf(
  nodes: readonly SchemaNode[],
  known: ReadonlySet<string>,
  isInBraces: boolean,
): Choice[] {
  const keys = nodes.flatMap(flat).flatMap((node) => Object.entries(node.properties ?? {}));
  const choices = keys
    .filter(([key]) => !known.has(key))
    .map(([key, node]) => ({ text: `${key}: `, note: node.description ?? node.title ?? '' }));
  return isInBraces ? choices : [...choices, ...valuesOf(nodes)];
}

function valuesOf(nodes: readonly SchemaNode[]): Choice[] {
  return nodes.flatMap(flat).flatMap((node) => {
    const values = node.const === undefined ? (node.enum ?? []) : [node.const];
    return values.map((value) => ({ text: String(value), note: node.title ?? '' }));
  });
}
