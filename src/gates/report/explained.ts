/** Where, and how, the code of a finding is explained. */
export interface Explained {
  /** The page and its section, as whoever reads the report here finds it: a path, or an address. */
  readonly page: string;
  /** An address that opens from wherever the report is read; undefined where none is known. */
  readonly link: string | undefined;
  /** What stands there, as Markdown; undefined where nothing does. */
  readonly text: string | undefined;
}

export type Explain = (code: string) => Explained;

/** The gates whose findings have a page of their own. */
export const explainedGates = ['validate', 'loadtest', 'smoke', 'ci'] as const;
export type ExplainedGate = (typeof explainedGates)[number];

/** Where a server of Serin has the page of a gate's findings. @param server its address, or nothing */
export function helpAddress(server: string, gate: ExplainedGate): string {
  return `${server.replace(/\/+$/, '')}/docs/${gate}`;
}

/**
 * The sections of a page that explain a code each: those under a heading of the third level that is
 * one word, to the next heading.
 * @returns by code, as Markdown
 */
export function sectionsByCode(markdown: string): ReadonlyMap<string, string> {
  const sections = markdown.split(/^(?=#{1,6} )/m).flatMap((section) => {
    const [, code, text] = /^### ([a-z][a-z0-9-]*)\n([^]*)$/.exec(section) ?? [];
    return code === undefined || text === undefined ? [] : [[code, text.trim()] as const];
  });
  return new Map(sections);
}
