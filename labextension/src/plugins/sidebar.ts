/** Puts the panel into the left sidebar, keeps it fresh while it can be seen, and compares it with the kernel. */

import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import { Kernel } from '@jupyterlab/services';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator, TranslationBundle } from '@jupyterlab/translation';

import { askKernel, IKernelFacts, withoutCredentials } from '../lib/kernel';
import { IPlace } from '../lib/types';
import { IBentoStore } from '../tokens';
import { sentence } from '../widgets/jobsView';
import { PANEL_ID, StorePanel } from '../widgets/panel';

const PLUGIN_ID = '@bentobook/labextension:sidebar';
const AFTER_CELL_MS = 500;

export const sidebar: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'The Bento store in the left sidebar.',
  autoStart: true,
  requires: [IBentoStore],
  optional: [INotebookTracker, ILayoutRestorer, ITranslator, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    { store, jobs }: IBentoStore,
    tracker: INotebookTracker | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null,
    registry: ISettingRegistry | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('bentobook');
    const settings = { refreshOnShow: true, refreshAfterCell: true, askKernel: true };

    const compare = async (): Promise<void> => {
      const kernel = tracker?.currentWidget?.sessionContext.session?.kernel;
      if (!settings.askKernel || !panel.isVisible || !kernel) {
        panel.sayOfKernel([]);
        return;
      }
      const facts = await askKernel(kernel).catch(() => null);
      if (facts && store.place) {
        panel.sayOfKernel(differences(facts, store.place, trans));
      }
    };
    const onShow = (): void => {
      if (settings.refreshOnShow || !store.loaded) {
        void store.refresh();
      } else {
        void compare();
      }
    };
    const panel = new StorePanel({ store, jobs, commands: app.commands, trans, onShow });
    app.shell.add(panel, 'left', { rank: 900 });
    restorer?.add(panel, PANEL_ID);

    // Read once when Lab has nothing else to do, so that the panel is there at once when it is opened.
    void app.restored.then(() => requestIdleCallback(() => void (store.loaded || store.refresh())));
    jobs.ended.connect((_, job) => {
      if (!panel.isVisible) {
        const tell = job.state === 'failed' ? Notification.error : Notification.info;
        tell(sentence(job, trans), { autoClose: 8000 });
      }
    });
    let waiting: ReturnType<typeof setTimeout> | undefined;
    NotebookActions.executed.connect(() => {
      if (settings.refreshAfterCell && panel.isVisible) {
        clearTimeout(waiting);
        waiting = setTimeout(() => void store.refresh(), AFTER_CELL_MS);
      }
    });
    store.changed.connect(() => void compare());
    watchKernels(tracker, () => void compare());
    void readSettings(registry, settings, panel);
  }
};

/** Call back when another notebook is chosen, and when its kernel is ready after a start. */
function watchKernels(tracker: INotebookTracker | null, look: () => void): void {
  const asked = new WeakSet<Kernel.IKernelConnection>();
  tracker?.currentChanged.connect((_, notebook) => {
    look();
    notebook?.sessionContext.statusChanged.connect((context, status) => {
      const kernel = context.session?.kernel;
      if (status === 'restarting' && kernel) {
        asked.delete(kernel);
      } else if (status === 'idle' && kernel && !asked.has(kernel)) {
        asked.add(kernel);
        look();
      }
    });
  });
}

async function readSettings(
  registry: ISettingRegistry | null,
  settings: Record<'refreshOnShow' | 'refreshAfterCell' | 'askKernel', boolean>,
  panel: StorePanel
): Promise<void> {
  const found = await registry?.load(PLUGIN_ID).catch(() => undefined);
  const take = (): void => {
    for (const name of ['refreshOnShow', 'refreshAfterCell', 'askKernel'] as const) {
      settings[name] = (found?.get(name).composite ?? true) as boolean;
    }
    panel.expandUpTo = (found?.get('expandUpTo').composite ?? panel.expandUpTo) as number;
    panel.update();
  };
  if (found) {
    take();
    found.changed.connect(take);
  }
}

/** What to say about a kernel that is not as the panel is. */
function differences(kernel: IKernelFacts, place: IPlace, trans: TranslationBundle): string[] {
  const said: string[] = [];
  if (!kernel.installed) {
    said.push(trans.__('The notebook\'s kernel (%1) has no bentobook: run "%pip install bentobook" there.', kernel.prefix));
  } else if (kernel.prefix !== place.prefix) {
    said.push(trans.__('The notebook\'s kernel is another environment: %1.', kernel.prefix));
  }
  if (kernel.installed && kernel.version && kernel.version !== place.version) {
    said.push(
      trans.__('The notebook\'s kernel has bentobook %1, the Jupyter server %2.', kernel.version, place.version)
    );
  }
  if (kernel.home !== place.home) {
    said.push(trans.__('The notebook\'s kernel uses another store: %1.', kernel.home));
  }
  const tracking = withoutCredentials(kernel.tracking);
  if (tracking && tracking !== place.tracking_uri) {
    said.push(trans.__('The notebook\'s kernel uses another MLflow server: %1.', tracking));
  }
  return said;
}
