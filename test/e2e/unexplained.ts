import type { Page } from 'playwright-core';

/**
 * Where numbers stand alone, and not in a sentence: there, somebody has to say what they are. A name
 * (of a version, a file, a person) and what a person wrote is no number, and says itself what it is.
 */
const lookForThem = `(() => {
  const sentences = 'p, h1, h2, a, code, pre, textarea, select, option, summary, .words, .name, .notice, .sentences, .problems, .badge, [aria-hidden="true"]';
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
    if (!/\\d/.test(node.data) || element.closest(sentences) !== null) continue;
    if (element.closest('.explained') !== null || ofItsTable(element)) continue;
    if (explains(element.closest('.fact, .slider, figure, [data-numbers]'))) continue;
    found.push(element.className + ': ' + element.closest('tr, li, div, section').textContent.slice(0, 90));
  }
  return found;
})()`;

/** The numbers on the page as it is now that nothing explains; none is what is wanted. */
export function unexplainedNumbers(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(lookForThem);
}
