"""Importing archives, from friends and from others."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bentobook.errors import AlreadyExists, ArchiveRefused, DiskFull, StoreNotWritable
from bentobook.store import archive_read, manifest, model_yaml
from bentobook.store.archive_names import Limits
from bentobook.store.layout import MANIFEST, MODEL_YAML
from bentobook.store.model import Model
from bentobook.store.model_yaml import new_info
from bentobook.store.store import Store
from bentobook.store.tag import Tag

EXTENSIONS = ["bentomodel", "tar", "tar.gz", "tar.xz", "tar.bz2", "zip"]
RECORD = model_yaml.dump(new_info(Tag("iris", "v1"), labels={"a": "b"}))
KINDS = {
    "file": tarfile.REGTYPE,
    "old file": tarfile.AREGTYPE,
    "folder": tarfile.DIRTYPE,
    "symlink": tarfile.SYMTYPE,
    "hard link": tarfile.LNKTYPE,
    "device": tarfile.CHRTYPE,
    "block device": tarfile.BLKTYPE,
    "pipe": tarfile.FIFOTYPE,
    "contiguous": tarfile.CONTTYPE,
    "sparse": tarfile.GNUTYPE_SPARSE,
    "odd": b"Z",
}


@pytest.fixture
def model(tmp_path: Path) -> Model:
    """A model of another store."""
    with Store(tmp_path / "other").draft("iris:v1") as draft:
        draft.write("mlflow_model/MLmodel", b"flavors: {}")
        draft.write("mlflow_model/model.pkl", bytes(range(256)) * 5)
        return draft.publish(new_info(draft.tag, labels={"a": "b"}, private={"lineage": {"source_uri": "runs:/1"}}))


def tar(*members: tuple[str, bytes], kind: bytes = tarfile.REGTYPE, record: bytes = RECORD, **fields: object) -> bytes:
    """Make a tar archive of a record and some members of one kind."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data, what in ((MODEL_YAML, record, tarfile.REGTYPE), *((*member, kind) for member in members)):
            if not data and name == MODEL_YAML:
                continue
            info = tarfile.TarInfo(name)
            info.size, info.type, info.linkname = len(data), what, str(fields.get("linkname", ""))
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in ((MODEL_YAML, RECORD), *members):
            archive.writestr(name, data)
    return out.getvalue()


def read(data: bytes, folder: Path, **options: object) -> Model:
    path = folder / "archive.bentomodel"
    path.write_bytes(data)
    return archive_read.import_model(Store(), path, **options)


def contents(model: Model) -> dict[str, bytes]:
    skipped = {MODEL_YAML, MANIFEST}
    found = (path for path in model.path.rglob("*") if path.is_file())
    return {
        name: path.read_bytes() for path in found if (name := path.relative_to(model.path).as_posix()) not in skipped
    }


def everything(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*")}


@pytest.fixture
def nothing_stored(tmp_path: Path) -> Callable[[], None]:
    """Give a check that a refused archive left nothing, in the store or outside."""
    before = everything(tmp_path)

    def check() -> None:
        new = everything(tmp_path) - before - {str(tmp_path / "archive.bentomodel")}
        ours = {str(path) for path in (Store().home, *Store().home.iterdir(), *Store().layout.private.iterdir())}
        assert new <= ours
        assert Store().list() == []

    return check


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_what_is_exported_comes_back_as_it_was(extension: str, model: Model, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = model.export(tmp_path / f"out.{extension}")
    back = archive_read.import_model(Store(), path, progress=lambda *step: seen.append(step))
    assert (back.tag, back.digest, back.info) == (model.tag, model.digest, model.info)
    assert contents(back) == contents(model)
    assert back.path.is_relative_to(Store().home)
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_the_origin_is_the_file_so_that_the_lineage_is_only_claimed(model: Model, tmp_path: Path) -> None:
    back = archive_read.import_model(Store(), model.export(tmp_path / "out.tar"))
    found = manifest.read(back.path)
    assert found is not None
    assert {key: found.origin[key] for key in ("kind", "file", "verified")} == {
        "kind": "archive",
        "file": "out.tar",
        "verified": True,
    }
    assert back.lineage == {"source_uri": "runs:/1"}


@pytest.mark.parametrize("with_dot", [True, False])
def test_an_archive_without_manifest_is_accepted_as_unverified(with_dot: bool, tmp_path: Path) -> None:
    prefix = "./" if with_dot else ""
    model = read(tar((f"{prefix}saved_model.pkl", b"123")), tmp_path)
    found = manifest.read(model.path)
    assert (str(model.tag), contents(model)) == ("iris:v1", {"saved_model.pkl": b"123"})
    assert found is not None
    assert found.origin["verified"] is False


def test_equal_content_is_shared_with_what_is_stored(tmp_path: Path) -> None:
    one = read(tar(("f", b"123")), tmp_path)
    other = model_yaml.dump(new_info(Tag("iris", "v2")))
    two = read(tar(("f", b"123"), record=other), tmp_path)
    assert (one.path / "f").stat().st_ino == (two.path / "f").stat().st_ino


def test_a_file_where_the_version_would_lie_is_no_bare_error(model: Model, tmp_path: Path) -> None:
    path = model.export(tmp_path / "out.tar")
    store = Store()
    store.layout.make_private()
    store.layout.make_name("iris")
    store.layout.version(Tag("iris", "v1")).write_text("not a folder")
    with pytest.raises(StoreNotWritable, match="Not a directory"):
        archive_read.import_model(store, path)


def test_a_version_that_is_there_is_said_before_anything_is_unpacked(model: Model, tmp_path: Path) -> None:
    path = model.export(tmp_path / "out.tar")
    archive_read.import_model(Store(), path)
    with pytest.raises(AlreadyExists, match="iris:v1 already exists"):
        archive_read.import_model(Store(), path)


def test_the_executable_bit_survives(tmp_path: Path) -> None:
    with Store(tmp_path / "other").draft("iris:v1") as draft:
        (draft.path / "run").write_bytes(b"#!")
        (draft.path / "run").chmod(0o755)
        draft.adopt()
        path = draft.publish(new_info(draft.tag)).export(tmp_path / "out.zip")
    assert (archive_read.import_model(Store(), path).path / "run").stat().st_mode & 0o777 == 0o555


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"file", "old file", "folder"}])
def test_only_files_and_folders_are_accepted_from_tar(
    kind: str, tmp_path: Path, nothing_stored: Callable[[], None]
) -> None:
    with pytest.raises(ArchiveRefused, match=r"at member 'x': it is (a|of an unknown)"):
        read(tar(("x", b""), kind=KINDS[kind], linkname="/etc/passwd"), tmp_path)
    nothing_stored()


@pytest.mark.parametrize("mode", [0o120777, 0o020644, 0o060644, 0o010644, 0o140644], ids=oct)
def test_only_files_and_folders_are_accepted_from_zip(
    mode: int, tmp_path: Path, nothing_stored: Callable[[], None]
) -> None:
    info = zipfile.ZipInfo("x")
    info.external_attr = mode << 16
    with pytest.raises(ArchiveRefused, match="a link, a device or a pipe"):
        read(zipped((info, b"/etc/passwd")), tmp_path)
    nothing_stored()


@pytest.mark.parametrize("make", [tar, zipped], ids=["tar", "zip"])
@pytest.mark.parametrize(
    "name", ["../x", "/tmp/x", "a/../../x", "a\\b", "C:x", "e\u0301", "MODEL.yaml", "a\nb", "model.yaml/x", "./x/../y"]
)
def test_names_that_lead_elsewhere_are_refused(
    make: Callable[..., bytes], name: str, tmp_path: Path, nothing_stored: Callable[[], None]
) -> None:
    with pytest.raises(ArchiveRefused, match="at member"):
        read(make((name, b"x")), tmp_path)
    nothing_stored()


def test_a_member_that_is_there_twice_is_refused(tmp_path: Path, nothing_stored: Callable[[], None]) -> None:
    with pytest.raises(ArchiveRefused, match="there twice"):
        read(tar(("f", b"1"), ("f", b"2")), tmp_path)
    nothing_stored()


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b"", "no model.yaml at its top"),
        (b"{", "not valid YAML"),
        (b"name: a", "no field 'version'"),
        (RECORD.replace(b"version: v1", b"version: latest"), "latest"),
        (RECORD.replace(b"name: iris", b"name: ../iris"), "tag"),
        (RECORD.replace(b"name: iris", b"name: con"), "Windows"),
        (RECORD + b"#" * (1 << 20), "more than 1,048,576 bytes"),
    ],
)
def test_a_record_that_cannot_be_used_is_refused(
    record: bytes, reason: str, tmp_path: Path, nothing_stored: Callable[[], None]
) -> None:
    with pytest.raises(ArchiveRefused, match=reason):
        read(tar(("f", b"1"), record=record), tmp_path)
    nothing_stored()


def test_a_bento_is_told_from_a_model(tmp_path: Path) -> None:
    with pytest.raises(ArchiveRefused, match="it is a Bento, not a model"):
        read(tar(("bento.yaml", b"name: b"), record=b""), tmp_path)


@pytest.mark.parametrize(
    "data", [b"", b"hello" * 400, bytes(10240), b"PK\x03\x04", b"\x1f\x8b", b"BZh9", b"\xfd7zXZ\0"]
)
def test_what_is_no_archive_is_refused(data: bytes, tmp_path: Path, nothing_stored: Callable[[], None]) -> None:
    with pytest.raises(ArchiveRefused, match=r"damaged|ends early|no archive|no model.yaml"):
        read(data, tmp_path)
    nothing_stored()


@pytest.mark.parametrize("path", ["nowhere.tar", "."])
def test_a_file_that_cannot_be_read_is_named(path: str, tmp_path: Path) -> None:
    with pytest.raises(ArchiveRefused, match=r"no such file|is a directory"):
        archive_read.import_model(Store(), tmp_path / path)


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_an_archive_that_is_cut_is_refused(
    extension: str, model: Model, tmp_path: Path, nothing_stored: Callable[[], None]
) -> None:
    path = model.export(tmp_path / f"archive.{extension}")
    data = path.read_bytes()
    path.unlink()
    # A tar archive ends with padding that nobody needs, two blocks of zeros at least.
    end = len(data.rstrip(b"\0")) if extension == "tar" else len(data)
    for length in range(0, end, max(1, end // 60)):
        with pytest.raises(ArchiveRefused, match="Nothing of it was stored"):
            read(data[:length], tmp_path)
    nothing_stored()


def data_of(archive: bytes) -> list[int]:
    """Return where the bytes of the members lie in a plain tar archive."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        infos = opened.getmembers()
    return [at for info in infos for at in range(info.offset_data, info.offset_data + info.size)]


def test_each_flipped_byte_of_a_file_or_of_the_manifest_is_refused(
    model: Model, tmp_path: Path, nothing_stored: Callable[[], None]
) -> None:
    path = model.export(tmp_path / "archive.tar")
    archive = path.read_bytes()
    path.unlink()
    places = data_of(archive)
    for nth, at in enumerate(places[::7]):
        damaged = bytearray(archive)
        damaged[at] ^= 1 << nth % 8
        with pytest.raises(ArchiveRefused, match="Nothing of it was stored"):
            read(bytes(damaged), tmp_path)
    nothing_stored()


@pytest.mark.parametrize("extension", EXTENSIONS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_byte_anywhere_never_gives_another_model(
    extension: str, where: float, bit: int, tmp_path_factory: pytest.TempPathFactory, model: Model
) -> None:
    folder = tmp_path_factory.mktemp("flip")
    archive = bytearray(model.export(folder / f"out.{extension}").read_bytes())
    archive[int(where * len(archive))] ^= 1 << bit
    (folder / "damaged").write_bytes(archive)
    try:
        back = archive_read.import_model(Store(folder / "home"), folder / "damaged")
    except ArchiveRefused:
        assert Store(folder / "home").list() == []
    else:
        assert (back.digest, back.info, contents(back)) == (model.digest, model.info, contents(model))


@pytest.mark.parametrize("change", ["added", "missing", "other", "record"])
def test_the_manifest_must_name_exactly_what_is_there(
    change: str, model: Model, tmp_path: Path, nothing_stored: Callable[[], None]
) -> None:
    record = (model.path / MODEL_YAML).read_bytes()
    files = {**contents(model), MANIFEST: (model.path / MANIFEST).read_bytes()}
    if change == "added":
        files["new"] = b""
    elif change == "missing":
        del files["mlflow_model/MLmodel"]
    elif change == "other":
        files["mlflow_model/MLmodel"] = b"flavors: []"
    else:
        record = record.replace(b"a: b", b"a: c")
    reason = {"added": "does not name it", "missing": "is not there"}.get(change, "not what the manifest says")
    with pytest.raises(ArchiveRefused, match=reason):
        read(tar(*files.items(), record=record), tmp_path)
    nothing_stored()


def test_content_that_is_not_what_the_record_names_is_refused(model: Model, tmp_path: Path) -> None:
    record = (model.path / MODEL_YAML).read_bytes()
    with pytest.raises(ArchiveRefused, match="not what its record names"):
        read(tar(("mlflow_model/MLmodel", b"flavors: {}"), record=record), tmp_path)


@pytest.mark.parametrize("pack", [lzma.compress, gzip.compress, bz2.compress], ids=["xz", "gz", "bz2"])
def test_a_bomb_is_refused_before_it_fills_the_disk(
    pack: Callable[[bytes], bytes], tmp_path: Path, nothing_stored: Callable[[], None]
) -> None:
    bomb = pack(tar(("f", bytes(64 << 20))))
    with pytest.raises(ArchiveRefused, match="unpacks to more than 20 times its size"):
        read(bomb, tmp_path, limits=Limits(ratio=20, ratio_from=4 << 20))
    nothing_stored()


def test_a_bomb_in_a_zip_is_refused(tmp_path: Path, nothing_stored: Callable[[], None]) -> None:
    with pytest.raises(ArchiveRefused, match="unpacks to more than 20 times its size"):
        read(zipped(("f", bytes(64 << 20))), tmp_path, limits=Limits(ratio=20, ratio_from=4 << 20))
    nothing_stored()


def test_more_than_the_total_is_refused(tmp_path: Path, nothing_stored: Callable[[], None]) -> None:
    with pytest.raises(ArchiveRefused, match="more than 3,000,000 bytes"):
        read(tar(("f", bytes(2_000_000)), ("g", bytes(2_000_000))), tmp_path, limits=Limits(total=3_000_000))
    nothing_stored()


@pytest.mark.parametrize("make", [tar, zipped], ids=["tar", "zip"])
def test_more_than_the_members_are_refused(make: Callable[..., bytes], tmp_path: Path) -> None:
    with pytest.raises(ArchiveRefused, match="more than 5 members"):
        read(make(*((str(n), b"") for n in range(8))), tmp_path, limits=Limits(members=5))


def header(kind: bytes, size: int, name: str = "x") -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


@pytest.mark.parametrize("kind", [b"x", b"g", b"L"], ids=["pax", "global pax", "long name"])
def test_a_header_that_would_fill_the_memory_is_refused(kind: bytes, tmp_path: Path) -> None:
    archive = lzma.compress(header(kind, 64 << 20) + bytes(64 << 20), preset=0)
    with pytest.raises(ArchiveRefused, match="a header has more than"):
        read(archive, tmp_path)


def test_headers_without_a_member_are_refused(tmp_path: Path) -> None:
    pax = b"13 path=model\n"
    block = header(b"x", len(pax)) + pax + bytes(512 - len(pax))
    with pytest.raises(ArchiveRefused, match=r"too many headers|cannot be read"):
        read(block * 2000, tmp_path)


@pytest.mark.parametrize("size", [-1, -512, -(1 << 40)])
def test_a_negative_size_is_refused(size: int, tmp_path: Path) -> None:
    data = bytearray(header(b"0", 0))
    data[124:136] = b"\xff" * 4 + size.to_bytes(8, "big", signed=True)
    data[148:156] = b"%06o\0 " % (sum(data[:148]) + 256 + sum(data[156:]))
    with pytest.raises(ArchiveRefused, match="a number in a header"):
        read(bytes(data) + bytes(1024), tmp_path)


def test_long_names_of_gnu_and_pax_are_read(tmp_path: Path) -> None:
    name = "/".join(["x" * 90] * 3)
    for version, form in (("v1", tarfile.GNU_FORMAT), ("v2", tarfile.PAX_FORMAT)):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form) as archive:
            for path, data in (
                (MODEL_YAML, RECORD.replace(b"version: v1", b"version: " + version.encode())),
                (name, b"1"),
            ):
                info = tarfile.TarInfo(path)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        assert contents(read(out.getvalue(), tmp_path)) == {name: b"1"}


def test_something_after_the_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveRefused, match="something follows"):
        read(tar(("f", b"1")) + b"more", tmp_path)


def test_a_zip_that_is_encrypted_or_packed_otherwise_is_refused(tmp_path: Path) -> None:
    encrypted = bytearray(zipped(("f", b"123"), method=zipfile.ZIP_STORED))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        encrypted[encrypted.rfind(signature) + offset] |= 1
    with pytest.raises(ArchiveRefused, match="it is encrypted"):
        read(bytes(encrypted), tmp_path)
    with pytest.raises(ArchiveRefused, match="unknown method"):
        read(zipped(("f", b"123"), method=zipfile.ZIP_LZMA), tmp_path)


def test_a_directory_of_a_zip_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped(("f", b"123")))
    end = data.rfind(b"PK\x05\x06")
    data[end + 12 : end + 16] = (65 << 20).to_bytes(4, "little")
    with pytest.raises(ArchiveRefused, match="its directory has more than"):
        read(bytes(data), tmp_path)


def test_a_full_disk_is_not_the_archives_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive_read, "_write", full)
    with pytest.raises(DiskFull, match="bytes are free"):
        read(tar(("f", b"1")), tmp_path)


@pytest.mark.parametrize("at", [1, 2, 3])
def test_an_interrupt_leaves_nothing(at: int, tmp_path: Path, nothing_stored: Callable[[], None]) -> None:
    calls: list[int] = []

    def interrupt(done: int, total: int) -> None:
        calls.append(done)
        if len(calls) == at:
            raise KeyboardInterrupt("stop")

    with pytest.raises(KeyboardInterrupt, match="stop"):
        read(tar(("f", b"1"), ("g", b"2")), tmp_path, progress=interrupt)
    nothing_stored()


NAMES = st.one_of(
    st.sampled_from(
        ["a", "A", "a/b", "./c", "../d", "/e", "f/", "g/../h", "model.yaml", MANIFEST, "bento.yaml", "i\0j", ""]
    ),
    st.text("ab/.\\é\u0301:\n", max_size=8),
)
MEMBERS = st.lists(
    st.tuples(
        NAMES, st.binary(max_size=20), st.sampled_from(sorted(KINDS)), st.sampled_from(["", "a", "../..", "/etc"])
    ),
    max_size=5,
)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@settings(max_examples=150, deadline=None)
@given(members=MEMBERS, is_zip=st.booleans(), with_record=st.booleans(), cut=st.none() | st.integers(0, 4000))
def test_no_archive_writes_outside_the_store_or_stores_a_part(
    members: list[tuple[str, bytes, str, str]],
    is_zip: bool,
    with_record: bool,
    cut: int | None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("any")
    record = [(MODEL_YAML, RECORD, "file", "")] if with_record else []
    every = [*record, *members]
    data = any_zip(every) if is_zip else any_tar(every)
    (folder / "in").mkdir()
    (folder / "in" / "archive").write_bytes(data[:cut] if cut is not None else data)
    store = Store(folder / "in" / "home")
    try:
        model = archive_read.import_model(store, folder / "in" / "archive")
    except ArchiveRefused:
        assert list(store.layout.models.iterdir()) == []
    else:
        kept = {
            # A name ends at the first zero byte: so zipfile writes it, and so tarfile reads it.
            name.split("\0")[0].removeprefix("./"): data
            for name, data, kind, _ in every
            if "folder" not in kind and not name.endswith("/")
        }
        assert contents(model) == {name: data for name, data in kept.items() if name not in {MODEL_YAML, MANIFEST}}
        assert not any(path.is_symlink() for path in model.path.rglob("*"))
    assert list(store.layout.staging.iterdir()) == []
    assert sorted(path.name for path in folder.iterdir()) == ["in"]
    assert sorted(path.name for path in (folder / "in").iterdir()) == ["archive", "home"]


def any_tar(members: list[tuple[str, bytes, str, str]]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data, kind, target in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = KINDS[kind], target
            info.size = len(data) if "file" in kind else 0
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def any_zip(members: list[tuple[str, bytes, str, str]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data, kind, target in members:
            info = zipfile.ZipInfo(name + "/" if kind == "folder" else name)
            info.external_attr = {"symlink": 0o120777, "pipe": 0o010644, "device": 0o020644}.get(kind, 0o100644) << 16
            if kind == "folder":
                info.external_attr = 0o40755 << 16
            content = {"symlink": target.encode(), "folder": b""}.get(kind, data)
            archive.writestr(info, content)
    return out.getvalue()
