/** What the REST interface answers with. */

export interface IModelRow {
  tag: string;
  created: string;
  module: string;
  frameworks: string[];
  size: number | null;
  labels: Record<string, string>;
}

export interface IProblem {
  what: string;
  why: string;
}

export interface IModelList {
  models: IModelRow[];
  problems: IProblem[];
}

export interface IBento {
  tag: string;
  created: string;
  service: string;
  models: string[];
}

export interface IBentoList {
  bentos: IBento[];
  problems: IProblem[];
}

export interface IColumn {
  name: string;
  type: string;
  required?: boolean;
}

export interface ISignature {
  inputs: IColumn[];
  outputs: IColumn[];
  params: IColumn[];
}

export interface IDetails extends IModelRow {
  digest: string;
  flavors: string[];
  source: string;
  claimed: boolean;
  run: string;
  loads: { format: string; runs_code: boolean }[];
  methods: { name: string; batchable: boolean }[];
  signature: ISignature | null;
  metrics: [string, string][];
  params: [string, string][];
  metadata: [string, string][];
  needs: { name: string; wanted: string; met: boolean | null; note: string }[];
  files: { path: string; size: number }[];
  used_by: string[];
}

export interface IPlace {
  home: string;
  home_shown: string;
  home_chosen: boolean;
  tracking_uri: string;
  tracking_chosen: boolean;
  settable: boolean;
  may_delete: boolean;
  uri_schemes: string[] | null;
  python: string;
  prefix: string;
  version: string;
}

export interface IDiffRow {
  key: string;
  left: string | null;
  right: string | null;
}

export interface IDiff {
  left: string;
  right: string;
  sections: { title: string; rows: IDiffRow[] }[];
}

export type JobState = 'running' | 'done' | 'failed' | 'cancelled';

export interface IJob {
  id: string;
  kind: 'import' | 'export' | 'verify';
  label: string;
  state: JobState;
  done: number;
  total: number;
  result: { tag?: string; file?: string; state?: string; sentence?: string };
  error: string;
}

export interface IPage<T> {
  items: T[];
  token: string | null;
}

export interface IRegistered {
  name: string;
  newest: string | null;
  aliases: { alias: string; version: string }[];
}

export interface IVersion {
  version: string;
  uri: string;
  aliases: string[];
  stage: string;
  created: number;
}

export interface IExperiment {
  id: string;
  name: string;
}

export interface IRun {
  id: string;
  name: string;
  status: string;
  started: number;
  metrics: Record<string, number>;
}

export interface ILogged {
  uri: string;
  name: string;
}
