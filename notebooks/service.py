# Written by bentobook from the cell of species: 4d848de475fc

import bentobook
import numpy as np
from bentobook.service.handle import ModelHandle

NAMES = ['setosa', 'versicolor', 'virginica']

runner = bentobook.models.get("iris:2puegchgs2amyax4").to_runner()
model = ModelHandle(runner)
svc = bentobook.Service("species", runners=[runner])
api = svc.api


def rounded(probabilities):
    return np.round(probabilities, 2)


@api
def classify(df):
    """The name of the species, and how sure the model is."""
    sure = rounded(model.predict_proba(df))
    return [{"species": NAMES[row.argmax()], "sure": float(row.max())} for row in sure]
