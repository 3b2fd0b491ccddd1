"""Models of MLflow as runnables: ``predict`` asks the ``PyFuncModel``, other methods the framework's own object.

The model's signature is the schema of its methods. It says what goes into all that take the model's rows; what comes
out, and the params, are recorded of ``predict`` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from bentobook.errors import InvalidArgument
from bentobook.frameworks import nameless
from bentobook.frameworks.accelerators import TORCH
from bentobook.frameworks.calls import TABULAR, Call, as_table, call_of
from bentobook.frameworks.kinds import framework_of, raw_of
from bentobook.frameworks.methods import offers
from bentobook.frameworks.model_runnable import Asked, make
from bentobook.mlflow import enforced, flavors, loader
from bentobook.mlflow import signature as signatures
from bentobook.mlflow.methods import PREDICT
from bentobook.mlflow.mlmodel import PYFUNC, MLmodel
from bentobook.mlflow.record import MLFLOW_MODEL_FOLDER
from bentobook.runner.runnable import Runnable
from bentobook.schema.spec import Schema, Signature
from bentobook.store.model import Model
from bentobook.store.model_yaml import ModelSignature

_OTHER_ROWS = frozenset({"inverse_transform", "forecast", "generate"})
_LEAVE_OUT = (
    "Leave flavor= out: then predict goes through pyfunc, and other methods are those of the framework's object."
)


def to_runnable(
    model: Model, methods: Mapping[str, ModelSignature], *, flavor: str | None = None, device: str | None = None
) -> type[Runnable]:
    """Make a runnable of an imported model; it is loaded when the class is called.

    Parameters
    ----------
    model : Model
        The record.
    methods : mapping of str to ModelSignature
        What the runner offers.
    flavor : str, optional
        ``"native"`` or a flavor's name: the framework's own object is asked for ``predict`` too.
    device : str, optional
        As ``load_model`` takes it.

    Returns
    -------
    type
        A class for :class:`~bentobook.runner.runner.Runner`.

    Raises
    ------
    InvalidArgument
        When the model has no such flavor, or another method than ``predict`` is asked of pyfunc.
    """
    described = loader.describe(Path(model.path_of(MLFLOW_MODEL_FOLDER)))
    source = _Source(model, described, flavor, device)
    asked = [source.asked(name, declared) for name, declared in methods.items()]
    return make("MLflowRunnable", partial(source.load, asked), asked)


@dataclass(frozen=True)
class _Source:
    """A stored model, and how its runner is to ask it."""

    model: Model
    described: MLmodel
    flavor: str | None
    device: str | None

    @cached_property
    def _pyfunc(self) -> flavors.Choice:
        return flavors.choose(self.described, PYFUNC)

    @cached_property
    def _chosen(self) -> flavors.Choice:
        return flavors.choose(self.described, self.flavor)

    @cached_property
    def _native(self) -> flavors.Choice:
        return self._chosen if self._chosen.native else flavors.choose(self.described, "native")

    @cached_property
    def _signature(self) -> Signature | None:
        recorded = self.model.info.private.get("signature")
        return Signature.from_dict(recorded) if recorded is not None else signatures.read(self.described)

    def load(self, asked: list[Asked]) -> Any:
        """Load it once: the framework's object is behind the ``PyFuncModel``."""
        wanted = "pyfunc" if any(each.flavor == "pyfunc" for each in asked) else self._flavor_of(self._native)
        return loader.load_model(self.model, flavor=wanted, device=self.device)

    def asked(self, name: str, declared: ModelSignature) -> Asked:
        """Tell how one method is asked."""
        own_code = self._native.framework == PYFUNC
        if name == PREDICT and (not self._chosen.native or own_code):
            return self._through_pyfunc(declared)
        if self.flavor in {"pyfunc", PYFUNC}:
            raise InvalidArgument("methods", name, "'predict' alone with flavor='pyfunc'", hint=_LEAVE_OUT)
        return self._of_object(name, declared, takes_rows=not own_code and name not in _OTHER_ROWS)

    def _through_pyfunc(self, declared: ModelSignature) -> Asked:
        signature = self._signature
        if self.described.fields.get("is_signature_from_type_hint") and signature is not None:
            # The model reads its values itself, by the types that its author wrote.
            signature = replace(signature, inputs=None)
        params = signature.params if signature is not None else ()
        inputs = signature.inputs if signature is not None else None
        find = partial(enforced.calling, framework=self._pyfunc.framework, inputs=inputs, params=params)
        return Asked(
            name=PREDICT,
            declared=declared,
            flavor="pyfunc",
            where=f"{PREDICT} of {self.model.tag}",
            find=find,
            signature=signature,
            example=self.model.info.private.get("example"),
            params=params,
            read=as_table if self._pyfunc.framework in TABULAR else None,
        )

    def _of_object(self, name: str, declared: ModelSignature, *, takes_rows: bool) -> Asked:
        inputs = self._signature.inputs if takes_rows and self._signature is not None else None
        return Asked(
            name=name,
            declared=declared,
            flavor=self._flavor_of(self._native),
            where=f"{name} of {self.model.tag}",
            find=partial(self._find, name, inputs),
            signature=None if inputs is None else Signature(inputs=inputs),
            example=self.model.info.private.get("example") if takes_rows else None,
            torch=self._native.framework in TORCH,
            read=as_table if self._native.framework in TABULAR else None,
        )

    def _find(self, name: str, inputs: Schema | None, loaded: Any) -> Call:
        raw = raw_of(loaded)
        if not offers(raw, name) and not self._is_in_hand(raw):
            flavor = self._flavor_of(self._native)
            raw = loader.load_model(self.model, flavor=flavor, device=self.device)
        slow = call_of(raw, name)
        quick = nameless.quick(raw, name, inputs)
        return slow if quick is None else _either(quick, slow)

    def _is_in_hand(self, raw: Any) -> bool:
        """Tell whether what is behind the pyfunc is the framework's own object already."""
        return self._native.framework in {PYFUNC, framework_of(raw)}

    @staticmethod
    def _flavor_of(choice: flavors.Choice) -> str:
        return "native" if choice.flavor == PYFUNC else choice.flavor


def _either(quick: Call, slow: Call) -> Call:
    def call(value: Any, params: Mapping[str, Any] | None = None, **named: Any) -> Any:
        return slow(value, params=params, **named) if params or named else quick(value)

    return call
