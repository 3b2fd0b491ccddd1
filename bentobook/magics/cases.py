"""``%bento_case``, ``%bento_cases``, ``%bento_test``: store requests with their answers, list them, replay them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bentobook.magics import expression, services, values
from bentobook.magics.grammar import Grammar, Option, Positional
from bentobook.magics.magic import Call, Magic

if TYPE_CHECKING:
    from bentobook.bundle.cases import Case
    from bentobook.bundle.cases_compare import Tolerance
    from bentobook.service.service import Service

_CASE = Grammar(
    "%bento_case",
    (Positional("api", "api"), Positional("name"), Positional("data", "object", optional=True)),
    (
        Option("--from", "a result that is there, instead of DATA", "RESULT", kind="variable"),
        Option("--sample", "a case of each of N rows of DATA", "N", read=values.count),
        Option("--by", "who gives the expected answers: an object in memory", "OBJ", kind="variable"),
        Option("--rtol", "how far numbers may be off, relative to the expected", "X", read=values.number),
        Option("--atol", "how far numbers may be off, absolutely", "X", read=values.number),
    ),
)


def _case(call: Call) -> object:
    from bentobook.bundle import cases_store
    from bentobook.bundle.cases_list import CaseList

    service, api = services.find_api(call, call.given["api"])
    made = _made(call, service, api)
    return CaseList(service.name, cases_store.add(service.name, made), [case.name for case in made])


def _made(call: Call, service: Service, api: str) -> tuple[Case, ...]:
    from bentobook.bundle import cases_record

    given = call.given
    name, tolerance = given["name"], tolerance_of(call)
    if given["from"] is not None:
        if given["data"] is not None or given["sample"] or given["by"]:
            raise call.grammar.error("--from takes a result that has its own data: leave DATA, --sample and --by out.")
        return (cases_record.of_result(service, name, _result(call, given["from"], api), tolerance),)
    if given["data"] is None:
        raise call.grammar.error(f"DATA is missing: {call.grammar.usage}.")
    data = expression.data(call, given["data"])
    if given["by"] is None:
        if given["sample"]:
            raise call.grammar.error("--sample takes its answers from an object in memory: --by OBJ.")
        return (cases_record.of_call(service, api, name, data, tolerance)[0],)
    by, n = expression.evaluate(call, given["by"]), given["sample"] or 1
    return cases_record.sampled(service, api, name, data, n=n, by=by, source=given["by"], tolerance=tolerance)


def _result(call: Call, text: str, api: str) -> Any:
    from bentobook.service.result import CallResult

    result = expression.evaluate(call, text, "RESULT")
    if not isinstance(result, CallResult):
        raise call.grammar.error(f"--from: {text} holds a {type(result).__name__}, not the result of %bento_call.")
    if result.api != api:
        raise call.grammar.error(f"--from: {text} is a result of {result.api}, not of {api}.")
    return result


def tolerance_of(call: Call) -> Tolerance:
    """Return what ``--rtol`` and ``--atol`` say."""
    from bentobook.bundle.cases_compare import Tolerance

    given = {name: call.given[name] for name in ("rtol", "atol")}
    return Tolerance(**{name: value for name, value in given.items() if value is not None})


def _cases(call: Call) -> object:
    from bentobook.bundle import cases_store
    from bentobook.bundle.cases_list import CaseList

    service = services.find(call, call.given["svc"]).name
    found = cases_store.of_service(service)
    for name in call.given["remove"]:
        found = cases_store.remove(service, name)
    return CaseList(service, found)


def _test(call: Call) -> object:
    from bentobook.bundle import cases_store, replay

    service = services.find(call, call.given["svc"])
    return replay.run(service.name, "this kernel", cases_store.of_service(service.name), replay.in_process(service))


CASE = Magic(
    _CASE,
    "Store a request with its answer; a build replays it.",
    "bentobook.bundle.cases_record.of_call(SVC, API, NAME, DATA)",
    _case,
)
CASES = Magic(
    Grammar(
        "%bento_cases",
        (Positional("svc", "service"),),
        (Option("--remove", "remove this case", "NAME", short="-r", many=True),),
    ),
    "List the cases of a service.",
    "bentobook.bundle.cases_store.of_service(NAME)",
    _cases,
)
TEST = Magic(
    Grammar("%bento_test", (Positional("svc", "service"),)),
    "Replay the cases of a service.",
    "bentobook.bundle.replay.run(NAME, WHERE, CASES, ASK)",
    _test,
)
