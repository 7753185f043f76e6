import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCatalogue } from '../../src/domain/error-catalogue.js';

const page = new URL('../../docs/reference/errors.md', import.meta.url);

function rendered(): string {
  const rows = Object.entries(errorCatalogue).map(
    ([code, { status, title, advice, retriable }]) =>
      `| \`${code}\` | ${status} | ${title} | ${advice} | ${retriable ? 'yes' : ''} |`,
  );
  return `# Errors

Every error that Serin tells a user has one of these codes, in the API (\`{"error": …, "code": …}\`), on the command line and in the log. Beside the text come \`expected\` and \`found\`, where there is something to compare, and \`advice\`: what to do.

This page is made from the catalogue in \`src/domain/error-catalogue.ts\`; a test keeps the two equal (\`UPDATE_DOCS=1 npx vitest run test/docs\` writes it anew).

| code | HTTP status | what it says | what to do | worth a retry |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

test('the documentation lists exactly the errors of the catalogue', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, rendered());
  expect(readFileSync(page, 'utf8')).toBe(rendered());
});
