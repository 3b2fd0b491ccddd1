/** Import a model: find it on the tracking server or name it, say how it is kept, watch its bytes. */

import { TranslationBundle } from '@jupyterlab/translation';

import { IImport } from '../lib/api';
import { IPick, Level, suggestName } from '../lib/browse';
import { button, field, h } from '../lib/dom';
import { Jobs } from '../lib/jobs';
import { BentoStore } from '../lib/store';
import { Browse } from './browse';
import { bar, sentence } from './jobsView';
import { Modal } from './modal';
import { openPlaceDialog } from './placeDialog';

export class ImportDialog {
  private readonly modal: Modal;
  private readonly signal: AbortSignal;
  private readonly uri = text('models:/name@alias');
  private readonly name = text('name');
  private readonly labels = text('team=a, stage=test');
  private readonly methods = text('predict, predict_proba');
  private readonly batchable = h('input', { attrs: { type: 'checkbox' } });
  private readonly progress = h('div', { class: 'bb-Progress', attrs: { role: 'status' } });
  private readonly accept: HTMLButtonElement;
  private readonly placeLine = h('div', { class: 'bb-Place' });
  private readonly browse: Browse;
  private following: string | null = null;

  constructor(
    private readonly store: BentoStore,
    private readonly jobs: Jobs,
    private readonly trans: TranslationBundle
  ) {
    this.modal = new Modal(trans.__('Import a model from MLflow'), trans.__('Close'));
    this.signal = this.modal.ending.signal;
    this.accept = button(trans.__('Import'), () => void this.start(), this.signal, { kind: 'accept' });
    this.browse = new Browse(store.api, trans, pick => this.take(pick), this.signal);
    this.jobs.changed.connect(this.draw, this);
    this.store.changed.connect(this.drawPlace, this);
    this.signal.addEventListener('abort', () => {
      this.jobs.changed.disconnect(this.draw, this);
      this.store.changed.disconnect(this.drawPlace, this);
    });
  }

  open(): void {
    this.drawPlace();
    this.modal.body.append(this.placeLine, this.tabs(), this.browse.node, this.form(), this.progress);
    this.modal.footer.append(
      this.accept,
      button(this.trans.__('Close'), () => this.modal.close(), this.signal)
    );
    this.modal.open();
    if (this.store.place?.tracking_uri) {
      this.browse.start({ kind: 'registered' });
    }
  }

  private drawPlace(): void {
    const { trans } = this;
    const place = this.store.place;
    const change = () => {
      this.modal.close();
      openPlaceDialog(this.store, trans);
    };
    this.placeLine.replaceChildren(
      h('span', {}, trans.__('into'), ' ', h('code', {}, place?.home_shown ?? '')),
      h('span', {}, trans.__('from'), ' ', h('code', {}, place?.tracking_uri || trans.__('no MLflow server set'))),
      button(trans.__('Change …'), change, this.signal)
    );
  }

  private tabs(): HTMLElement {
    const { trans } = this;
    const tabs: [string, Level][] = [
      [trans.__('Registered models'), { kind: 'registered' }],
      [trans.__('Experiments'), { kind: 'experiments' }]
    ];
    const go = (level: Level) => () => this.browse.start(level);
    return h(
      'div',
      { class: 'bb-Tabs', attrs: { role: 'group', 'aria-label': trans.__('Browse') } },
      ...tabs.map(([label, level]) => button(label, go(level), this.signal))
    );
  }

  private form(): HTMLElement {
    const { trans } = this;
    return h(
      'form',
      { class: 'bb-Form', on: { submit: event => (event.preventDefault(), void this.start()) }, signal: this.signal },
      field(trans.__('Model URI'), this.uri),
      field(trans.__('Name in the store'), this.name),
      field(trans.__('Labels'), this.labels),
      field(trans.__('Methods'), this.methods),
      h('label', { class: 'bb-Check' }, this.batchable, ` ${trans.__('They take the rows of many callers at once')}`),
      h('button', { class: 'bb-Hidden', attrs: { type: 'submit', tabindex: '-1', 'aria-hidden': 'true' } })
    );
  }

  private take(pick: IPick): void {
    this.uri.value = pick.uri;
    this.name.value = suggestName(pick.name);
    this.name.focus();
  }

  private wanted(): IImport {
    const labels: Record<string, string> = {};
    for (const pair of pieces(this.labels.value)) {
      const at = pair.indexOf('=');
      if (at < 1) {
        throw new Error(this.trans.__('A label is key=value; "%1" is none.', pair));
      }
      labels[pair.slice(0, at)] = pair.slice(at + 1);
    }
    return {
      uri: this.uri.value.trim(),
      name: this.name.value.trim(),
      labels,
      methods: pieces(this.methods.value),
      batchable: this.batchable.checked
    };
  }

  private async start(): Promise<void> {
    this.accept.disabled = true;
    try {
      const job = await this.store.api.import(this.wanted());
      this.following = job.id;
      this.jobs.follow(job);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      this.progress.replaceChildren(h('p', { class: 'bb-Error', attrs: { role: 'alert' } }, said));
      this.accept.disabled = false;
    }
  }

  /** Show the job that this dialog began; it goes on when the dialog is closed. */
  private draw(): void {
    const job = this.following ? this.jobs.get(this.following) : undefined;
    if (!job) {
      return;
    }
    const running = job.state === 'running';
    this.accept.disabled = running;
    const said = h('span', { class: job.state === 'failed' ? 'bb-Error' : 'bb-Grow' }, sentence(job, this.trans));
    const cancel = running && button(this.trans.__('Cancel'), () => void this.jobs.cancel(job.id), this.signal);
    this.progress.replaceChildren(
      ...(running ? [bar(job, job.label)] : []),
      h('div', { class: 'bb-Job-head' }, said, cancel)
    );
  }
}

function text(placeholder: string): HTMLInputElement {
  return h('input', { attrs: { type: 'text', placeholder, spellcheck: 'false', autocomplete: 'off' } });
}

function pieces(value: string): string[] {
  return value
    .split(',')
    .map(piece => piece.trim())
    .filter(Boolean);
}
