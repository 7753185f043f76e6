import tseslint from 'typescript-eslint';

const pureFolders = [
  'src/domain/**/*.ts',
  'src/stats/**/*.ts',
  'src/analysis/**/*.ts',
  'src/rollout/machine/**/*.ts',
  'src/rollout/strategy/**/*.ts',
];

const noEnum = {
  selector: 'TSEnumDeclaration',
  message: 'Use an `as const` object (STYLE 10).',
};

export default tseslint.config(
  {
    ignores: ['dist/**', 'coverage/**', '**/generated/**', 'test/fixtures/**', 'models/**'],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // process.env.X and index signatures read better with the names that they have.
      '@typescript-eslint/dot-notation': 'off',
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', noEnum],
      // There is no enum of ours, and looking for one in every type takes seconds.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
    },
  },
  {
    files: pureFolders,
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Pure code is given the time.' },
        { object: 'Math', property: 'random', message: 'Pure code is given its randomness.' },
        { object: 'performance', property: 'now', message: 'Pure code is given the time.' },
      ],
      'no-restricted-globals': [
        'error',
        ...['process', 'setTimeout', 'setInterval', 'fetch', 'performance', 'crypto', 'globalThis'],
      ],
      'no-restricted-syntax': [
        'error',
        noEnum,
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'Pure code is given the time.',
        },
        // Called without `new` it ignores what it is given, and tells the time.
        { selector: 'CallExpression[callee.name="Date"]', message: 'Pure code is given the time.' },
      ],
    },
  },
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // What a server answers is JSON, and tests look into it in many ways.
    files: ['test/integration/**/*.ts', 'test/e2e/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.cjs', 'bin/**'],
    ...tseslint.configs.disableTypeChecked,
  },
);
