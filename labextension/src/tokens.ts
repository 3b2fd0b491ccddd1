/** What other extensions may ask for: the store as the sidebar sees it. */

import { Token } from '@lumino/coreutils';

import { Jobs } from './lib/jobs';
import { BentoStore } from './lib/store';

export interface IBentoStore {
  readonly store: BentoStore;
  readonly jobs: Jobs;
}

export const IBentoStore = new Token<IBentoStore>(
  '@bentobook/labextension:IBentoStore',
  'The models and Bentos of the store, and the jobs that work on it.'
);
