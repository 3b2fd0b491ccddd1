"""``sbom.cdx.json``: what a Bento is made of, in the form of CycloneDX 1.6, written by its own library.

Requirements are listed with the version that is pinned, or installed here; with a lock file, all that it pins. Models
are components, too, with the digest of their files. Equal Bentos give an equal file: it has no time.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from bentobook._version import __version__
from bentobook.bundle.plan import Plan
from bentobook.bundle.requirements import Need
from bentobook.bundle.wheel import NAME as OWN

if TYPE_CHECKING:
    from cyclonedx.model.component import Component

NAME = "sbom.cdx.json"
_LOCKED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
_SHA256 = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_PINNED = re.compile(r"==\s*([A-Za-z0-9][A-Za-z0-9.!+_-]*)")
_PREFIX = "b3:"


def is_possible() -> bool:
    """Tell whether the library is installed; without it a Bento has no such file."""
    return find_spec("cyclonedx") is not None


def sbom(plan: Plan) -> Iterator[tuple[str, bytes]]:
    """Give the file, where the library is installed."""
    if is_possible():
        yield NAME, _text(plan).encode()


def _text(plan: Plan) -> str:
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output.json import JsonV1Dot6

    root = Component(name=plan.name, type=ComponentType.APPLICATION, bom_ref="bento")
    components = [*_packages(plan), *_models(plan), _own(plan)]
    bom = Bom(components=components, metadata=BomMetaData(component=root))
    bom.register_dependency(root, components)
    values: dict[str, Any] = json.loads(JsonV1Dot6(bom).output_as_string())
    values.get("metadata", {}).pop("timestamp", None)
    values.pop("serialNumber", None)
    plain = json.dumps(values, sort_keys=True)
    values["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, plain)}"
    return json.dumps(values, indent=1, sort_keys=True) + "\n"


def _packages(plan: Plan) -> Iterator[Component]:
    if plan.lock:
        for name, version, rest in _LOCKED.findall(plan.lock):
            yield _package(name.lower(), version, hashes=_SHA256.findall(rest))
        return
    seen = set()
    for need in plan.needs.lines:
        if need.name and need.name not in seen:
            seen.add(need.name)
            yield _package(need.name, _version(need), need=need)


def _version(need: Need) -> str | None:
    found = _PINNED.search(need.line)
    return found[1] if found else need.installed


def _package(name: str, version: str | None, *, need: Need | None = None, hashes: list[str] | None = None) -> Component:
    from cyclonedx.model import HashAlgorithm, HashType, Property
    from cyclonedx.model.component import Component
    from packageurl import PackageURL

    told = [Property(name="bentobook:required", value=need.line)] if need else []
    told += [Property(name="bentobook:reason", value=reason) for reason in (need.reasons if need else ())]
    purl = PackageURL("pypi", None, name, version)
    return Component(
        name=name,
        version=version,
        purl=purl,
        bom_ref=str(purl),
        properties=told,
        # Several files of one version may be installed; a component has one hash of a kind, so only a single one is.
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=hashes[0])] if hashes and len(hashes) == 1 else [],
    )


def _models(plan: Plan) -> Iterator[Component]:
    from cyclonedx.model import HashAlgorithm, HashType
    from cyclonedx.model.component import Component, ComponentType

    for model in plan.models:
        digest = model.digest.removeprefix(_PREFIX)
        yield Component(
            name=model.tag.name,
            version=model.tag.version,
            type=ComponentType.MACHINE_LEARNING_MODEL,
            bom_ref=f"model:{model.tag}",
            description=model.info.module,
            hashes=[HashType(alg=HashAlgorithm.BLAKE3, content=digest)],
        )


def _own(plan: Plan) -> Component:
    from cyclonedx.model import HashAlgorithm, HashType
    from cyclonedx.model.component import Component
    from packageurl import PackageURL

    digest = HashType(alg=HashAlgorithm.SHA_256, content=plan.wheel.sha256)
    purl = PackageURL("pypi", None, OWN, __version__)
    return Component(name=OWN, version=__version__, purl=purl, bom_ref=str(purl), hashes=[digest])
