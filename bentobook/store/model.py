"""The record of a stored model: where it lies, what is known of it. The live object comes from ``load_model``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from bentobook.errors import InvalidArgument, StoreUnreadable
from bentobook.store import scan
from bentobook.store.layout import CUSTOM_OBJECTS, MANIFEST, MODEL_YAML, Layout
from bentobook.store.model_yaml import ModelInfo, ModelSignature
from bentobook.store.tag import Tag

if TYPE_CHECKING:
    from bentobook.runner.runnable import Runnable
    from bentobook.runner.runner import Runner
    from bentobook.store.diff import Diff
    from bentobook.store.verify import Verification


class Model:
    """A model of the store. Two are equal when they are the same version of the same store.

    Attributes
    ----------
    tag : Tag
        With version.
    """

    def __init__(self, layout: Layout, tag: Tag, *, entry: scan.Entry | None = None, path: Path | None = None) -> None:
        self.tag = tag
        self.layout = layout
        self._entry = entry
        self._path = path

    @property
    def path(self) -> Path:
        """The folder of the version."""
        if self._path is None:
            self._path = self.layout.version(self.tag)
        return self._path

    def path_of(self, item: str | os.PathLike[str]) -> str:
        """Return the path of a file or folder of the model.

        Parameters
        ----------
        item : str
            Relative to the model's folder: ``"mlflow_model"``, ``"model.yaml"``.

        Returns
        -------
        str
            Absolute; whether there is such a file is not asked.

        Raises
        ------
        InvalidArgument
            When the item does not lie inside the model.
        """
        parts = PurePosixPath(os.fspath(item).lstrip("/")).parts
        if ".." in parts:
            raise InvalidArgument("item", str(item), "a path inside the model")
        return str(self.path.joinpath(*parts))

    @cached_property
    def info(self) -> ModelInfo:
        """The record with BentoML's field names, read when it is first asked for."""
        return scan.read_info(self.path, self.tag)

    @property
    def summary(self) -> scan.Entry:
        """What a list shows (tag, time, module, labels), without reading the record again."""
        if self._entry is None:
            self._entry = scan.entry_from(self.info)
        return self._entry

    @property
    def lineage(self) -> dict[str, Any]:
        """Where the model came from; empty for a model that BentoML saved."""
        return dict(_mapping(self.info.private.get("lineage")))

    @property
    def methods(self) -> dict[str, ModelSignature]:
        """The methods that are recorded, those of ``info.signatures`` and further ones.

        An entry that cannot be understood is left out: a later version of this package may have written it.
        """
        known = dict(self.info.signatures)
        for name, value in _mapping(self.info.private.get("methods")).items():
            with suppress(InvalidArgument):
                known[str(name)] = ModelSignature.from_dict(value)
        return known

    @cached_property
    def size(self) -> int:
        """Bytes of the content, without ``model.yaml`` and the manifest; shared content counts."""
        recorded = self.summary.size
        return recorded if recorded is not None else _size_of(self.path)

    @cached_property
    def digest(self) -> str:
        """The digest of the content as it was recorded; where nobody recorded one, the files are read."""
        from bentobook.store import manifest

        return self.summary.digest or manifest.content_digest(manifest.describe(self.path))

    @cached_property
    def custom_objects(self) -> dict[str, Any]:
        """The user's own objects that were saved beside the model.

        Reading them runs code, so consent is asked first where there are any.

        Raises
        ------
        UntrustedModel
            When the trust policy wants consent first.
        """
        path = self.path / CUSTOM_OBJECTS
        if not path.exists():
            return {}
        from bentobook.store import custom_objects, trust

        trust.check(self, action="read its custom objects", formats=("pickle",))
        return custom_objects.load(path)

    def load_model(self, flavor: str | None = None, device: str | None = None, **options: Any) -> Any:
        """Load the live object with the framework that saved it.

        Parameters
        ----------
        flavor : str, optional
            ``"pyfunc"``, ``"native"`` or a flavor's name, for a model of MLflow.
        device : str, optional
            Where the model goes, for example ``"cpu"`` or ``"cuda:0"``.
        **options
            Handed on to the framework's ``load_model``.
        """
        from bentobook.store import registry

        loader = registry.loader_of(self.tag, self.info.module)
        wanted = {name: value for name, value in (("flavor", flavor), ("device", device)) if value is not None}
        return loader.load_model(self, **wanted, **options)

    def to_runnable(self) -> type[Runnable]:
        """Make a class whose methods take whole batches, for a :class:`bentobook.Runner`; nothing is loaded yet.

        Returns
        -------
        type
            With the methods that are recorded.
        """
        return self._runnable(self.methods, None, None)

    def _runnable(
        self, methods: Mapping[str, ModelSignature], flavor: str | None, device: str | None
    ) -> type[Runnable]:
        from bentobook.store import registry

        maker = registry.runnables_of(self.tag, self.info.module)
        return maker.to_runnable(self, methods, flavor=flavor, device=device)  # type: ignore[no-any-return]

    def to_runner(
        self,
        name: str = "",
        max_batch_size: int | None = None,
        max_latency_ms: float | None = None,
        method_configs: Mapping[str, Any] | None = None,
        embedded: bool = False,
        *,
        max_wait_ms: float | None = None,
        batchable: bool | None = None,
        methods: Iterable[str] | Mapping[str, Any] | None = None,
        flavor: str | None = None,
        device: str | None = None,
    ) -> Runner:
        """Make a runner: a queue before the model that many callers share. ``init_local`` loads the model.

        Parameters
        ----------
        name : str
            The runner's name; that of the model when it is left out.
        max_batch_size, max_latency_ms, max_wait_ms
            For all methods, as in :class:`~bentobook.runner.config.MethodConfig`; where they are left out, those of the
            environment hold.
        method_configs : mapping, optional
            For single methods; also ``batchable`` and ``batch_dim``.
        embedded : bool
            BentoML's argument; here every runner lives in the process that uses it.
        batchable : bool, optional
            Whether requests share batches, whatever was said when the model was saved; for single methods see
            ``method_configs``.
        methods : iterable of str, or mapping, optional
            What the runner offers, as names, or name to ``{"batchable": …, "batch_dim": …}``; the recorded methods
            when it is left out. Beside ``predict`` the framework's own object is asked.
        flavor, device : str, optional
            As :meth:`load_model` takes them.

        Returns
        -------
        Runner
            Each of its methods has ``schema``, ``example``, ``flavor`` and ``accepts``.

        Raises
        ------
        InvalidArgument
            When a method, the flavor or a number cannot be.
        """
        from bentobook.runner.runner import Runner
        from bentobook.store.asked import methods_for

        offered = methods_for(self.methods, methods, batchable, method_configs or {})
        return Runner(
            self._runnable(offered, flavor, device),
            name=name or self.tag.name,
            models=[self],
            max_batch_size=max_batch_size,
            max_latency_ms=max_latency_ms,
            max_wait_ms=max_wait_ms,
            method_configs=method_configs,
            embedded=embedded,
        )

    def export(self, path: str | os.PathLike[str] | None = None) -> Path:
        """Write the model as an archive that BentoML can import too.

        Parameters
        ----------
        path : path-like, optional
            A file (``.bentomodel``, ``.tar``, ``.tar.gz``, ``.tar.xz``, ``.tar.bz2``, ``.zip``) or a folder; the
            current folder when it is left out.

        Returns
        -------
        Path
            The archive.
        """
        from bentobook.store import archive_write

        return archive_write.export_model(self, path)

    def verify(self, *, deep: bool = True) -> Verification:
        """Compare the files with the manifest.

        Parameters
        ----------
        deep : bool
            Whether the content is read; otherwise names and sizes are compared.
        """
        from bentobook.store import verify

        return verify.verify_version(self.layout, self.tag, deep=deep)

    def diff(self, other: Model) -> Diff:
        """Compare with another version, from the signature to the files; it shows what differs."""
        from bentobook.store import diff

        return diff.diff(self, other)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and (self.tag, self.path) == (other.tag, other.path)

    def __hash__(self) -> int:
        return hash((self.tag, self.path))

    def __repr__(self) -> str:
        return f'Model(tag="{self.tag}")'

    def _repr_html_(self) -> str:
        from bentobook.store import card

        return card.html(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        from bentobook.store import card

        printer.text(repr(self) if cycle else card.text(self))


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _size_of(folder: Path) -> int:
    """Add up the files of a version of which no size is recorded."""
    total = 0
    try:
        for parent, _, names in os.walk(folder):
            skipped = (MODEL_YAML, MANIFEST) if Path(parent) == folder else ()
            total += sum(Path(parent, name).lstat().st_size for name in names if name not in skipped)
    except OSError as error:
        raise StoreUnreadable(folder, error.strerror or str(error)) from error
    return total
