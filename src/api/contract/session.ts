import { Type, type Static } from 'typebox';
import { nullable } from './nullable.js';

export const SignInRequest = Type.Object(
  { token: Type.String({ minLength: 1, maxLength: 1000, description: 'SERIN_ADMIN_TOKEN.' }) },
  { additionalProperties: false },
);

/** What the page has to know before it asks for anything else. */
export const SessionBody = Type.Object({
  token_needed: Type.Boolean({ description: 'Whether the server has an admin token.' }),
  signed_in: Type.Boolean({ description: 'true also where no token is needed.' }),
  csrf_token: nullable(
    Type.String({ description: 'To be sent as `serin-csrf` with every change.' }),
  ),
  data_plane: Type.Boolean({
    description: 'Whether this address answers predictions, /health and /metrics, too.',
  }),
});
export type SessionBody = Static<typeof SessionBody>;
