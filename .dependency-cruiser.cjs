/** Who may import whom (docs/design/architecture.md). Proved by test/rules/import-rules.test.ts. */
const pure = '^src/(domain|stats|analysis|rollout/(machine|strategy))/';
/** What pure code may use of others: distributions and sketches, which are mathematics, too. */
const pureLibraries =
  'node_modules/(@stdlib/stats-base-dists-(normal|t)-[a-z]+|@datadog/sketches-js)/';
/** Interfaces that adapters implement, each in a file of its own. */
const ports =
  '^src/(traffic/(front|router)|store/[^/]+|observing/source|serving/upstream|images/engine/engine)\\.ts$';
const notTests = '\\.test\\.ts$|\\.test-d\\.ts$';

module.exports = {
  forbidden: [
    {
      name: 'pure-folders-import-no-node-module',
      comment:
        'domain, stats, analysis, strategies and the rollout machine are mathematics: no I/O, no clock.',
      severity: 'error',
      from: { path: pure, pathNot: notTests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-folders-import-only-pure-folders',
      severity: 'error',
      from: { path: pure, pathNot: notTests },
      to: { path: '^(src|ui|examples|bench|test)/', pathNot: pure },
    },
    {
      name: 'pure-libraries-only',
      comment: 'The libraries that pure code may use are pure themselves.',
      severity: 'error',
      from: { path: pure, pathNot: notTests },
      to: { path: 'node_modules/', pathNot: pureLibraries },
    },
    {
      name: 'domain-imports-nothing',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: notTests },
      to: { path: '^src/', pathNot: '^src/domain/' },
    },
    {
      name: 'stats-imports-domain-only',
      severity: 'error',
      from: { path: '^src/stats/', pathNot: notTests },
      to: { path: '^src/', pathNot: '^src/(domain|stats)/' },
    },
    {
      name: 'analysis-imports-stats-and-domain-only',
      severity: 'error',
      from: { path: '^src/analysis/', pathNot: notTests },
      to: { path: '^src/', pathNot: '^src/(domain|stats|analysis)/' },
    },
    {
      name: 'ports-import-only-domain',
      comment: 'And each other: what is in front of a model is a router and a source.',
      severity: 'error',
      from: { path: ports, pathNot: notTests },
      to: { path: '^src/', pathNot: `^src/domain/|${ports}` },
    },
    {
      name: 'adapters-do-not-import-each-other',
      severity: 'error',
      from: { path: '^src/(store|traffic)/([^/]+)/', pathNot: notTests },
      to: { path: '^src/$1/[^/]+/', pathNot: '^src/$1/$2/' },
    },
    {
      name: 'only-main-knows-adapters',
      comment: 'And what puts the parts of `serin ci` together, which runs without a server.',
      severity: 'error',
      from: {
        path: '^src/(api|cli|rollout|analysis|gates)/',
        pathNot: `${notTests}|^src/cli/ci/run-ci\\.ts$`,
      },
      to: { path: '^src/(store|traffic)/[^/]+/|^src/serving/(runner|http-upstream)/' },
    },
    {
      name: 'the-page-knows-only-the-contract',
      severity: 'error',
      from: { path: '^ui/' },
      to: { path: '^(src|examples|bench|test)/', pathNot: '^src/api/contract/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: { pathNot: 'generated' },
      to: { circular: true, viaOnly: { pathNot: 'generated', dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphan-tests-in-product',
      severity: 'error',
      from: { path: '^src/', pathNot: notTests },
      to: { path: notTests },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
};
