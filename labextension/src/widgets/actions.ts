/** What commands do with a version: show a diff, ask before a deletion, say what went wrong. */

import { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, MainAreaWidget, Notification, showDialog } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';

import { Api } from '../lib/api';
import { versionOf } from '../lib/format';
import { BentoStore } from '../lib/store';
import { DiffView } from './diffView';
import { storeIcon } from './icon';

let diffs = 0;

/** Do something, and tell of an error where it can be seen from everywhere. */
export async function say(work: () => Promise<unknown>, trans: TranslationBundle): Promise<void> {
  try {
    await work();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    Notification.error(said || trans.__('That did not work.'));
  }
}

export async function openDiff(
  app: JupyterFrontEnd,
  api: Api,
  left: string,
  right: string,
  insert: () => void,
  trans: TranslationBundle
): Promise<void> {
  const view = new DiffView(await api.diff(left, right), trans, insert);
  const widget = new MainAreaWidget({ content: view });
  widget.id = `bentobook-diff-${(diffs += 1)}`;
  widget.title.label = `${left} ↔ ${versionOf(right)}`;
  widget.title.icon = storeIcon;
  widget.title.closable = true;
  // Notebook 7 holds one document in its main area and nothing beside it.
  app.shell.add(widget, app.name === 'Jupyter Notebook' ? 'right' : 'main');
  app.shell.activateById(widget.id);
}

/** Delete a version after a yes; one that a Bento uses is refused before it is asked. */
export async function askToDelete(store: BentoStore, tag: string, trans: TranslationBundle): Promise<void> {
  const { used_by: bentos } = await store.details(tag);
  const used = bentos.length > 0;
  const answer = await showDialog({
    title: used ? trans.__('%1 is in use', tag) : trans.__('Delete %1?', tag),
    body: used
      ? trans.__('These Bentos use it, so it stays: %1. Delete them first.', bentos.join(', '))
      : trans.__('Its files are removed from the store. This cannot be undone.'),
    buttons: used
      ? [Dialog.okButton({ label: trans.__('Close') })]
      : [Dialog.cancelButton({ label: trans.__('Keep it') }), Dialog.warnButton({ label: trans.__('Delete') })],
    defaultButton: 0
  });
  if (!used && answer.button.accept) {
    await store.api.delete(tag);
    await store.refresh();
  }
}
