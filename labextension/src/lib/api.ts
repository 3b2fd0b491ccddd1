/** The REST interface of the server extension. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import {
  IBentoList,
  IDetails,
  IDiff,
  IExperiment,
  IJob,
  ILogged,
  IModelList,
  IPage,
  IPlace,
  IRegistered,
  IRun,
  IVersion
} from './types';

/** An answer that is no success; a status of 0 means that there was none. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string
  ) {
    super(message);
  }
}

export interface IImport {
  name: string;
  uri: string;
  labels: Record<string, string>;
  methods: string[];
  batchable: boolean;
}

type Query = Record<string, string | null | undefined>;

export class Api {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  place(): Promise<IPlace> {
    return this.ask('GET', ['place']);
  }

  choosePlace(place: { home?: string; tracking_uri?: string }): Promise<IPlace> {
    return this.ask('PUT', ['place'], { body: place });
  }

  models(): Promise<IModelList> {
    return this.ask('GET', ['models']);
  }

  details(tag: string, signal?: AbortSignal): Promise<IDetails> {
    return this.ask('GET', ['models', tag], { signal });
  }

  delete(tag: string): Promise<void> {
    return this.ask('DELETE', ['models', tag]);
  }

  bentos(): Promise<IBentoList> {
    return this.ask('GET', ['bentos']);
  }

  diff(left: string, right: string): Promise<IDiff> {
    return this.ask('GET', ['diff'], { query: { left, right } });
  }

  import(wanted: IImport): Promise<IJob> {
    return this.ask('POST', ['jobs'], { body: { kind: 'import', ...wanted } });
  }

  start(kind: 'export' | 'verify', tag: string): Promise<IJob> {
    return this.ask('POST', ['jobs'], { body: { kind, tag } });
  }

  jobs(): Promise<{ jobs: IJob[] }> {
    return this.ask('GET', ['jobs']);
  }

  cancel(id: string): Promise<IJob> {
    return this.ask('DELETE', ['jobs', id]);
  }

  registered(query: Query, signal: AbortSignal): Promise<IPage<IRegistered>> {
    return this.ask('GET', ['mlflow', 'registered_models'], { query, signal });
  }

  versions(query: Query, signal: AbortSignal): Promise<IPage<IVersion>> {
    return this.ask('GET', ['mlflow', 'versions'], { query, signal });
  }

  experiments(query: Query, signal: AbortSignal): Promise<IPage<IExperiment>> {
    return this.ask('GET', ['mlflow', 'experiments'], { query, signal });
  }

  runs(query: Query, signal: AbortSignal): Promise<IPage<IRun>> {
    return this.ask('GET', ['mlflow', 'runs'], { query, signal });
  }

  logged(query: Query, signal: AbortSignal): Promise<IPage<ILogged>> {
    return this.ask('GET', ['mlflow', 'models_of_run'], { query, signal });
  }

  private async ask<T>(
    method: string,
    parts: string[],
    options: { body?: unknown; query?: Query; signal?: AbortSignal } = {}
  ): Promise<T> {
    const path = URLExt.join(this.settings.baseUrl, 'bentobook', 'api', ...parts.map(encodeURIComponent));
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(options.query ?? {})) {
      if (value) {
        query.set(name, value);
      }
    }
    const url = query.size ? `${path}?${query}` : path;
    const init: RequestInit = { method, signal: options.signal };
    if (options.body !== undefined) {
      init.body = JSON.stringify(options.body);
    }
    return this.read<T>(await this.fetch(url, init));
  }

  private async fetch(url: string, init: RequestInit): Promise<Response> {
    try {
      return await ServerConnection.makeRequest(url, init, this.settings);
    } catch (error) {
      throw new ApiError(0, error instanceof Error ? error.message : String(error));
    }
  }

  private async read<T>(response: Response): Promise<T> {
    const text = await response.text();
    let value: unknown;
    try {
      value = text ? JSON.parse(text) : undefined;
    } catch {
      value = undefined;
    }
    if (!response.ok) {
      const said = (value as { error?: string } | undefined)?.error;
      throw new ApiError(response.status, said ?? `${response.status} ${response.statusText}`);
    }
    return value as T;
  }
}
