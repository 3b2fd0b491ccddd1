"""Import a package that is only needed for one feature, or say how to get it."""

from __future__ import annotations

import importlib
from types import ModuleType

from bentobook.errors import MissingDependency


def require(module: str, *, feature: str, extra: str | None = None, package: str | None = None) -> ModuleType:
    """Import ``module``, or raise one sentence with the pip line.

    Parameters
    ----------
    module : str
        Dotted name of the module to import, for example ``"mlflow.pyfunc"``.
    feature : str
        What needs it, as the subject of a sentence: ``"Reading s3:// URIs"``.
    extra : str, optional
        The extra of this package that installs it.
    package : str, optional
        The name of the distribution, where it differs from the module's first part.

    Returns
    -------
    module
        The imported module.

    Raises
    ------
    MissingDependency
        When the module, and not something that it imports, is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        top = module.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != top:
            raise
        requirement = f'"bentobook[{extra}]"' if extra else (package or top)
        raise MissingDependency(package or top, feature=feature, requirement=requirement) from error
