/** Every action as a command: for the palette (Notebook 7 has no tabs at the side), the context menu and the panel. */

import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, InputDialog } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator, TranslationBundle } from '@jupyterlab/translation';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { diffSnippet, Snippet, snippet } from '../lib/code';
import { IBentoStore } from '../tokens';
import { askToDelete, openDiff, say } from '../widgets/actions';
import { ImportDialog } from '../widgets/importDialog';
import { insertCode } from '../widgets/insert';
import { PANEL_ID, StorePanel } from '../widgets/panel';
import { openPlaceDialog } from '../widgets/placeDialog';

const VERSION_SELECTOR = '.bb-Row-version';

interface ICommand {
  id: string;
  label: string;
  /** Whether it is about one version, so that it belongs into the context menu. */
  about?: boolean;
  run: (tag: string) => unknown;
}

export const commands: JupyterFrontEndPlugin<void> = {
  id: '@bentobook/labextension:commands',
  description: 'The actions of the Bento store as commands.',
  autoStart: true,
  requires: [IBentoStore],
  optional: [INotebookTracker, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    shared: IBentoStore,
    tracker: INotebookTracker | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('bentobook');
    const category = trans.__('Bento store');
    for (const command of table(app, shared, tracker, trans)) {
      app.commands.addCommand(command.id, {
        label: command.label,
        caption: command.label,
        describedBy: { args: { type: 'object', properties: { tag: { type: 'string' } } } },
        execute: async args => {
          const tag = command.about ? await meant(args, shared, command.label, trans) : '';
          return tag === null ? undefined : command.run(tag);
        }
      });
      palette?.addItem({ command: command.id, category });
      if (command.about) {
        app.contextMenu.addItem({ command: command.id, selector: VERSION_SELECTOR });
      }
    }
  }
};

function table(
  app: JupyterFrontEnd,
  { store, jobs }: IBentoStore,
  tracker: INotebookTracker | null,
  trans: TranslationBundle
): ICommand[] {
  const panel = (): StorePanel | undefined =>
    [...app.shell.widgets('left')].find((widget): widget is StorePanel => widget.id === PANEL_ID);
  const show = (): void => app.shell.activateById(PANEL_ID);
  const put = (kind: Snippet) => (tag: string) => insertCode(tracker, snippet(kind, tag), trans);
  const start = (kind: 'export' | 'verify') => async (tag: string) =>
    say(async () => jobs.follow(await store.api.start(kind, tag)), trans);
  return [
    { id: 'bentobook:open', label: trans.__('Open the Bento store'), run: show },
    { id: 'bentobook:refresh', label: trans.__('Refresh the Bento store'), run: () => store.refresh() },
    {
      id: 'bentobook:filter',
      label: trans.__('Filter the Bento store'),
      run: () => {
        show();
        panel()?.focusFilter();
      }
    },
    {
      id: 'bentobook:import',
      label: trans.__('Import a model from MLflow …'),
      run: async () => {
        await (store.place ?? store.refresh());
        new ImportDialog(store, jobs, trans).open();
      }
    },
    {
      id: 'bentobook:choose-place',
      label: trans.__('Choose the store and the MLflow server …'),
      run: async () => {
        await (store.place ?? store.refresh());
        openPlaceDialog(store, trans);
      }
    },
    { id: 'bentobook:insert-load', label: trans.__('Insert code that loads the model'), about: true, run: put('load') },
    { id: 'bentobook:insert-runner', label: trans.__('Insert code for a runner'), about: true, run: put('runner') },
    { id: 'bentobook:insert-service', label: trans.__('Insert code for a service'), about: true, run: put('service') },
    {
      id: 'bentobook:diff',
      label: trans.__('Compare the model with another version …'),
      about: true,
      run: async left => {
        const others = tagsBeside(left, store.content.models.map(model => model.tag));
        const right = await chosenTag(others, trans.__('Compare %1 with', left), trans);
        const insert = (): void => void insertCode(tracker, diffSnippet(left, right ?? ''), trans);
        return right === null ? undefined : say(() => openDiff(app, store.api, left, right, insert, trans), trans);
      }
    },
    {
      id: 'bentobook:copy-tag',
      label: trans.__('Copy the tag of the model'),
      about: true,
      run: tag => navigator.clipboard.writeText(tag)
    },
    { id: 'bentobook:verify', label: trans.__('Verify the model'), about: true, run: start('verify') },
    { id: 'bentobook:export', label: trans.__('Export the model to an archive'), about: true, run: start('export') },
    {
      id: 'bentobook:delete',
      label: trans.__('Delete the model …'),
      about: true,
      run: tag => say(() => askToDelete(store, tag, trans), trans)
    }
  ];
}

/** Find the version that a command is about: its argument, the chosen row, or what a person answers. */
async function meant(
  args: ReadonlyPartialJSONObject,
  { store }: IBentoStore,
  title: string,
  trans: TranslationBundle
): Promise<string | null> {
  if (typeof args.tag === 'string') {
    return args.tag;
  }
  if (store.chosen) {
    return store.chosen;
  }
  if (!store.loaded) {
    await store.refresh();
  }
  return chosenTag(
    store.content.models.map(model => model.tag),
    title,
    trans
  );
}

async function chosenTag(tags: string[], title: string, trans: TranslationBundle): Promise<string | null> {
  const answer = await InputDialog.getItem({
    title,
    label: trans.__('Model'),
    items: tags.slice(0, 500),
    editable: tags.length > 500
  });
  return answer.button.accept ? answer.value : null;
}

/** Other versions of the same name first. */
function tagsBeside(tag: string, tags: string[]): string[] {
  const begin = tag.slice(0, tag.indexOf(':') + 1);
  const others = tags.filter(one => one !== tag);
  return [...others.filter(one => one.startsWith(begin)), ...others.filter(one => !one.startsWith(begin))];
}
