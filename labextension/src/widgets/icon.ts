/** The icon: a box with compartments. */

import { LabIcon } from '@jupyterlab/ui-components';

export const storeIcon = new LabIcon({
  name: 'bentobook:store',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 22 22">' +
    '<path class="jp-icon3" fill="#616161" fill-rule="evenodd" d="M4 3h14a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V5' +
    'a2 2 0 0 1 2-2zm0 2v12h6.2V5zm8.2 0v5H18V5zm0 7v5H18v-5z"/></svg>'
});
