from __future__ import annotations

import json

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from bentobook.errors import StoreUnreadable
from bentobook.store import manifest
from bentobook.store.manifest import FileEntry, Manifest

# A name that is no UTF-8 reaches Python with its bytes as U+DC80 to U+DCFF.
signs = st.characters(exclude_characters="\0", exclude_categories=["Cs"]) | st.characters(
    min_codepoint=0xDC80, max_codepoint=0xDCFF, categories=["Cs"]
)
paths = st.text(signs, min_size=1, max_size=8)
entries = st.builds(
    FileEntry,
    path=paths,
    size=st.integers(0, 2**40),
    mode=st.just(0o444),
    mtime_ns=st.integers(0, 2**60),
    digest=st.binary(max_size=4).map(manifest.digest_of),
)
manifests = st.lists(entries, max_size=4, unique_by=lambda entry: entry.path).map(
    lambda files: Manifest(tuple(sorted(files, key=lambda entry: entry.path)), {"kind": "mlflow"})
)
SAMPLE = Manifest(
    (
        FileEntry("mlflow_model/MLmodel", 5, 0o444, 1, manifest.digest_of(b"hello")),
        FileEntry("model.yaml", 3, 0o444, 2, manifest.digest_of(b"abc")),
    ),
    {"kind": "mlflow"},
)


@given(manifests)
def test_a_manifest_is_read_back_as_it_was_written(written):
    assert manifest.parse(manifest.dump(written), "test") == written


def test_every_flipped_bit_is_noticed():
    data = manifest.dump(SAMPLE)
    for at in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[at] ^= 1 << bit
            with pytest.raises(StoreUnreadable, match=r"manifest|checksum|format"):
                manifest.parse(bytes(changed), "test")


@given(st.data())
def test_a_manifest_that_was_cut_or_grew_is_refused(data):
    whole = manifest.dump(SAMPLE)
    at = data.draw(st.integers(0, len(whole) - 1))

    with pytest.raises(StoreUnreadable, match=r"manifest|checksum"):
        manifest.parse(whole[:at], "test")
    with pytest.raises(StoreUnreadable, match=r"manifest|checksum"):
        manifest.parse(whole[:at] + b" " + whole[at:], "test")


@given(st.binary(max_size=60) | st.recursive(st.none() | st.integers(), st.lists).map(lambda v: json.dumps(v).encode()))
def test_other_bytes_are_one_typed_error(data):
    with pytest.raises(StoreUnreadable, match=r"manifest|checksum"):
        manifest.parse(data, "test")


def test_a_later_format_says_what_to_do():
    with pytest.raises(StoreUnreadable, match="Install a newer bentobook"):
        manifest.parse(b'{"format": 2}', "test")


def test_the_digest_of_a_model_covers_path_size_and_digest_of_its_content():
    line = f"mlflow_model/MLmodel\0005\0{manifest.digest_of(b'hello')}\n".encode()

    assert SAMPLE.content_digest == "b3:" + blake3(line).hexdigest()
    assert (SAMPLE.size, SAMPLE.n_files) == (5, 1)


@given(st.lists(entries, min_size=1, max_size=4, unique_by=lambda entry: entry.path), st.randoms())
def test_the_digest_does_not_depend_on_the_order(files, random):
    shuffled = list(files)
    random.shuffle(shuffled)

    assert manifest.content_digest(shuffled) == manifest.content_digest(files)


def test_describe_digests_every_file_but_the_manifest(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/b.bin").write_bytes(b"b")
    (tmp_path / "model.yaml").write_bytes(b"y")
    (tmp_path / manifest.MANIFEST).write_bytes(b"{}")

    assert [(entry.path, entry.digest) for entry in manifest.describe(tmp_path)] == [
        ("deep/b.bin", manifest.digest_of(b"b")),
        ("model.yaml", manifest.digest_of(b"y")),
    ]


def test_a_version_without_manifest_has_none(tmp_path):
    assert manifest.read(tmp_path) is None
