/** Members of a JSON object by name, their values as JSON. */
export type Members = Readonly<Record<string, string>>;

/**
 * Sets members of a JSON object within its text: what is replaced goes, what is set comes last, and
 * all others stay as they were written, with every digit that JSON.parse would round.
 * @param object text that JSON.parse takes for an object
 */
export function setMembers(object: string, members: Members): string {
  const kept = membersOf(object).filter(({ name }) => !Object.hasOwn(members, name));
  const set = Object.entries(members).map(([name, value]) => `${JSON.stringify(name)}:${value}`);
  return `{${[...kept.map(({ text }) => text), ...set].join(',')}}`;
}

/**
 * The value of a member as it is written; of several with one name the last, as JSON parsers do.
 * @param object text that JSON.parse takes for an object
 */
export function memberText(object: string, name: string): string | undefined {
  const found = membersOf(object).findLast((member) => member.name === name);
  return found?.text.slice(found.valueAt);
}

interface Member {
  readonly name: string;
  /** `"name": value`. */
  readonly text: string;
  /** Where in the text the value begins. */
  readonly valueAt: number;
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

function membersOf(object: string): Member[] {
  const members: Member[] = [];
  let depth = 0;
  let from = object.indexOf('{') + 1;
  for (let at = from - 1; at < object.length; at += 1) {
    const character = object.charCodeAt(at);
    if (character === quote) at = endOfString(object, at);
    else if (character === openBrace || character === openBracket) depth += 1;
    else if (character === closeBrace || character === closeBracket) depth -= 1;
    const ends = depth === 0 || (depth === 1 && character === comma);
    if (!ends) continue;
    const text = object.slice(from, at).trim();
    if (text !== '') members.push(memberOf(text));
    from = at + 1;
    if (depth === 0) break;
  }
  return members;
}

function memberOf(text: string): Member {
  const end = endOfString(text, 0) + 1;
  return {
    name: JSON.parse(text.slice(0, end)) as string,
    text,
    valueAt: text.indexOf(':', end) + 1,
  };
}

/** Where the string that begins at `at` has its closing quote. */
function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (text.charCodeAt(end) !== quote) end += text.charCodeAt(end) === backslash ? 2 : 1;
  return end;
}
