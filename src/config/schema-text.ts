import { SerinFile } from './schema.js';

/**
 * The JSON Schema of serin.yaml as it is published, so that editors complete and check the file.
 * `node scripts/write-schema.js` writes it; a test keeps the two equal.
 */
export function schemaText(): string {
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', ...SerinFile };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
