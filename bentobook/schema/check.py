"""Check values against what a model takes: the part that the runner and the service share.

::

    checker = Checker(signature.inputs, "predict of iris:v1")
    prepared = checker.prepare(value)           # in the caller: names, dtypes and shape; cheap
    batch = checker.build_batch([prepared, …])  # once per batch: merge, cast, look at the values
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bentobook.schema.accepts import accepts
from bentobook.schema.merging import merge_plainly
from bentobook.schema.prepared import Merge, Prepared
from bentobook.schema.spec import Schema
from bentobook.schema.tables import Tables
from bentobook.schema.tensors import Tensors


class Checker:
    """What stands between a caller's value and a model.

    Parameters
    ----------
    schema : Schema or None
        What the model takes; without one every value is taken as it is.
    where : str
        The method and model that are asked, for the sentences of errors.
    torch : bool
        Whether the model takes torch tensors; else it gets arrays where tensors were given.
    """

    def __init__(self, schema: Schema | None, where: str = "value", *, torch: bool = False) -> None:
        self._schema = schema
        self._reader: Tables | Tensors | None = None
        if schema is not None and schema.tensors:
            self._reader = Tensors(schema, where, torch=torch)
        elif schema is not None and schema.columns:
            self._reader = Tables(schema, where)

    @property
    def accepts(self) -> tuple[str, ...]:
        """What can be given, in words."""
        return accepts(self._schema)

    def prepare(self, value: Any) -> Any:
        """Check names, dtypes and shape, and bring a value into the form in which it is merged.

        Parameters
        ----------
        value : object
            A DataFrame, Series, array, tensor, list or dict as it was given; or what a checker of the same schema has
            prepared already, which is returned as it is.

        Returns
        -------
        Prepared
            Without a schema the value itself, of which only its own layout is known.

        Raises
        ------
        SchemaMismatch
            When it does not fit, with everything that is wrong so far.
        """
        if self._reader is None or type(value) is Prepared:
            return value
        return self._reader.prepare(value)

    def build_batch(self, prepared: Sequence[Any], merge: Merge = merge_plainly) -> Any:
        """Make what the model takes of values with equal layouts.

        Parameters
        ----------
        prepared : sequence of Prepared
            What :meth:`prepare` returned for each request.
        merge : callable
            Puts arrays, tensors, DataFrames or dicts of arrays of one layout one after the other.

        Returns
        -------
        DataFrame, ndarray, torch.Tensor or dict of ndarray
            The columns or tensors of the schema, in its order and with its dtypes.

        Raises
        ------
        SchemaMismatch
            When values do not fit, with their rows and requests; its ``by_request`` has the error of each request.
        """
        if self._reader is None:
            return prepared[0] if len(prepared) == 1 else merge(prepared)
        plan = prepared[0].plan
        values = [each.value for each in prepared]
        merged = values[0] if len(values) == 1 else plan.merge(values, merge)
        return plan.finish(merged, [each.n_rows for each in prepared], fresh=len(values) > 1)

    def one_row(self, prepared: Prepared) -> Prepared | None:
        """Make up a row of the layout of a value, of zeros and empty texts; None when there is no way to."""
        return None if self._reader is None else self._reader.one_row(prepared)
