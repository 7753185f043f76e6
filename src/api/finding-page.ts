import { escapeHtml } from '../gates/loadtest/html/escape-html.js';
import { pageStyle } from '../gates/loadtest/html/page-style.js';

/**
 * What every finding of a gate means, as a page: a section for each code, which links in reports
 * lead to.
 * @param sections by code, as the documentation has them: paragraphs of Markdown
 */
export function findingPage(gate: string, sections: ReadonlyMap<string, string>): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>Findings of serin ${gate}</title>`,
    `<style>${pageStyle}</style>`,
    '</head>',
    '<body>',
    `<h1>Findings of serin ${gate}</h1>`,
    ...Array.from(
      sections,
      ([code, text]) => `<section id="${code}"><h2>${code}</h2>\n${paragraphs(text)}</section>`,
    ),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function paragraphs(markdown: string): string {
  return markdown
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${inline(paragraph)}</p>\n`)
    .join('');
}

/** Code, what is bold, and links, of which the words stay: they lead to files beside that page. */
function inline(markdown: string): string {
  return markdown
    .split(/(`[^`]+`)/)
    .map((part) =>
      part.startsWith('`') && part.length > 2
        ? `<code>${escapeHtml(part.slice(1, -1))}</code>`
        : escapeHtml(part.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')).replaceAll(
            /\*\*([^*]+)\*\*/g,
            '<strong>$1</strong>',
          ),
    )
    .join('');
}
