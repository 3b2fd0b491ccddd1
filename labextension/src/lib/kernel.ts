/** Which store and environment an idle Python kernel uses. Nothing of the notebook is run, and nothing is counted. */

import { Kernel } from '@jupyterlab/services';

export interface IKernelFacts {
  home: string;
  prefix: string;
  tracking: string;
  installed: boolean;
  /** Of the imported package, else of the installed one; empty when neither says. */
  version: string;
}

const PATIENCE_MS = 3000;

const EXPRESSION = `(lambda o, s: __import__('json').dumps({
  'home': o.path.abspath(o.path.expanduser(o.environ.get('BENTOML_HOME') or o.path.join('~', 'bentoml'))),
  'prefix': s.prefix,
  'tracking': s.modules['mlflow'].get_tracking_uri()
    if 'mlflow' in s.modules and s.modules['mlflow'].is_tracking_uri_set()
    else o.environ.get('MLFLOW_TRACKING_URI', ''),
  'installed': __import__('importlib.util').util.find_spec('bentobook') is not None,
  'version': s.modules['bentobook'].__version__ if 'bentobook' in s.modules
    else next((d.version for d in __import__('importlib.metadata').metadata.distributions(name='bentobook')), ''),
}).encode().hex())(__import__('os'), __import__('sys'))`.replace(/\s*\n\s*/g, ' ');

export async function askKernel(kernel: Kernel.IKernelConnection): Promise<IKernelFacts | null> {
  if (kernel.status !== 'idle' || (await kernel.info).language_info.name !== 'python') {
    return null;
  }
  const future = kernel.requestExecute(
    { code: '', silent: true, store_history: false, user_expressions: { bentobook: EXPRESSION } },
    true
  );
  const late = new Promise<null>(resolve => setTimeout(() => resolve(null), PATIENCE_MS));
  const reply = await Promise.race([future.done, late]);
  if (!reply || reply.content.status !== 'ok') {
    return null;
  }
  return read(reply.content.user_expressions?.bentobook);
}

function read(value: unknown): IKernelFacts | null {
  const text = (value as { data?: Record<string, unknown> } | undefined)?.data?.['text/plain'];
  const hex = typeof text === 'string' ? /^'([0-9a-f]+)'$/.exec(text)?.[1] : undefined;
  if (!hex) {
    return null;
  }
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], pair => parseInt(pair, 16));
  return JSON.parse(new TextDecoder().decode(bytes)) as IKernelFacts;
}

/** A URI without user and password. */
export function withoutCredentials(uri: string): string {
  return uri.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1').replace(/[?#].*$/, '');
}
