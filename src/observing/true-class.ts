import { arms, type Arm } from '../domain/arm.js';
import { SerinError } from '../domain/errors.js';

/** The names of each arm's classes, in its own order; none where it has no names. */
export type ClassNames = Readonly<Record<Arm, readonly string[]>>;

/** What somebody says was true. */
export type Label = string | number | boolean;

/** So many of an arm's names are said where it has more. */
const mostNamesSaid = 10;

/**
 * Whether an answer is the class that a label says. Where an arm has names, the label is one of
 * them, or its position in them: `leaves`, 1 or true of `stays, leaves`. Whether it can be taken is
 * no question of the answer, so that an arm's wrong answers are refused as often as its right ones.
 * @param answer the class, by its name where the arm has names
 * @throws SerinError `invalid-request` for a label that is among neither arm's names
 */
export function isClass(answer: string, label: Label, names: ClassNames, arm: Arm): boolean {
  const isNamed = arms.some((one) => names[one].length > 0);
  const isSaid = plain(answer) === plain(String(label));
  if (!isNamed) return isSaid;
  return answer === nameOf(label, names) || (names[arm].length === 0 && isSaid);
}

/** Without names a class may be a number, and what was true a boolean. */
function plain(text: string): string {
  return text === 'true' ? '1' : text === 'false' ? '0' : text;
}

function nameOf(label: Label, names: ClassNames): string {
  const text = String(label);
  if (arms.some((arm) => names[arm].includes(text))) return text;
  const position = positionOf(text, names);
  const [name, other] = new Set(arms.flatMap((arm) => names[arm][position] ?? []));
  if (name === undefined) throw unfit(`one of the classes ${sayNames(names)}`, label);
  if (other !== undefined) {
    const [one, two] = [JSON.stringify(name), JSON.stringify(other)];
    throw unfit(`a class by its name, as at this position the arms have ${one} and ${two}`, label);
  }
  return name;
}

/** −1 where it is none; true and false are positions of two classes only. */
function positionOf(text: string, names: ClassNames): number {
  const areTwo = arms.every((arm) => names[arm].length === 2 || names[arm].length === 0);
  const digits = areTwo ? plain(text) : text;
  return /^\d+$/.test(digits) ? Number(digits) : -1;
}

function sayNames(names: ClassNames): string {
  const said = new Set(arms.flatMap((arm) => names[arm].slice(0, mostNamesSaid)));
  const hasMore = arms.some((arm) => names[arm].length > mostNamesSaid);
  const list = [...said].map((name) => JSON.stringify(name)).join(', ');
  return `${list}${hasMore ? ', …' : ''}, or its position from 0`;
}

function unfit(expected: string, label: Label): SerinError {
  return new SerinError('invalid-request', { expected, found: JSON.stringify(label) });
}
