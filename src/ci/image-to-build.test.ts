import { expect, test } from 'vitest';
import { imageToBuild, type ImageNaming } from './image-to-build.js';

const commit = 'a'.repeat(40);
const nothing: ImageNaming = { given: undefined, env: {}, canaryImage: undefined, commit };
const environment = { REGISTRY: 'ghcr.io/team', IMAGE_NAME: 'churn' };

test.each<[string, Partial<ImageNaming>, object]>([
  [
    'REGISTRY and IMAGE_NAME, tagged for the commit',
    { env: environment },
    { registry: 'ghcr.io', repository: 'team/churn', tag: `canary-deployment-${commit}` },
  ],
  [
    'IMAGE_TAG',
    { env: { ...environment, IMAGE_TAG: 'v2' } },
    { registry: 'ghcr.io', repository: 'team/churn', tag: 'v2' },
  ],
  [
    'a REGISTRY that is written as an address',
    { env: { REGISTRY: 'https://127.0.0.1:5000/', IMAGE_NAME: 'a/churn', IMAGE_TAG: 'x' } },
    { registry: '127.0.0.1:5000', repository: 'a/churn', tag: 'x' },
  ],
  [
    'no REGISTRY: Docker Hub',
    { env: { IMAGE_NAME: 'team/churn', IMAGE_TAG: 'x' } },
    { registry: 'docker.io', repository: 'team/churn', tag: 'x' },
  ],
  [
    'the command line, which counts before the environment',
    { given: 'x.example/churn:3', env: { ...environment, IMAGE_TAG: 'v2' } },
    { registry: 'x.example', repository: 'churn', tag: '3' },
  ],
  [
    'the canary of the rollout file, but for its tag',
    { canaryImage: `x.example/churn:old` },
    { registry: 'x.example', repository: 'churn', tag: `canary-deployment-${commit}` },
  ],
])('the image is named by %s', (_, naming, expected) => {
  expect(imageToBuild({ ...nothing, ...naming })).toEqual(expected);
});

test.each<[string, Partial<ImageNaming>, string]>([
  ['nobody names it', {}, 'usage'],
  ['there is no tag', { given: 'x.example/churn', commit: undefined }, 'usage'],
  ['it has a digest already', { given: `churn@sha256:${'0'.repeat(64)}` }, 'usage'],
  ['the tag is none', { env: { ...environment, IMAGE_TAG: 'a b' } }, 'image-name-invalid'],
])('where %s, it is said', (_, naming, code) => {
  expect(() => imageToBuild({ ...nothing, ...naming })).toThrow(expect.objectContaining({ code }));
});
