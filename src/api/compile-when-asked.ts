import AjvCompiler from '@fastify/ajv-compiler';
import SerializerSelector from '@fastify/fast-json-stringify-compiler';
import type { FastifyServerOptions } from 'fastify';

type Compilers = NonNullable<
  NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']
>;
type Validate = ((value: unknown, within?: unknown) => unknown) & {
  errors?: unknown;
  schemaEnv?: unknown;
};
type Serialize = (value: unknown) => string;
/** Of the schemas that routes share, and options, what compiles a route's. */
type Factory<Compiled> = (...shared: unknown[]) => (route: unknown) => Compiled;

/**
 * Fastify's own compilers of schemas, but each schema is compiled when its route is first asked: all
 * of them together took a quarter of the time until a server listened. Schemas of headers have to name
 * them in lower case: Fastify does that for compilers that it has chosen itself.
 */
export function compilingWhenAsked(): Compilers {
  // What each is called with is between Fastify and its compiler.
  const validators = AjvCompiler() as Factory<Validate>;
  const serializers = SerializerSelector() as Factory<Serialize>;
  const factories: { [Name in keyof Compilers]: Factory<unknown> } = {
    buildValidator: (...shared) => {
      const compile = validators(...shared);
      return (route) => validatingBy(() => compile(route));
    },
    buildSerializer: (...shared) => {
      const compile = serializers(...shared);
      return (route) => serializingBy(() => compile(route));
    },
  };
  return factories as Compilers;
}

/** Ajv leaves what is wrong on the function; Fastify looks for it there. */
function validatingBy(compile: () => Validate): Validate {
  let compiled: Validate | undefined;
  const validate: Validate = (value, within) => {
    compiled ??= compile();
    const result = compiled(value, within);
    validate.errors = compiled.errors;
    return result;
  };
  // By which Fastify knows a function of Ajv's, and says within what the value is.
  validate.schemaEnv = true;
  return validate;
}

function serializingBy(compile: () => Serialize): Serialize {
  let compiled: Serialize | undefined;
  return (value) => (compiled ??= compile())(value);
}
