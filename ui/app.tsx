import { useEffect, useRef } from 'preact/hooks';
import type { ComponentChild } from 'preact';
import { addressOf, place } from './data/address.js';
import { connectionLost } from './data/connection.js';
import { followDemo } from './data/demo.js';
import { session } from './data/session.js';
import { signOut } from './data/sign-in.js';
import { theme, type Theme } from './data/theme.js';
import { ComparePage } from './pages/compare/compare-page.js';
import { HistoryPage } from './pages/history.js';
import { ModelPage } from './pages/model/model-page.js';
import { OverviewPage } from './pages/overview/overview-page.js';
import { PlanPage } from './pages/plan/plan-page.js';
import { RolloutPage } from './pages/rollout/rollout-page.js';
import { SignInPage } from './pages/sign-in.js';
import { StartPage } from './pages/start/start-page.js';
import { DemoSign } from './parts/demo.js';
import { ExplanationBox } from './parts/explained.js';
import { Awaited, Notice } from './parts/notice.js';

const sections = [
  { name: 'Overview', parts: [] },
  { name: 'Start', parts: ['start'] },
  { name: 'Compare', parts: ['compare'] },
  { name: 'Plan', parts: ['plan'] },
  { name: 'History', parts: ['history'] },
] as const;

/** The frame of every page, and what is in it. */
export function App() {
  const isSignedIn = session.value?.signed_in === true;
  const main = useRef<HTMLElement>(null);
  const [section = ''] = place.value.parts;
  useEffect(() => (isSignedIn ? followDemo() : undefined), [isSignedIn]);
  useEffect(() => {
    // Who follows a link with the keyboard or a screen reader is taken to the new page.
    if (document.activeElement !== document.body) main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [place.value]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="top">
        <a class="brand" href={addressOf([])}>
          <Mark />
          Serin
        </a>
        {session.value?.signed_in === false ? null : (
          <nav aria-label="Pages">
            {sections.map(({ name, parts }) => (
              <a
                key={name}
                href={addressOf(parts)}
                aria-current={(parts[0] ?? '') === section ? 'page' : undefined}
              >
                {name}
              </a>
            ))}
          </nav>
        )}
        <div class="top-end">
          <ConnectionSign />
          <ThemeSwitch />
          {session.value?.token_needed === true && isSignedIn ? (
            <button type="button" class="plain" onClick={() => void signOut()}>
              Sign out
            </button>
          ) : null}
        </div>
      </header>
      <main ref={main} tabIndex={-1}>
        {connectionLost.value ? (
          <Notice tone="bad">
            No connection to the server. What is shown may be out of date; this page tries again by
            itself.
          </Notice>
        ) : null}
        <DemoSign />
        {pageAt()}
      </main>
      <Footer />
      <ExplanationBox />
    </>
  );
}

function pageAt(): ComponentChild {
  if (session.value === undefined) return <Awaited words="Connecting …" />;
  if (!session.value.signed_in) return <SignInPage />;
  const [section, id] = place.value.parts;
  switch (section) {
    case undefined:
      return <OverviewPage />;
    case 'rollouts':
      return id === undefined ? <HistoryPage /> : <RolloutPage key={id} id={id} />;
    case 'models':
      return id === undefined ? <OverviewPage /> : <ModelPage key={id} name={id} />;
    case 'start':
      return <StartPage />;
    case 'compare':
      return <ComparePage />;
    case 'plan':
      return <PlanPage />;
    case 'history':
      return <HistoryPage />;
    default:
      return (
        <Notice>
          There is nothing at this address. <a href={addressOf([])}>Overview</a>
        </Notice>
      );
  }
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M4 23h8l4-7 4 4 8-12" />
    </svg>
  );
}

function ConnectionSign() {
  const lost = connectionLost.value;
  return (
    <span class={lost ? 'connection lost' : 'connection'} role="status">
      {lost ? 'No connection' : session.value === undefined ? 'Connecting' : 'Live'}
    </span>
  );
}

const themeNames: Readonly<Record<Theme, string>> = {
  auto: 'As the system',
  light: 'Light',
  dark: 'Dark',
};

function ThemeSwitch() {
  return (
    <select
      class="theme"
      aria-label="Colours"
      value={theme.value}
      onChange={(event) => (theme.value = event.currentTarget.value as Theme)}
    >
      {Object.entries(themeNames).map(([value, name]) => (
        <option key={value} value={value}>
          {name}
        </option>
      ))}
    </select>
  );
}

function Footer() {
  return (
    <footer>
      <a href="./swagger-ui">API documentation</a>
      {session.value?.data_plane === true ? (
        <>
          <a href="./metrics">Metrics</a>
          <a href="./health">Health</a>
        </>
      ) : null}
      <span>
        The same in a terminal: <code>serin status</code>
      </span>
    </footer>
  );
}
