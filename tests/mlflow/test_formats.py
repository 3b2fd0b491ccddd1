import gzip
import json
import pickle
import zipfile

import cloudpickle
import numpy as np
import pytest

from bentobook.mlflow.formats import format_of


def pickled(value):
    return pickle.dumps(value)


def joblib_file(file):
    import joblib

    joblib.dump({"a": np.arange(4)}, file)


def torch_file(file):
    import torch

    torch.save({"w": torch.zeros(2)}, file)


def torch_script(file):
    import torch

    torch.jit.save(torch.jit.script(torch.nn.Linear(1, 1)), str(file))


def exported(file):
    import torch

    torch.export.save(torch.export.export(torch.nn.Linear(2, 1), (torch.zeros(1, 2),)), str(file))


def booster(file):
    import xgboost

    matrix = xgboost.DMatrix(np.arange(8).reshape(4, 2), label=[0, 1, 0, 1])
    xgboost.train({}, matrix, 1).save_model(file)


def lightgbm_text(file):
    import lightgbm

    data = lightgbm.Dataset(np.arange(80.0).reshape(40, 2), label=np.arange(40) % 2)
    lightgbm.train({"verbose": -1}, data, 1).save_model(str(file))


def skops_file(file):
    import skops.io
    from sklearn.linear_model import LogisticRegression

    skops.io.dump(LogisticRegression(), file)


def safetensors_file(file):
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    file.write_bytes(len(header).to_bytes(8, "little") + header + b"\0" * 4)


CASES = [
    ("model.pkl", lambda file: file.write_bytes(pickled({"a": 1})), "pickle"),
    ("model.json", lambda file: file.write_bytes(pickled({"a": 1})), "pickle"),
    ("old.txt", lambda file: file.write_bytes(pickle.dumps([1, 2], protocol=0)), "unknown"),
    ("old.csv", lambda file: file.write_bytes(b"cos\nsystem\n(S'id'\ntR."), "unknown"),
    ("model.bin", lambda file: file.write_bytes(cloudpickle.dumps(lambda: 1)), "cloudpickle"),
    ("model.joblib", joblib_file, "joblib"),
    ("model.gz", lambda file: file.write_bytes(gzip.compress(pickled(1))), "compressed"),
    ("model.onnx", torch_file, "torch pickle"),
    ("model.pth", torch_script, "torchscript"),
    ("model.pt2", exported, "pt2"),
    ("model.ubj", booster, "ubj"),
    ("model.json", booster, "json"),
    ("model.lgb", lightgbm_text, "lightgbm text"),
    ("model.skops", skops_file, "skops"),
    ("w.safetensors", safetensors_file, "safetensors"),
    ("a.npy", lambda file: np.save(file, np.arange(3)), "npy"),
    ("a.npz", lambda file: np.savez(file, a=np.arange(3)), "npz"),
    ("a.json", lambda file: file.write_text('{"a": 1}'), "json"),
    ("a.csv", lambda file: file.write_text("a,b\n1,2\n"), "csv"),
    ("helper.py", lambda file: file.write_text("import os\n"), "code"),
    ("empty", lambda file: file.write_bytes(b""), "empty"),
    ("noise", lambda file: file.write_bytes(bytes(range(255, 0, -1))), "unknown"),
    ("model.onnx", lambda file: file.write_bytes(b"\x08\x09\x12\x07pytorch"), "onnx"),
    ("broken.zip", lambda file: file.write_bytes(b"PK\x03\x04broken"), "unknown"),
]


@pytest.mark.parametrize(("name", "write", "expected"), CASES, ids=[f"{case[0]} {case[2]}" for case in CASES])
def test_a_format_is_told_from_the_content(tmp_path, name, write, expected):
    file = tmp_path / name
    write(file)
    assert format_of(file) == expected


def test_a_pickle_hidden_in_an_archive_of_another_format_is_found(tmp_path):
    file = tmp_path / "model.skops"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("schema.json", "{}")
        archive.writestr("archive/data.pkl", pickled(1))
    assert format_of(file) == "torch pickle"


def test_a_file_that_is_gone_is_not_an_error(tmp_path):
    assert format_of(tmp_path / "gone") == "unreadable"
