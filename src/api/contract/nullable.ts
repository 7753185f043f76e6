import { Type } from 'typebox';

/** A value that is not always known: `null` then, never absent. */
export const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
