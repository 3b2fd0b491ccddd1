/** Follows jobs: asks the server only as long as one runs. */

import { ISignal, Signal } from '@lumino/signaling';

import { Api } from './api';
import { IJob } from './types';

const EVERY_MS = 400;

export class Jobs {
  private readonly known = new Map<string, IJob>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly changedSignal = new Signal<this, void>(this);
  private readonly endedSignal = new Signal<this, IJob>(this);

  constructor(private readonly api: Api) {}

  /** Something moved. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  /** A job came to its end. */
  get ended(): ISignal<this, IJob> {
    return this.endedSignal;
  }

  get all(): IJob[] {
    return [...this.known.values()];
  }

  get(id: string): IJob | undefined {
    return this.known.get(id);
  }

  follow(job: IJob): void {
    this.take(job);
    this.changedSignal.emit();
    this.plan();
  }

  async cancel(id: string): Promise<void> {
    this.take(await this.api.cancel(id));
    this.changedSignal.emit();
  }

  forget(id: string): void {
    this.known.delete(id);
    this.changedSignal.emit();
  }

  private plan(): void {
    if (this.timer === null && this.all.some(job => job.state === 'running')) {
      this.timer = setTimeout(() => void this.look(), EVERY_MS);
    }
  }

  private async look(): Promise<void> {
    try {
      const { jobs } = await this.api.jobs();
      for (const job of jobs.filter(one => this.known.has(one.id))) {
        this.take(job);
      }
      this.changedSignal.emit();
    } catch {
      // The server may be restarting; the next look tells.
    } finally {
      this.timer = null;
      this.plan();
    }
  }

  private take(job: IJob): void {
    const before = this.known.get(job.id);
    if (before && before.state !== 'running') {
      return; // an answer that was under way when the job ended
    }
    this.known.set(job.id, job);
    if (job.state !== 'running') {
      this.endedSignal.emit(job);
    }
  }
}
