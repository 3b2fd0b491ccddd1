/** The Bento store in JupyterLab. */

import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { commands } from './plugins/commands';
import { sidebar } from './plugins/sidebar';
import { store } from './plugins/store';

export { IBentoStore } from './tokens';

const plugins: JupyterFrontEndPlugin<any>[] = [store, commands, sidebar];

export default plugins;
