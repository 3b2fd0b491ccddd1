/** Jobs as lines: a bar while they run, with a way to end them; a sentence when they are over. */

import { TranslationBundle } from '@jupyterlab/translation';

import { button, h } from '../lib/dom';
import { size } from '../lib/format';
import { Jobs } from '../lib/jobs';
import { IJob } from '../lib/types';

/** The sentence for the state of a job. */
export function sentence(job: IJob, trans: TranslationBundle): string {
  switch (job.state) {
    case 'running':
      return job.total ? trans.__('%1 of %2', size(job.done), size(job.total)) : trans.__('under way');
    case 'cancelled':
      return trans.__('Cancelled; nothing was stored.');
    case 'failed':
      return job.error;
    case 'done':
      return done(job, trans);
  }
}

function done(job: IJob, trans: TranslationBundle): string {
  switch (job.kind) {
    case 'import':
      return trans.__('%1 is in the store.', job.result.tag ?? '');
    case 'export':
      return trans.__('Written to %1, at the top of the file browser.', job.result.file ?? '');
    case 'verify':
      return job.result.sentence ?? '';
  }
}

function isWrong(job: IJob): boolean {
  return job.state === 'failed' || (job.result.state !== undefined && !['ok', 'unverified'].includes(job.result.state));
}

/** A bar that a screen reader can read; without a total it says only that something goes on. */
export function bar(job: IJob, label: string): HTMLElement {
  const fill = h('i');
  const share = job.total ? Math.min(100, Math.round((100 * job.done) / job.total)) : 0;
  fill.style.width = `${share}%`;
  const now: Record<string, string> = job.total ? { 'aria-valuenow': String(share) } : {};
  return h(
    'div',
    {
      class: job.total ? 'bb-Bar' : 'bb-Bar bb-mod-unknown',
      attrs: { role: 'progressbar', 'aria-label': label, 'aria-valuemin': '0', 'aria-valuemax': '100', ...now }
    },
    fill
  );
}

export class JobsView {
  readonly node: HTMLElement;
  private drawn = new AbortController();

  constructor(
    private readonly jobs: Jobs,
    private readonly trans: TranslationBundle,
    signal: AbortSignal
  ) {
    this.node = h('div', { class: 'bb-Jobs', attrs: { role: 'status', 'aria-label': trans.__('Jobs') } });
    jobs.changed.connect(this.draw, this);
    signal.addEventListener('abort', () => {
      jobs.changed.disconnect(this.draw, this);
      this.drawn.abort();
    });
  }

  draw(): void {
    const had = this.node.contains(document.activeElement) ? document.activeElement?.getAttribute('aria-label') : null;
    this.drawn.abort();
    this.drawn = new AbortController();
    this.node.replaceChildren(...this.jobs.all.map(job => this.line(job, this.drawn.signal)));
    if (had) {
      const buttons = [...this.node.querySelectorAll<HTMLElement>('button')];
      buttons.find(one => one.getAttribute('aria-label') === had)?.focus();
    }
  }

  private line(job: IJob, signal: AbortSignal): HTMLElement {
    const trans = this.trans;
    const name = `${trans.__(job.kind)} ${job.label}`;
    const running = job.state === 'running';
    const end = running
      ? button(trans.__('Cancel'), () => void this.jobs.cancel(job.id), signal, {
          ariaLabel: trans.__('Cancel %1', name)
        })
      : button('×', () => this.jobs.forget(job.id), signal, { ariaLabel: trans.__('Dismiss %1', name) });
    return h(
      'div',
      { class: `bb-Job bb-Job-${job.state}` },
      h('div', { class: 'bb-Job-head' }, h('span', { class: 'bb-Grow', title: name }, name), end),
      running && bar(job, name),
      h('div', { class: isWrong(job) ? 'bb-Error' : 'bb-Muted' }, sentence(job, trans))
    );
  }
}
