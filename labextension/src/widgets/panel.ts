/** The sidebar: where the store lies, what is under way, a filter, the tree, and the chosen version. */

import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { button, h } from '../lib/dom';
import { labelsOf, parseFilter } from '../lib/filter';
import { BENTOS_KEY, flatten, TreeRow } from '../lib/flatten';
import { Jobs } from '../lib/jobs';
import { BentoStore } from '../lib/store';
import { IPlace } from '../lib/types';
import { VERSION } from '../lib/version';
import { Details } from './details';
import { JobsView } from './jobsView';
import { drawRow } from './row';
import { Tree } from './tree';
import { storeIcon } from './icon';

export const PANEL_ID = 'bentobook-store';

export interface IPanelOptions {
  store: BentoStore;
  jobs: Jobs;
  commands: CommandRegistry;
  trans: TranslationBundle;
  /** Called each time the panel comes into view. */
  onShow: () => void;
}

export class StorePanel extends Widget {
  expandUpTo = 60;
  private readonly ending = new AbortController();
  private readonly place = h('div', { class: 'bb-Place' });
  private readonly notice = h('div', { class: 'bb-Notice', attrs: { role: 'status' } });
  private readonly trouble = h('div', { class: 'bb-Error', attrs: { role: 'alert' } });
  private readonly filter: HTMLInputElement;
  private readonly labels: HTMLSelectElement;
  private readonly tree: Tree;
  private readonly details: Details;
  private readonly turned = new Set<string>();

  constructor(private readonly options: IPanelOptions) {
    super();
    const { store, jobs, trans } = options;
    const { signal } = this.ending;
    this.id = PANEL_ID;
    this.addClass('bb-Panel');
    this.title.icon = storeIcon;
    this.title.caption = trans.__('Bento store');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Bento store'));
    this.filter = h('input', {
      class: 'bb-Filter',
      attrs: {
        type: 'search',
        placeholder: trans.__('Filter: name, label=value, flavor'),
        'aria-label': trans.__('Filter the store')
      },
      on: { input: () => this.update() },
      signal
    });
    this.labels = h('select', {
      attrs: { 'aria-label': trans.__('Show one label') },
      on: { change: () => this.chooseLabel() },
      signal
    });
    this.tree = new Tree(
      trans.__('Models and Bentos'),
      {
        draw: (row, element) => drawRow(row, element, trans),
        toggle: (row, open) => this.toggle(row, open),
        choose: row => store.choose(row.kind === 'version' ? row.model.tag : row.kind === 'uses' ? row.tag : null),
        act: row => row.kind === 'version' && this.run('bentobook:insert-load', row.model.tag),
        remove: row => row.kind === 'version' && this.run('bentobook:delete', row.model.tag)
      },
      signal
    );
    this.details = new Details(store, (command, tag) => this.run(command, tag), trans, signal);
    const jobsView = new JobsView(jobs, trans, signal);
    this.node.append(
      this.head(),
      this.place,
      this.notice,
      this.trouble,
      jobsView.node,
      h('div', { class: 'bb-Filters', attrs: { role: 'search' } }, this.filter, this.labels),
      this.tree.node,
      this.details.node
    );
    store.changed.connect(this.onContent, this);
    store.choice.connect(this.onChoice, this);
  }

  dispose(): void {
    this.options.store.changed.disconnect(this.onContent, this);
    this.options.store.choice.disconnect(this.onChoice, this);
    this.ending.abort();
    super.dispose();
  }

  focusFilter(): void {
    this.filter.focus();
    this.filter.select();
  }

  /** Say that the kernel of the active notebook is another one; an empty list says nothing. */
  sayOfKernel(sentences: string[]): void {
    this.notice.replaceChildren(...sentences.map(sentence => h('p', {}, sentence)));
  }

  protected onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.options.onShow();
  }

  protected onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.tree.node.focus();
  }

  protected onUpdateRequest(message: Message): void {
    super.onUpdateRequest(message);
    const { store } = this.options;
    const few = store.content.models.length <= this.expandUpTo;
    const isOpen = (key: string) => (key === BENTOS_KEY || few) !== this.turned.has(key);
    this.tree.setRows(flatten(store.content, parseFilter(this.filter.value), isOpen));
  }

  private head(): HTMLElement {
    const { trans } = this.options;
    const { signal } = this.ending;
    const run = (command: string) => () => this.run(command);
    return h(
      'div',
      { class: 'bb-Head' },
      h('h2', { class: 'bb-Grow' }, trans.__('Bento store')),
      button('⟳', run('bentobook:refresh'), signal, { title: trans.__('Refresh'), ariaLabel: trans.__('Refresh') }),
      button(trans.__('+ Import'), run('bentobook:import'), signal, { title: trans.__('Import from MLflow') })
    );
  }

  private run(command: string, tag?: string): void {
    void this.options.commands.execute(command, tag ? { tag } : {});
  }

  private toggle(row: TreeRow, open: boolean): void {
    if ('open' in row && row.open !== open) {
      this.turned.has(row.key) ? this.turned.delete(row.key) : this.turned.add(row.key);
      this.update();
    }
  }

  private chooseLabel(): void {
    const words = this.filter.value.split(/\s+/).filter(word => word && !word.includes('='));
    this.filter.value = [...words, this.labels.value].filter(Boolean).join(' ');
    this.update();
  }

  private onContent(): void {
    const { store, trans } = this.options;
    this.trouble.textContent = store.error
      ? whatIsWrong(store.error.status, store.error.message, trans)
      : whatDiffers(store.place, trans);
    this.drawPlace();
    const known = labelsOf(store.content.models);
    const options = known.map(label => h('option', { attrs: { value: label } }, label));
    const chosen = this.labels.value;
    this.labels.replaceChildren(h('option', { attrs: { value: '' } }, trans.__('all labels')), ...options);
    this.labels.value = known.includes(chosen) ? chosen : '';
    this.labels.hidden = known.length === 0;
    this.update();
  }

  private onChoice(_: BentoStore, tag: string | null): void {
    this.details.show(tag);
    if (tag) {
      this.tree.show(tag);
    }
  }

  private drawPlace(): void {
    const { store, trans } = this.options;
    const place = store.place;
    if (!place) {
      this.place.replaceChildren();
      return;
    }
    const server = place.tracking_uri ? `MLflow ${place.tracking_uri}` : trans.__('no MLflow server set');
    this.place.replaceChildren(
      h(
        'div',
        { class: 'bb-Grow' },
        h('div', { class: 'bb-Grow', title: place.home }, place.home_shown),
        h('div', { class: 'bb-Grow', title: server }, server)
      ),
      button(trans.__('Change …'), () => this.run('bentobook:choose-place'), this.ending.signal, {
        ariaLabel: trans.__('Change the store or the MLflow server')
      })
    );
  }
}

/** A plain sentence for two halves that are not of one release, as after an upgrade without a restart. */
function whatDiffers(place: IPlace | null, trans: TranslationBundle): string {
  if (!place || place.version === VERSION) {
    return '';
  }
  return trans.__(
    'This page is of bentobook %1, the Jupyter server runs bentobook %2 (%3). Start the server again and reload the page; if that does not help, two environments have bentobook: "jupyter labextension list" shows where this half lies.',
    VERSION,
    place.version || '?',
    place.prefix
  );
}

/** A plain sentence for why nothing can be shown. */
function whatIsWrong(status: number, said: string, trans: TranslationBundle): string {
  if (status === 404) {
    return trans.__(
      'The server half of bentobook is missing here. Install bentobook into the environment that runs the Jupyter server (a kernel of another environment does not count) and start the server again; "jupyter server extension list" must show it.'
    );
  }
  return status === 0 ? trans.__('The Jupyter server does not answer: %1', said) : said;
}
