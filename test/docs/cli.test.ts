import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { expect, test } from 'vitest';

const page = new URL('../../docs/reference/cli.md', import.meta.url);
const folder = new URL('../../src/cli/commands/', import.meta.url);

/** `serin` with every command that has a file, as src/cli/main.ts puts it together. */
async function program(): Promise<Command> {
  const files = readdirSync(folder).filter((file) => /^[\w-]+\.ts$/.test(file));
  const modules = await Promise.all(
    files.map(async (file) => (await import(new URL(file, folder).href)) as object),
  );
  const made = modules.flatMap((module) =>
    Object.entries(module).flatMap(([name, make]) =>
      name.endsWith('Command') ? [(make as () => Command)()] : [],
    ),
  );
  const serin = new Command('serin');
  for (const command of made.sort((a, b) => a.name().localeCompare(b.name()))) {
    serin.addCommand(command);
  }
  return serin;
}

/** What `--help` prints of a command, and then of those below it. */
function helpOf(command: Command, path: string): string[] {
  let help = '';
  command.configureHelp({ helpWidth: 100 });
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  const level = '#'.repeat(path.split(' ').length);
  return [
    `${level} ${path}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`,
    ...command.commands.flatMap((inner) => helpOf(inner, `${path} ${inner.name()}`)),
  ];
}

function rendered(serin: Command): string {
  return `# The command line

Every command, as its \`--help\` has it. \`--json\` prints the answer for machines; an error is then \`{"error": …, "code": …}\` on standard output, with a code of [errors.md](errors.md). \`--url\`, or \`SERIN_URL\` in the environment, names the server, and \`SERIN_ADMIN_TOKEN\` its admin token.

The exit code is 0 when it went well and 1 when it did not; of \`validate\`, \`loadtest\` and \`smoke\`, 1 is that of what was tested and is bad, and 2 that of what could not be tested. Commands that wait for a rollout tell its outcome with it: see [the guide](../guide/rollouts.md#exit-codes).

This page is made from the commands; a test keeps the two equal (\`UPDATE_DOCS=1 npx vitest run test/docs\` writes it anew).

${serin.commands.flatMap((command) => helpOf(command, `serin ${command.name()}`)).join('\n')}`;
}

test('the documentation has the help of every command, with every option', async () => {
  const text = rendered(await program());
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, text);
  expect(readFileSync(page, 'utf8')).toBe(text);
});

test('every command takes --json, and shows an example of itself', async () => {
  const blocks = rendered(await program())
    .split(/^#+ (?=serin )/m)
    .slice(1);
  expect(blocks.length).toBeGreaterThan(25);
  for (const block of blocks) {
    const [path = ''] = block.split('\n');
    expect(block, path).toMatch(new RegExp(`Example[^\\n]*\\n +\\$ ${path}`));
    if (!/^Commands:/m.test(block)) expect(block, path).toContain('--json');
  }
});
