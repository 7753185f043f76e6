// node scripts/write-schema.js: writes schemas/serin.schema.json from the compiled TypeBox schema.
import { writeFileSync } from 'node:fs';
import { schemaText } from '../dist/src/config/schema-text.js';

const file = new URL('../schemas/serin.schema.json', import.meta.url);
writeFileSync(file, schemaText());
