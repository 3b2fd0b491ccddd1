/** Choose another store or another tracking server for the panel; an empty field is the server's own setting. */

import { TranslationBundle } from '@jupyterlab/translation';

import { button, field, h } from '../lib/dom';
import { BentoStore } from '../lib/store';
import { Modal } from './modal';

export function openPlaceDialog(store: BentoStore, trans: TranslationBundle): void {
  const modal = new Modal(trans.__('Store and MLflow server'), trans.__('Close'));
  const { signal } = modal.ending;
  const place = store.place;
  const home = h('input', { attrs: { type: 'text', spellcheck: 'false', placeholder: place?.home ?? '' } });
  const tracking = h('input', {
    attrs: { type: 'text', spellcheck: 'false', placeholder: place?.tracking_uri || 'http://127.0.0.1:5000' }
  });
  home.value = place?.home_chosen ? place.home : '';
  tracking.value = place?.tracking_chosen ? place.tracking_uri : '';
  const trouble = h('p', { class: 'bb-Error', attrs: { role: 'alert' } });
  const save = async (): Promise<void> => {
    try {
      store.place = await store.api.choosePlace({ home: home.value, tracking_uri: tracking.value });
      modal.close();
      await store.refresh();
    } catch (error) {
      trouble.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  const form = h(
    'form',
    { on: { submit: event => (event.preventDefault(), void save()) }, signal },
    field(trans.__('Folder of the store'), home),
    field(trans.__('MLflow tracking URI'), tracking),
    h(
      'p',
      { class: 'bb-Muted' },
      trans.__(
        'For this panel, until the Jupyter server stops. What should last is set in its environment: BENTOML_HOME, MLFLOW_TRACKING_URI.'
      )
    ),
    trouble
  );
  const accept = button(trans.__('Use them'), () => void save(), signal, {
    kind: 'accept',
    disabled: place?.settable === false
  });
  modal.body.append(form);
  modal.footer.append(accept);
  modal.open();
  home.focus();
}
