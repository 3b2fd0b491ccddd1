"""What a cell has at hand without an import, as lines of Python: its models, runners, the Service and ``api``.

Only what the cell uses is written, so that a small cell is a small file.
"""

from __future__ import annotations

import keyword
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bentobook.bundle.cell_gather import Needs
from bentobook.errors import InvalidArgument

SERVICE, API, RUNNER, RUNNERS = "svc", "api", "runner", "runners"
_HANDLE = "from bentobook.service.handle import ModelHandle"


def variable_of(name: str) -> str:
    """Return the variable that holds a service.

    Raises
    ------
    InvalidArgument
        When the name cannot be a variable's even with ``_`` in place of ``-`` and ``.``.

    >>> variable_of("iris-svc")
    'iris_svc'
    """
    variable = name.replace("-", "_").replace(".", "_")
    if not variable.isidentifier() or keyword.iskeyword(variable):
        raise InvalidArgument("NAME", name, "letters, digits, - and _, a letter first, such as iris_svc")
    return variable


@dataclass(frozen=True)
class Head:
    """What stands at hand in one cell.

    Attributes
    ----------
    name : str
        The service.
    models : mapping of str to str
        Variables and full tags.
    own : frozenset of str
        The names that the cell defines itself; they are never taken.
    """

    name: str
    models: Mapping[str, str]
    own: Collection[str]

    def __post_init__(self) -> None:
        for variable in self.models:
            if (
                not variable.isidentifier()
                or keyword.iskeyword(variable)
                or variable in (SERVICE, API, RUNNER, RUNNERS)
            ):
                raise InvalidArgument(
                    "--model", variable, "the name of a variable of its own before the =, such as clf"
                )

    @property
    def offered(self) -> set[str]:
        """The names that the cell may use."""
        names = {SERVICE, API, variable_of(self.name), *self.models}
        names |= {RUNNERS} if self.models else set()
        return names | ({RUNNER} if len(self.models) == 1 else set())

    def makes_service(self, used: Collection[str]) -> bool:
        """Tell whether the Service is made above the cell; else the cell makes its own.

        Raises
        ------
        InvalidArgument
            When the cell makes its own ``svc`` and uses ours as well.
        """
        asked = {SERVICE, API, variable_of(self.name)} - set(self.own) & set(used)
        if asked and SERVICE in self.own:
            one = min(asked)
            hint = f"Write @svc.api, or leave out the line that assigns svc and keep {one}."
            raise InvalidArgument("the cell", f"svc = … beside {one}", "one service in a cell", hint=hint)
        return bool(asked)

    def lines(self, used: Collection[str]) -> list[str]:
        """Write down what is used."""
        service = self.makes_service(used)
        wanted = set(used) - set(self.own)
        if not service and not wanted & {RUNNER, RUNNERS, *self.models}:
            return []
        lines = [*self._runners(wanted), *self._handles(wanted)]
        return [*lines, *self._service(wanted)] if service else lines

    def imports(self, lines: Collection[str]) -> list[str]:
        """Return the imports that the lines need."""
        found = ["import bentobook"] if lines else []
        return [*found, _HANDLE] if any("ModelHandle(" in line for line in lines) else found

    def _runners(self, wanted: Collection[str]) -> list[str]:
        if len(self.models) == 1:
            ((variable, tag),) = self.models.items()
            line = f'{RUNNER} = bentobook.models.get("{tag}").to_runner()'
            return [line, f'{RUNNERS} = {{"{variable}": {RUNNER}}}'] if RUNNERS in wanted else [line]
        if not self.models:
            return []
        each = [f'    "{v}": bentobook.models.get("{tag}").to_runner(name="{v}"),' for v, tag in self.models.items()]
        return [f"{RUNNERS} = {{", *each, "}"]

    def _handles(self, wanted: Collection[str]) -> list[str]:
        one = len(self.models) == 1
        runners = {variable: RUNNER if one else f'{RUNNERS}["{variable}"]' for variable in self.models}
        return [f"{variable} = ModelHandle({runner})" for variable, runner in runners.items() if variable in wanted]

    def _service(self, wanted: Collection[str]) -> list[str]:
        given = {0: "", 1: f", runners=[{RUNNER}]"}.get(len(self.models), f", runners=list({RUNNERS}.values())")
        lines = [f'{SERVICE} = bentobook.Service("{self.name}"{given})']
        lines += [f"{API} = {SERVICE}.api"] if API in wanted else []
        variable = variable_of(self.name)
        return [*lines, f"{variable} = {SERVICE}"] if variable in wanted and variable != SERVICE else lines


def above(head: Head, needs: Needs, futures: Collection[str], used: Collection[str]) -> str:
    """Write all that stands above the body of a cell.

    Parameters
    ----------
    head : Head
    needs : Needs
        What the cell needs from its notebook.
    futures : collection of str
        Names to import from ``__future__``.
    used : collection of str
        The names that the cell and the definitions of other cells use.
    """
    at_hand = head.lines(used)
    imports = sorted({*needs.imports, *head.imports(at_hand)}, key=lambda line: (line.startswith("from"), line))
    blocks = [
        [f"from __future__ import {', '.join(futures)}"] if futures else [],
        imports,
        [f"{name} = {value}" for name, value in needs.values.items()],
        at_hand,
    ]
    parts = ["\n".join(block) + "\n" for block in blocks if block]
    aliases = "".join(f"{name} = {real}\n" for name, real in needs.aliases.items())
    return "\n\n".join([part for part in ("\n".join(parts), *(each.text for each in needs.ordered()), aliases) if part])
