import pytest

from bentobook.errors import ImportFailed, InvalidTag, MissingDependency
from bentobook.mlflow.failures import explain, first_sentence
from bentobook.mlflow.uri import read

MAINTENANCE = "The filesystem tracking backend (e.g., './mlruns') is in maintenance mode and will not receive ..."
SCHEMES = "Could not find a registered artifact repository for: foo://x/. Currently registered schemes are: ['', 's3']"
NOT_HTTP = "When an mlflow-artifacts URI was supplied, the tracking URI must be a valid http or https URI, but it was"
REFUSED = "API request to http://h:1/api failed with exception HTTPConnectionPool(host='h'): Max retries exceeded"


@pytest.mark.parametrize(
    ("uri", "error", "sentence"),
    [
        ("runs:/a/m", Exception(MAINTENANCE), "MLFLOW_ALLOW_FILE_STORE=true.*mlflow migrate-filestore"),
        ("foo://x/y", Exception(SCHEMES), "MLflow knows no storage for foo: URIs"),
        ("mlflow-artifacts:/0/a", Exception(NOT_HTTP), "needs a tracking server, and http://server is none"),
        ("s3://b/x", Exception("Unable to locate credentials"), "no AWS credentials. Set AWS_PROFILE"),
        ("s3://b/x", Exception("The specified bucket does not exist (NoSuchBucket)"), "there is no bucket 'b'"),
        ("s3://b/x", Exception("An error occurred (403) when calling ListObjectsV2: Forbidden"), "b refused the cred"),
        ("m-" + "0" * 32, Exception("'MlflowClient' object has no attribute 'get_logged_model'"), "came with MLflow 3"),
        ("hdfs://n/x", OSError("Unable to load libjvm"), "HDFS needs a Java machine and libhdfs"),
        ("dbfs:/x", Exception("Failed to get credentials for DBFS; they are read from"), "no Databricks credentials"),
        ("runs:/a/m", Exception(REFUSED), "http://server does not answer. Is it running"),
        ("https://dead/api/x", ConnectionError("Connection refused"), "dead does not answer"),
        ("runs:/a/m", Exception("RESOURCE_DOES_NOT_EXIST: Run with id=a not found"), "Asked at http://server"),
        ("s3://b/x", Exception("Something else.\nA page of details."), r"Cannot import s3://b/x: Something else\.$"),
    ],
)
def test_a_failure_is_one_sentence_that_says_what_to_do(uri, error, sentence):
    found = explain(error, read(uri), "http://server")
    assert isinstance(found, ImportFailed)
    with pytest.raises(ImportFailed, match=sentence):
        raise found
    assert "\n" not in str(found)


@pytest.mark.parametrize(
    ("uri", "module", "package", "requirement"),
    [
        ("gs://b/x", "google.cloud", "google-cloud-storage", '"google-cloud-storage>=1.30"'),
        ("s3://b/x", "boto3", "boto3", '"bentobook[s3]"'),
        ("wasbs://b/x", "azure", "azure-storage-blob", '"azure-storage-blob>=12" azure-identity'),
        ("sftp://b/x", "paramiko", "paramiko", "pysftp"),
        ("runs:/a/m", "sqlalchemy", "mlflow", "mlflow"),
        ("r2://b/x", "odd_client", "odd_client", "odd_client"),
    ],
)
def test_a_missing_client_is_named_with_its_pip_line(uri, module, package, requirement):
    error = ModuleNotFoundError(f"No module named '{module}'", name=module)
    found = explain(error, read(uri), "sqlite:///x.db")
    assert isinstance(found, MissingDependency)
    assert (found.package, found.requirement) == (package, requirement)


def test_an_error_of_ours_stays_as_it_is():
    inner = InvalidTag("x", "y")
    outer = RuntimeError("outer")
    outer.__cause__ = inner
    assert explain(outer, read("runs:/a/m")) is inner


def test_of_many_files_the_first_failure_is_told():
    text = (
        "The following failures occurred while downloading one or more artifacts from s3://b/x:\n"
        "##### File a/b.pkl #####\nThe network is on fire\n##### File c #####\nAnother"
    )
    assert first_sentence(Exception(text)) == "The network is on fire"


def test_a_failure_tells_no_secret():
    found = explain(Exception("GET https://u:pw@h/x?X-Amz-Signature=abc broke"), read("https://u:pw@h/x?sig=abc"))
    assert str(found) == "Cannot import https://h/x: GET https://h/x broke."


def test_a_long_text_is_cut():
    assert len(first_sentence(Exception("word " * 1000))) == 300


def test_a_loop_of_causes_ends():
    one, two = Exception("one"), Exception("two")
    one.__cause__, two.__cause__ = two, one
    assert "one" in str(explain(one, read("s3://b/x")))
