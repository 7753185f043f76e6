/**
 * Which files of a folder are no part of what is built.
 * Source of the form: the .dockerignore of the Dockerfile reference.
 * @param text of the file
 * @returns whether a path, with `/` and relative to the folder, is left out
 */
export function ignoredBy(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({
      leavesOut: !line.startsWith('!'),
      pattern: patternOf(line.replace(/^!/, '')),
    }));
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.leavesOut ?? false;
}

/** Whatever is below what a pattern names is named with it. */
function patternOf(line: string): RegExp {
  const plain = line.replace(/^\.?\/+/, '').replace(/\/+$/, '');
  const source = plain.replaceAll(
    /\*\*\/|\*\*|\*|\?|\[[^\]]*\]|[^]/g,
    (part) => wildcards[part] ?? (/^\[.+\]$/.test(part) ? part : escaped(part)),
  );
  try {
    return new RegExp(`^${source}(?:/|$)`);
  } catch {
    // A class such as [z-a]: engines refuse the file, which says more than could be said here.
    return /(?!)/;
  }
}

const wildcards: Readonly<Record<string, string>> = {
  '**/': '(?:.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
};

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
