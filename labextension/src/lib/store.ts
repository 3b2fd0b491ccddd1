/** What the panel and the commands share: the content of the store, where it lies, and which version is chosen. */

import { ISignal, Signal } from '@lumino/signaling';

import { Api, ApiError } from './api';
import { IContent } from './flatten';
import { IDetails, IPlace } from './types';

export class BentoStore {
  readonly content: IContent = { models: [], bentos: [], problems: [] };
  place: IPlace | null = null;
  /** Why there is nothing to show. */
  error: ApiError | null = null;
  loaded = false;

  private current: string | null = null;
  private refreshing: Promise<void> | null = null;
  private again = false;
  private readonly contentSignal = new Signal<this, void>(this);
  private readonly chosenSignal = new Signal<this, string | null>(this);

  constructor(readonly api: Api) {}

  get changed(): ISignal<this, void> {
    return this.contentSignal;
  }

  get choice(): ISignal<this, string | null> {
    return this.chosenSignal;
  }

  get chosen(): string | null {
    return this.current;
  }

  choose(tag: string | null): void {
    if (tag !== this.current) {
      this.current = tag;
      this.chosenSignal.emit(tag);
    }
  }

  details(tag: string, signal?: AbortSignal): Promise<IDetails> {
    return this.api.details(tag, signal);
  }

  /** Read everything again; calls that come meanwhile share one further reading. */
  refresh(): Promise<void> {
    if (this.refreshing) {
      this.again = true;
      return this.refreshing;
    }
    this.refreshing = this.readAll().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  private async readAll(): Promise<void> {
    do {
      this.again = false;
      await this.read();
    } while (this.again);
  }

  private async read(): Promise<void> {
    try {
      const [place, models, bentos] = await Promise.all([this.api.place(), this.api.models(), this.api.bentos()]);
      this.place = place;
      this.content.models = models.models;
      this.content.bentos = bentos.bentos;
      this.content.problems = [...models.problems, ...bentos.problems];
      this.error = null;
    } catch (error) {
      this.error = error instanceof ApiError ? error : new ApiError(0, String(error));
    }
    this.loaded = true;
    if (this.current && !this.content.models.some(model => model.tag === this.current)) {
      this.choose(null);
    }
    this.contentSignal.emit();
  }
}
