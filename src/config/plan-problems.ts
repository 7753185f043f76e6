import { checkFindings } from './check-problems.js';
import { defaults } from './defaults.js';
import { timeoutOf } from './gates/to-gate.js';
import {
  loadtestWishProblems,
  validateWishProblems,
  type WishProblem,
} from './gates/wish-problems.js';
import { problemAt, quote, type Problem } from './problem.js';
import type { SerinFile } from './schema.js';
import { percent, time } from './units.js';
import type { YamlFile } from './yaml-file.js';

/** A place in the file, what was expected there, and what was found. */
export type Finding = readonly [path: readonly string[], expected: string, found: string];

type StepOfFile = NonNullable<SerinFile['steps']>[number];
type HoldOfFile = NonNullable<SerinFile['hold']>;

/** What no schema can say: that every part of the plan can be reached, and that it fits together. */
export function planProblems(parsed: SerinFile, yaml: YamlFile): Problem[] {
  const findings = [
    ...nginxFindings(parsed),
    ...gateFindings(parsed),
    ...stepFindings(parsed),
    ...sourceFindings(parsed),
    ...holdFindings(parsed.hold, undefined, ['hold']),
    ...holdbackFindings(parsed),
    ...armFindings(parsed),
    ...checkFindings(parsed),
    ...notifyFindings(parsed),
  ];
  return findings.map(([path, expected, found]) =>
    problemAt(yaml.file, yaml.positionOf(path), expected, found),
  );
}

function sourceFindings({ sources, stable, canary }: SerinFile): Finding[] {
  if (sources?.health === undefined) return [];
  const expected = 'HTTP servers as both arms, as each is asked for its health';
  return Object.values({ stable, canary }).flatMap((artefact): Finding[] =>
    isFile(artefact) ? [[['sources', 'health'], expected, quote(artefact)]] : [],
  );
}

/** A version that Serin runs itself, and that nobody can ask over HTTP. */
function isFile(artefact: SerinFile['stable']): boolean {
  return typeof artefact === 'string' && !/^https?:|^image:/.test(artefact);
}

function nginxFindings({ traffic, stable, canary, steps = [], checks }: SerinFile): Finding[] {
  const { router, nginx, sticky } = traffic ?? {};
  if (router !== 'nginx') {
    if (nginx === undefined) return [];
    return [[['traffic', 'nginx'], 'router: nginx beside it', `router: ${router ?? 'in-process'}`]];
  }
  const findings: Finding[] = [];
  if (nginx === undefined) {
    findings.push([['traffic'], 'nginx: { listen: port } beside router: nginx', 'none']);
  }
  for (const [arm, artefact] of Object.entries({ stable, canary })) {
    if (!isFile(artefact)) continue;
    const expected = 'an HTTP server as an arm behind NGINX, such as http://127.0.0.1:7011';
    findings.push([[arm], expected, quote(artefact)]);
  }
  if (sticky?.field !== undefined) {
    const expected = 'a header or a cookie, as NGINX looks into no body';
    findings.push([['traffic', 'sticky', 'field'], expected, quote(sticky.field)]);
  }
  const { agreement } = checks ?? {};
  const demandsAgreement = typeof agreement === 'object' && agreement.min !== undefined;
  if (demandsAgreement && steps.some(({ shadow }) => shadow !== undefined)) {
    const expected = 'no least agreement, as what NGINX copies is answered to nobody who compares';
    findings.push([['checks', 'agreement', 'min'], expected, quote(agreement.min)]);
  }
  return findings;
}

function gateFindings({ gates = [], canary }: SerinFile): Finding[] {
  return gates.flatMap((gate, index): Finding[] => {
    const path = ['gates', String(index)];
    if (typeof gate === 'string') return gate === 'validate' ? unexaminable(canary, path) : [];
    const { validate = {}, loadtest } = gate;
    const under = (name: string, problems: readonly WishProblem[]): Finding[] =>
      problems.map(([at, ...words]) => [[...path, name, ...at], ...words]);
    return [
      ...(gate.validate === undefined ? [] : unexaminable(canary, [...path, 'validate'])),
      ...under('validate', validateWishProblems(validate)),
      ...(loadtest === undefined
        ? []
        : under('loadtest', loadtestWishProblems(loadtest, timeoutOf(gate.timeout)))),
    ];
  });
}

function unexaminable(canary: SerinFile['canary'], path: readonly string[]): Finding[] {
  if (isFile(canary)) return [];
  const expected = 'a canary of an ONNX file, which validate examines; others take smoke, loadtest';
  return [[path, expected, quote(canary)]];
}

function stepFindings({ steps, hold, holdback }: SerinFile): Finding[] {
  const findings: Finding[] = [];
  let before: number | undefined;
  const top = 100 - (holdback === undefined ? 0 : percent.read(holdback.percent));
  for (const [index, step] of (steps ?? []).entries()) {
    const path = ['steps', String(index)];
    findings.push(
      ...holdKeyFindings(step, path),
      ...holdFindings(step.hold, hold, [...path, 'hold']),
    );
    if (before === 100) {
      findings.push([path, 'no step after 100%', 'a step that is never reached']);
    } else if (step.shadow !== undefined && before !== undefined) {
      findings.push([path, 'shadow steps before the first weight', 'one after it']);
    }
    if (step.weight === undefined) continue;
    if (before !== undefined && before < 100 && step.weight <= before) {
      findings.push([
        [...path, 'weight'],
        `a weight above ${before}, the one before`,
        quote(step.weight),
      ]);
    }
    if (step.weight > top) {
      const expected = `at most ${top}, since the holdback keeps the rest on stable`;
      findings.push([[...path, 'weight'], expected, quote(step.weight)]);
    }
    before = step.weight;
  }
  if (steps !== undefined && before === undefined) {
    findings.push([['steps'], 'at least one weight', 'none']);
  }
  return findings;
}

function holdKeyFindings(step: StepOfFile, path: readonly string[]): Finding[] {
  if (step.shadow !== undefined && step.hold?.requests !== undefined) {
    const expected = 'the number of requests in shadow itself';
    return [[[...path, 'hold', 'requests'], expected, 'a second one in its hold']];
  }
  if (step.shadow !== undefined || step.weight !== undefined) return [];
  return (['hold', 'onUndecided'] as const)
    .filter((key) => step[key] !== undefined)
    .map((key) => [
      [...path, key],
      `${key} only in shadow and weight steps`,
      'one in another step',
    ]);
}

function holdFindings(
  own: HoldOfFile | undefined,
  common: HoldOfFile | undefined,
  path: readonly string[],
): Finding[] {
  const { min, max } = { ...defaults.hold, ...common, ...own };
  if (own === undefined || time.read(max) > time.read(min)) return [];
  // The key that is there is the one to correct; the other may be a default.
  const at = own.max === undefined ? 'min' : 'max';
  return [[[...path, at], 'max to be longer than min', `max ${max} and min ${min}`]];
}

function holdbackFindings({ holdback }: SerinFile): Finding[] {
  if (holdback === undefined) return [];
  const kept = percent.read(holdback.percent);
  if (kept > 0 && kept <= 50) return [];
  return [[['holdback', 'percent'], 'more than 0% and at most 50%', quote(holdback.percent)]];
}

function armFindings({ stable, canary }: SerinFile): Finding[] {
  if (JSON.stringify(stable) !== JSON.stringify(canary)) return [];
  return [[['canary'], 'another version than stable', quote(canary)]];
}

function notifyFindings({ notify = [], canary }: SerinFile): Finding[] {
  return notify.flatMap((target, index) => {
    if (target.tag === undefined) return [];
    const path = ['notify', String(index)];
    const findings: Finding[] = [];
    if (target.on !== undefined) {
      const expected = 'no events: a tag follows promotions and roll-backs';
      findings.push([[...path, 'on'], expected, quote(target.on)]);
    }
    if (typeof canary !== 'object' || !('image' in canary)) {
      findings.push([[...path, 'tag'], 'canary: { image: … }, which it is the tag of', 'another']);
    }
    return findings;
  });
}
