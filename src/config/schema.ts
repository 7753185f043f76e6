import Type, { type Static } from 'typebox';
import { NotifyOn, OnHarm, RouterKind } from '../rollout/strategy/strategy.js';
import { OnUndecided } from '../rollout/strategy/step.js';
import { artefact } from './artefact-schema.js';
import { ChecksSchema } from './checks-schema.js';
import { GateOfFile } from './gates/schema.js';
import { NginxSchema } from './nginx-schema.js';
import { choice, closed, exactlyOne, httpUrl, quantity } from './schema-parts.js';
import { SourcesSchema } from './sources-schema.js';
import { HoldSchema, StepsSchema } from './steps-schema.js';
import { share, size, time } from './units.js';

/*
 * The one source of what serin.yaml may hold: types, checks and the published JSON Schema are made
 * from it. A schema's `title` is what an error calls the thing that it expected; its `description`
 * is what an editor shows.
 */

const Model = Type.String({
  title: 'a model name of letters, digits, ".", "_" and "-", at most 128',
  description: 'What is rolled out: the name of a folder in the model repository.',
  pattern: '^(?!.*\\.\\.)[A-Za-z0-9][A-Za-z0-9._-]{0,127}$',
});

const stickyName = {
  title: 'a name of letters, digits, ".", "_" and "-"',
  pattern: '^[A-Za-z0-9_.-]+$',
};

const Traffic = Type.Object(
  {
    router: Type.Optional(
      choice(
        // Not yet gateway-api, which no server can carry out: what editors offer must work.
        [RouterKind.InProcess, RouterKind.Nginx],
        'What splits the traffic; in-process by default.',
      ),
    ),
    nginx: Type.Optional(NginxSchema),
    sticky: Type.Optional(
      Type.Object(
        {
          header: Type.Optional(Type.String({ ...stickyName, description: 'A request header.' })),
          cookie: Type.Optional(Type.String({ ...stickyName, description: 'A cookie.' })),
          field: Type.Optional(
            Type.String({
              ...stickyName,
              description: 'A field of the JSON body; dots go deeper: parameters.user_id.',
            }),
          ),
        },
        {
          ...closed,
          ...exactlyOne('header', 'cookie', 'field'),
          title: 'one of { header: name }, { cookie: name }, { field: name }',
          description: 'Where the key is found that keeps a user on one arm.',
        },
      ),
    ),
  },
  { ...closed, title: 'traffic settings', description: 'How requests reach the two arms.' },
);

const FastFail = Type.Object(
  {
    consecutiveErrors: Type.Optional(
      Type.Integer({
        title: 'a whole number from 1',
        description: 'So many failures of the canary in a row roll back at once.',
        minimum: 1,
        maximum: 1e6,
      }),
    ),
    memory: Type.Optional(quantity(size, "Of the canary's process; more rolls back at once.")),
  },
  { ...closed, title: 'fast-fail rules', description: 'What rolls back at once, without a test.' },
);

const Holdback = Type.Object(
  {
    percent: quantity(share, 'So much of the traffic stays on the old stable.'),
    for: quantity(time, 'For so long.'),
  },
  {
    ...closed,
    title: '{ percent: share, for: time }',
    description: 'Once decided, keeps comparing with the old stable for a while before promotion.',
  },
);

const Notify = Type.Object(
  {
    webhook: Type.Optional(Type.String({ title: 'an http or https address', pattern: httpUrl })),
    slack: Type.Optional(
      Type.String({ title: 'the address of a Slack incoming webhook', pattern: httpUrl }),
    ),
    tag: Type.Optional(
      Type.Literal('stable', {
        title: 'stable',
        description:
          "This tag of the canary's image, in its registry, follows what is promoted; and goes back after a late roll-back.",
      }),
    ),
    on: Type.Optional(
      Type.Array(choice(Object.values(NotifyOn), 'What is told.'), {
        title: 'a list of what is told',
        minItems: 1,
      }),
    ),
  },
  {
    ...closed,
    ...exactlyOne('webhook', 'slack', 'tag'),
    title: '{ webhook: address, on: [...] }, { slack: address, on: [...] } or { tag: stable }',
  },
);

/** The whole of serin.yaml. */
export const SerinFile = Type.Object(
  {
    model: Model,
    stable: artefact('The version that is live.'),
    canary: artefact('The version that is tried.'),
    traffic: Type.Optional(Traffic),
    gates: Type.Optional(
      Type.Array(GateOfFile, {
        title: 'a list of gates',
        description: 'What must pass before any traffic, in this order.',
        maxItems: 20,
      }),
    ),
    steps: Type.Optional(StepsSchema),
    hold: Type.Optional(HoldSchema),
    checks: Type.Optional(ChecksSchema),
    sources: Type.Optional(SourcesSchema),
    fastFail: Type.Optional(FastFail),
    onHarm: Type.Optional(
      choice(
        Object.values(OnHarm),
        'What happens when the canary was found to harm, by the judge or by a fast-fail rule; rollback by default.',
      ),
    ),
    onUndecided: Type.Optional(
      choice(
        Object.values(OnUndecided),
        "What happens when a step's time is up and the judge is undecided; pause by default.",
      ),
    ),
    coolDown: Type.Optional(
      quantity(time, 'After a roll-back the same canary is refused for so long.'),
    ),
    holdback: Type.Optional(Holdback),
    keepWarm: Type.Optional(
      quantity(time, 'After promotion the old stable stays loaded for so long; 1h by default.'),
    ),
    notify: Type.Optional(
      Type.Array(Notify, {
        title: 'a list of who is told',
        maxItems: 20,
        description: 'Who is told.',
      }),
    ),
    $schema: Type.Optional(
      Type.String({
        title: 'the address of the schema of this file',
        description: 'For editors that take no comment for it; Serin does not look at it.',
        maxLength: 4096,
      }),
    ),
  },
  {
    ...closed,
    title: 'a rollout: model, stable, canary, and what is to be otherwise than by default',
    description: 'The rollout file of Serin.',
  },
);
export type SerinFile = Static<typeof SerinFile>;
