import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { SerinFile } from './schema.js';
import { nearestName } from './nearest-name.js';
import { problemAt, quote, type Problem } from './problem.js';
import type { YamlFile } from './yaml-file.js';

interface SchemaOfError {
  readonly title?: string;
  readonly properties?: Readonly<Record<string, { readonly title?: string }>>;
  readonly oneOf?: readonly { readonly required: readonly string[] }[];
}

let compiled: ValidateFunction<SerinFile> | undefined;

/** Compiled when it is first asked for, which takes longer than to read a file. */
function fits(): ValidateFunction<SerinFile> {
  compiled ??= new Ajv({ allErrors: true, verbose: true, strict: false }).compile(SerinFile);
  return compiled;
}

/** Whether a value has the form of serin.yaml; where not, `shapeProblems` says why. */
export function hasShapeOfSerinFile(value: unknown): value is SerinFile {
  return fits()(value);
}

/** Everything about a file's form that is not as the schema says, one problem for each place. */
export function shapeProblems(yaml: YamlFile): Problem[] {
  const isFitting = fits();
  isFitting(yaml.value);
  const errors = withoutEchoes(withoutBranchesNotMeant(isFitting.errors ?? []));
  const byMessage = new Map(
    errors.map((error) => problemOf(error, yaml)).map((problem) => [problem.message, problem]),
  );
  return [...byMessage.values()];
}

/**
 * Of a union's errors: where the value is an object, those of the object branch that was meant;
 * otherwise the union's own, which names all that it may be.
 */
function withoutBranchesNotMeant(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  let kept = errors;
  for (const union of errors.filter(({ keyword }) => keyword === 'anyOf')) {
    const meant = isObject(union.data) ? meantBranch(union.schema as Branch[], union.data) : -1;
    kept = kept.filter((error) => {
      if (!isUnder(error, union)) return error !== union || meant === -1;
      return meant !== -1 && error.schemaPath.startsWith(`${union.schemaPath}/${meant}/`);
    });
  }
  return kept;
}

/**
 * Of keys of which exactly one is to be there, one error says it all: not one for each key that is
 * not there, and none where a key is there that was meant to be one of them.
 */
function withoutEchoes(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const ones = errors.filter(({ keyword }) => keyword === 'oneOf');
  const said = errors.filter((error) => !ones.some((one) => isUnder(error, one)));
  const misnamed = new Set(
    said.flatMap(({ keyword, instancePath }) =>
      keyword === 'additionalProperties' ? [instancePath] : [],
    ),
  );
  return said.filter(
    ({ keyword, instancePath }) => keyword !== 'oneOf' || !misnamed.has(instancePath),
  );
}

interface Branch {
  readonly type?: string;
  readonly required?: readonly string[];
}

/**
 * The one object branch, or of several the one whose required keys are there.
 * @returns its index; -1 where it cannot be told
 */
function meantBranch(branches: readonly Branch[], value: object): number {
  const objects = branches.filter(({ type }) => type === 'object');
  const fitting = objects.filter(({ required = [] }) => required.every((key) => key in value));
  const [only, ...more] = objects.length === 1 ? objects : fitting;
  return only === undefined || more.length > 0 ? -1 : branches.indexOf(only);
}

function isUnder(error: ErrorObject, union: ErrorObject): boolean {
  const samePlace =
    error.instancePath === union.instancePath ||
    error.instancePath.startsWith(`${union.instancePath}/`);
  return samePlace && error.schemaPath.startsWith(`${union.schemaPath}/`);
}

function problemOf(error: ErrorObject, yaml: YamlFile): Problem {
  const path = error.instancePath.split('/').slice(1).map(unescaped);
  const schema = error.parentSchema as SchemaOfError;
  const params = error.params as Readonly<Record<string, string>>;
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = params['additionalProperty'] ?? '';
      const known = Object.keys(schema.properties ?? {});
      const near = nearestName(name, known);
      const expected = near === undefined ? `one of ${known.join(', ')}` : `"${near}"`;
      const position = yaml.positionOfKey([...path, name]);
      return problemAt(yaml.file, position, expected, `the unknown key ${quote(name)}`);
    }
    case 'required': {
      const name = params['missingProperty'] ?? '';
      const what = schema.properties?.[name]?.title;
      const expected = what === undefined ? `the key "${name}"` : `"${name}": ${what}`;
      return problemAt(yaml.file, yaml.positionOf(path), expected, 'no such key');
    }
    case 'oneOf': {
      const keys = keysOf(schema);
      const there = keys.filter((key) => isObject(error.data) && key in error.data);
      const found = there.length === 0 ? 'none of them' : there.join(' and ');
      const expected = `exactly one of ${keys.join(', ')}`;
      return problemAt(yaml.file, yaml.positionOf(path), expected, found);
    }
    default: {
      const expected = schema.title ?? error.message ?? 'something else';
      return problemAt(yaml.file, yaml.positionOf(path), expected, quote(error.data));
    }
  }
}

/** Of which exactly one is to be there; see `exactlyOne`. */
function keysOf({ oneOf = [] }: SchemaOfError): readonly string[] {
  return oneOf.flatMap(({ required }) => required);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON Pointer, RFC 6901. */
function unescaped(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
