/** Gives the store to the sidebar, to the commands and to whoever asks. */

import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { Api } from '../lib/api';
import { Jobs } from '../lib/jobs';
import { BentoStore } from '../lib/store';
import { IBentoStore } from '../tokens';

export const store: JupyterFrontEndPlugin<IBentoStore> = {
  id: '@bentobook/labextension:store',
  description: 'The models and Bentos of the store.',
  autoStart: true,
  provides: IBentoStore,
  activate: (app: JupyterFrontEnd): IBentoStore => {
    const api = new Api(app.serviceManager.serverSettings);
    const found = { store: new BentoStore(api), jobs: new Jobs(api) };
    found.jobs.ended.connect((_, job) => {
      if (job.kind === 'import') {
        void found.store.refresh().then(() => found.store.choose(job.result.tag ?? found.store.chosen));
      }
    });
    return found;
  }
};
