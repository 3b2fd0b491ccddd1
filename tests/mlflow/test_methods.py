import pytest

from bentobook.errors import InvalidArgument, UnsupportedSignature
from bentobook.mlflow.methods import declared, for_bentoml, for_record
from bentobook.store.model_yaml import ModelSignature

BATCHABLE = ModelSignature(batchable=True)


@pytest.mark.parametrize(
    ("signatures", "methods", "expected"),
    [
        (None, None, {"predict": ModelSignature()}),
        ({"predict": {"batchable": True}}, None, {"predict": BATCHABLE}),
        (None, ["predict", "predict_proba"], {"predict": ModelSignature(), "predict_proba": ModelSignature()}),
        (None, {"predict": {"batchable": True, "batch_dim": 1}}, {"predict": ModelSignature(True, (1, 1))}),
        ({"predict": {"batchable": True}}, ["predict"], {"predict": BATCHABLE}),
        ({"predict": {"batchable": True}}, {"predict": {"batchable": False}}, {"predict": ModelSignature()}),
        ({"predict": BATCHABLE}, ["apply"], {"predict": BATCHABLE, "apply": ModelSignature()}),
        (None, ["__call__"], {"__call__": ModelSignature()}),
        (None, [], {"predict": ModelSignature()}),
    ],
)
def test_signatures_and_methods_make_one_table(signatures, methods, expected):
    assert declared(signatures, methods) == expected


@pytest.mark.parametrize("signatures", [{"predict_proba": {}}, {"predict": {}, "transform": {}}, {}])
def test_signatures_other_than_predict_get_bentomls_error_and_a_hint(signatures):
    with pytest.raises(
        UnsupportedSignature, match="MLflow pyfunc model support only the `predict` method, signatures="
    ):
        declared(signatures, None)


def test_the_hint_names_the_other_argument():
    with pytest.raises(UnsupportedSignature, match=r"Name further methods with methods=\['predict_proba'\]"):
        declared({"predict_proba": {}}, None)


@pytest.mark.parametrize("methods", [["_secret"], ["a b"], [3], ["__init__"], [""]])
def test_what_is_no_public_method_is_refused(methods):
    with pytest.raises(InvalidArgument, match="the name of a public method"):
        declared(None, methods)


def test_one_name_without_a_list_is_refused_with_the_list():
    with pytest.raises(InvalidArgument, match=r"Write methods=\['predict_proba'\]"):
        declared(None, "predict_proba")


def test_bentoml_sees_predict_alone():
    methods = declared(None, {"predict_proba": {"batchable": True}})
    assert for_bentoml(methods) == {"predict": ModelSignature()}
    assert for_record(methods) == {"predict_proba": {"batchable": True, "batch_dim": [0, 0]}}
