import { Type, type Static } from 'typebox';
import { nullable } from './nullable.js';

/** What stands in front of a model's arms in a process of its own. */
export const FrontStatus = Type.Object({
  router: Type.Literal('nginx'),
  version: nullable(Type.String({ description: 'Of NGINX; null while it is not there.' })),
  mode: nullable(Type.String({ description: 'lua: weights without a reload; or plain.' })),
  why_mode: nullable(Type.String()),
  listen: Type.Array(Type.String(), { description: 'Where its clients come in.' }),
  weight_in_force: nullable(
    Type.Number({ description: 'Percent, as NGINX says; null while it does not answer.' }),
  ),
  split_seen: nullable(
    Type.Number({ description: 'Percent of the requests of this weight that were the canary’s.' }),
  ),
  observed: Type.Number({ description: 'Requests read from its log since Serin started.' }),
  lost: Type.Number({ description: 'Requests that are missing from its log.' }),
  not_measured: Type.Array(Type.String(), {
    description: 'What the judge is told nothing of, as no body of an answer is seen.',
  }),
  findings: Type.Array(
    Type.Object({ source: Type.String(), verdict: Type.String(), sentence: Type.String() }),
    { description: 'What each source of observations said last.' },
  ),
  problem: nullable(Type.String({ description: 'Why it does not do what it was told.' })),
});
export type FrontStatus = Static<typeof FrontStatus>;
