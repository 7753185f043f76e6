import Type, { type Static } from 'typebox';
import { choice, closed, exactlyOne, httpUrl, quantity } from '../schema-parts.js';
import { time } from '../units.js';
import { LoadtestWishesSchema, SmokeWishesSchema, ValidateWishesSchema } from './wishes-schema.js';

/** What somebody else is asked. */
const asked = {
  webhook: Type.Optional(
    Type.String({
      title: 'an http or https address',
      description: 'Is sent a POST; {"passed": true}, or 2xx without a body, passes.',
      pattern: httpUrl,
    }),
  ),
  command: Type.Optional(
    Type.String({
      title: 'a command',
      description:
        'Is run on the machine of the server, which needs --allow-commands; exit code 0 passes.',
      minLength: 1,
    }),
  ),
  timeout: Type.Optional(quantity(time, 'A gate that takes longer has failed.')),
};

/** A gate between two steps. */
export const GateOfStep = Type.Object(asked, {
  ...closed,
  ...exactlyOne('webhook', 'command'),
  title: '{ webhook: address } or { command: text }, with a timeout',
});
export type GateOfStep = Static<typeof GateOfStep>;

const BuiltInGate = choice(['validate', 'smoke', 'loadtest'], 'A gate that Serin brings along.');

const GateWithWishes = Type.Object(
  {
    validate: Type.Optional(ValidateWishesSchema),
    smoke: Type.Optional(SmokeWishesSchema),
    loadtest: Type.Optional(LoadtestWishesSchema),
    ...asked,
  },
  {
    ...closed,
    ...exactlyOne('validate', 'smoke', 'loadtest', 'webhook', 'command'),
    title:
      '{ validate: expectations }, { smoke: times }, { loadtest: load }, { webhook: address } or { command: text }, with a timeout',
  },
);

/** A gate before any traffic. */
export const GateOfFile = Type.Union([BuiltInGate, GateWithWishes], {
  title:
    'a gate: validate, smoke, loadtest, { loadtest: { rate: 200 } } and the like, { webhook: address } or { command: text }',
});
export type GateOfFile = Static<typeof GateOfFile>;
