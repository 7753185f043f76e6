import { effect, signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark';

const key = 'serin-theme';
const darkMode = window.matchMedia('(prefers-color-scheme: dark)');

/** What a person chose; `auto` is what his system says. */
export const theme = signal<Theme>(stored());

/** Counted up whenever colours change, for what is painted and not styled. */
export const coloursChanged = signal(0);

effect(() => {
  if (theme.value === 'auto') {
    localStorage.removeItem(key);
    delete document.documentElement.dataset['theme'];
  } else {
    localStorage.setItem(key, theme.value);
    document.documentElement.dataset['theme'] = theme.value;
  }
  coloursChanged.value = coloursChanged.peek() + 1;
});
darkMode.addEventListener('change', () => (coloursChanged.value += 1));

function stored(): Theme {
  const value = localStorage.getItem(key);
  return value === 'light' || value === 'dark' ? value : 'auto';
}
