"""Making cases: of a call, of a result that is there, or many at once with the answers of an object in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from bentobook.bundle.cases import Body, Case
from bentobook.bundle.cases_compare import Tolerance
from bentobook.errors import InvalidArgument
from bentobook.service.result import CallResult
from bentobook.service.service import Service

SERVER_FAILED = 500


def of_call(
    service: Service, api: str, name: str, value: Any, tolerance: Tolerance | None = None
) -> tuple[Case, CallResult]:
    """Ask an API, and make a case of what it answers.

    Parameters
    ----------
    service : Service
    api, name : str
        The API, and the name of the case.
    value : object
        What the API takes, as a Python value.
    tolerance : Tolerance, optional

    Returns
    -------
    tuple of Case, CallResult

    Raises
    ------
    BentobookError
        What the call raised, where nothing was answered that could be expected again.
    """
    result = service.call(api, value)
    return of_result(service, name, result, tolerance), result


def of_result(service: Service, name: str, result: CallResult, tolerance: Tolerance | None = None) -> Case:
    """Make a case of a result: the request that was sent, and the answer that came.

    Raises
    ------
    InvalidArgument
        When the result is of another service, or its request cannot be sent again.
    """
    if result.service != service.name:
        raise InvalidArgument("result", result.service, f"a result of {service.name}")
    sent = result.sent
    if result.error is not None and (result.status >= SERVER_FAILED or not sent.body):
        raise result.error
    if not sent.body and result.request is not None:
        raise InvalidArgument("result", result.request, "a request that can be written as the API takes it")
    api = service.find(result.api)
    return Case(
        name=name,
        api=api.name,
        route=api.route,
        request=Body(sent.content_type, sent.body),
        expected=Body(result.content_type, result.body),
        status=result.status,
        tolerance=tolerance or Tolerance(),
    )


def sampled(
    service: Service,
    api: str,
    name: str,
    data: Any,
    *,
    n: int,
    by: Any,
    source: str,
    tolerance: Tolerance | None = None,
) -> tuple[Case, ...]:
    """Make a case of each of some rows, with the answers of an object in memory.

    Parameters
    ----------
    service : Service
    api, name : str
        The API, and what the names of the cases begin with.
    data : DataFrame, Series, ndarray or list
        The rows.
    n : int
        How many rows are taken, evenly spread from the first to the last.
    by : object
        A model with a method of the API's name or ``predict``, or a function of rows.
    source : str
        How the object is called.
    tolerance : Tolerance, optional

    Returns
    -------
    tuple of Case
        Named ``name-1``, ``name-2``, …
    """
    found, answer = service.find(api), asking(by, api)
    picked = tuple(rows_of(data, n))
    width = len(str(len(picked)))
    made = []
    for number, row in enumerate(picked, 1):
        request = found.input.encode(found.input.check(row))
        expected = found.output.encode(answer(row))
        case = Case(
            name=f"{name}-{number:0{width}}",
            api=found.name,
            route=found.route,
            request=Body(request.content_type, request.body),
            expected=Body(expected.content_type, expected.body),
            tolerance=tolerance or Tolerance(),
            source=source,
        )
        made.append(case)
    return tuple(made)


def asking(by: Any, api: str) -> Callable[[Any], Any]:
    """Return the function of an object that answers as an API should.

    Raises
    ------
    InvalidArgument
        When it has none.
    """
    for candidate in (getattr(by, api, None), getattr(by, "predict", None), by):
        if callable(candidate):
            function: Callable[[Any], Any] = candidate
            return function
    wanted = f"a model with a method {api} or predict, or a function of rows"
    raise InvalidArgument("by", type(by).__name__, wanted)


def rows_of(data: Any, n: int) -> Iterator[Any]:
    """Give up to ``n`` rows, each as a table, an array or a list of one row, evenly spread.

    Raises
    ------
    InvalidArgument
        When the data have no rows.
    """
    try:
        length = len(data)
    except TypeError:
        length = 0
    if not length or isinstance(data, str | bytes | dict):
        raise InvalidArgument("data", type(data).__name__, "rows: a DataFrame, an array or a list")
    taken = min(n, length)
    places = [round(each * (length - 1) / max(taken - 1, 1)) for each in range(taken)]
    rows = data.iloc if hasattr(data, "iloc") else data
    for place in places:
        yield rows[place : place + 1]
