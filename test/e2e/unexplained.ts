import type { Page } from 'playwright-core';

/** Of a version, a file, a person; and what a person wrote: no numbers, though they may have digits. */
const names = 'h1, h2, a, code, pre, textarea, select, option, summary, .name, .badge';

/** Whole sentences of the server or of the page, which say themselves what their numbers are. */
const sentences =
  '.words, .sentence, .verdict-sentence, .check-sentence, .sentences, .problems, .notice';

/**
 * Everywhere else somebody has to say what a number is: its own word, the head of its column or row,
 * or a word beside it in the same paragraph, fact, chart or line.
 */
const lookForThem = `(() => {
  const spoken = '${names}, ${sentences}, [aria-hidden="true"]';
  const explains = (element) => element !== null && element !== undefined && element.querySelector('.explained') !== null;
  const ofItsTable = (element) => {
    const cell = element.closest('td, th');
    const row = cell?.closest('tr');
    if (cell === null || row === null) return false;
    if (explains(row.querySelector('th')) || explains(cell)) return true;
    const heads = row.closest('table').querySelectorAll('thead th');
    return heads.length > 0 && explains(heads[[...row.children].indexOf(cell)]);
  };
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!/\\d/.test(node.data) || element.closest(spoken) !== null) continue;
    if (element.closest('.explained') !== null || ofItsTable(element)) continue;
    if (explains(element.closest('p, .fact, .slider, figure, [data-numbers]'))) continue;
    found.push(element.className + ': ' + (element.closest('tr, li, div, section') ?? element).textContent.slice(0, 90));
  }
  return found;
})()`;

/** The numbers on the page as it is now that nothing explains; none is what is wanted. */
export function unexplainedNumbers(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(lookForThem);
}
