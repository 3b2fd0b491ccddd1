/** Put code into the active notebook: into the active cell when it is empty, else into a new one below it. */

import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import { TranslationBundle } from '@jupyterlab/translation';

export function insertCode(tracker: INotebookTracker | null, code: string, trans: TranslationBundle): void {
  const notebook = tracker?.currentWidget?.content;
  if (!notebook) {
    Notification.warning(trans.__('Open a notebook first: the code goes below its active cell.'), { autoClose: 5000 });
    return;
  }
  const active = notebook.activeCell;
  const isFree = active?.model.type === 'code' && active.model.sharedModel.getSource().trim() === '';
  if (!isFree) {
    NotebookActions.insertBelow(notebook);
  }
  notebook.activeCell?.model.sharedModel.setSource(code);
}
