from __future__ import annotations

import subprocess
import sys
import threading
import types

import cloudpickle
import pytest

from bentobook.errors import InvalidArgument, StoreUnreadable
from bentobook.store import custom_objects


@pytest.fixture
def module(monkeypatch):
    """Make a module that no other process can import."""
    made = types.ModuleType("only_here")
    exec("def double(x):\n    return 2 * x\n", made.__dict__)
    monkeypatch.setitem(sys.modules, "only_here", made)
    return made


def test_one_dict_is_written_as_bentoml_reads_it(tmp_path):
    (tmp_path / "file").write_bytes(custom_objects.dump({"f": lambda x: x + 1}))
    with (tmp_path / "file").open("rb") as file:
        assert cloudpickle.load(file)["f"](1) == 2


def test_code_of_an_external_module_travels_with_its_objects(tmp_path, module):
    (tmp_path / "file").write_bytes(custom_objects.dump({"double": module.double}, [module]))
    code = "import sys, cloudpickle; print(cloudpickle.load(open(sys.argv[1], 'rb'))['double'](4))"
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "file"], capture_output=True, check=True)

    assert done.stdout == b"8\n"


def test_modules_are_pickled_by_value_only_meanwhile(module):
    custom_objects.dump({"double": module.double}, [module])

    assert "only_here" not in cloudpickle.list_registry_pickle_by_value()


def test_a_module_that_was_registered_before_stays_so(module):
    cloudpickle.register_pickle_by_value(module)
    try:
        custom_objects.dump({"double": module.double}, [module])
        assert "only_here" in cloudpickle.list_registry_pickle_by_value()
    finally:
        cloudpickle.unregister_pickle_by_value(module)


def test_an_object_that_cannot_be_pickled_is_refused():
    with pytest.raises(InvalidArgument, match="objects that can be pickled"):
        custom_objects.dump({"lock": threading.Lock()})


def test_a_file_that_holds_no_dict_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(cloudpickle.dumps([1]))

    with pytest.raises(StoreUnreadable, match="it holds no dict"):
        custom_objects.load(tmp_path / "file")


def test_no_file_means_no_objects(tmp_path):
    assert custom_objects.load(tmp_path / "missing") == {}
