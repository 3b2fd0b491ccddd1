"""What went wrong in a download, in one sentence that says what to do.

MLflow and the storage clients answer in many ways: a bare ``ModuleNotFoundError``, a retry log, a page of XML. The
table below reads them by their text; what it does not know keeps its first sentence. The original error stays chained.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from bentobook.errors import BentobookError, ImportFailed, MissingDependency
from bentobook.mlflow.uri import Source, without_credentials, without_secrets

_LONGEST = 300
_FILE_HEADER = re.compile(r"(?s)^The following failures occurred .*?\n##### File [^\n]*\n(?P<first>.*?)(?:\n#####.*)?$")
_CODE = re.compile(r"^(?:RESOURCE_DOES_NOT_EXIST|INVALID_PARAMETER_VALUE|INTERNAL_ERROR): ")

# The package that a missing module belongs to: (module, package, pip requirement).
_LIBRARIES = (
    ("google", "google-cloud-storage", '"google-cloud-storage>=1.30"'),
    ("azure.identity", "azure-identity", "azure-identity"),
    ("azure.storage.filedatalake", "azure-storage-file-datalake", '"azure-storage-file-datalake>12" azure-identity'),
    ("azure", "azure-storage-blob", '"azure-storage-blob>=12" azure-identity'),
    ("boto3", "boto3", '"bentobook[s3]"'),
    ("botocore", "boto3", '"bentobook[s3]"'),
    ("pysftp", "pysftp", "pysftp"),
    ("paramiko", "paramiko", "pysftp"),
    ("pyarrow", "pyarrow", "pyarrow"),
    ("databricks", "databricks-sdk", "databricks-sdk"),
)
# What mlflow-skinny answers where the full mlflow would open a database.
_NO_DATABASE = re.compile(r"functionality is unavailable; got unsupported URI '(?:sqlite|postgresql|mysql|mssql)")
# What only the full mlflow brings; mlflow-skinny leaves a database to others.
_FULL_MLFLOW = ("sqlalchemy", "alembic", "flask", "fastapi", "docker", "graphene", "sklearn", "scipy")


@dataclass(frozen=True)
class Rule:
    """A failure that is known by its text."""

    pattern: str
    reason: str
    hint: str


_RULES = (
    Rule(
        r"maintenance mode",
        "{server} is a file store, and this MLflow no longer reads one by default",
        "Set MLFLOW_ALLOW_FILE_STORE=true, or move it once with "
        "`mlflow migrate-filestore --source ./mlruns --target sqlite:///mlflow.db`.",
    ),
    Rule(
        r"registered artifact repositor",
        "MLflow knows no storage for {scheme}: URIs",
        "Give a path, runs:/…, models:/…, s3://… or what its plugins add.",
    ),
    Rule(
        r"tracking URI must be a valid\s+http or https URI",
        "an mlflow-artifacts: URI needs a tracking server, and {server} is none",
        "Name the server with mlflow.set_tracking_uri('http://…'), or in the URI: mlflow-artifacts://host:port/….",
    ),
    Rule(
        r"NoCredentialsError|Unable to locate credentials|PartialCredentialsError",
        "there are no AWS credentials",
        "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    ),
    Rule(
        r"DefaultCredentialsError",
        "there are no Google Cloud credentials",
        "Set GOOGLE_APPLICATION_CREDENTIALS, or run `gcloud auth application-default login`.",
    ),
    Rule(
        r"credentials for DBFS|default auth: cannot configure|Databricks CLI",
        "there are no Databricks credentials",
        "Set DATABRICKS_HOST and DATABRICKS_TOKEN, or run `databricks auth login`.",
    ),
    Rule(
        r"no attribute 'get_logged_model'",
        "logged models came with MLflow 3, and an older one is installed",
        'Install a newer one: pip install "mlflow>=3".',
    ),
    Rule(r"libjvm|libhdfs|HADOOP_HOME", "HDFS needs a Java machine and libhdfs", "Set JAVA_HOME and HADOOP_HOME."),
    Rule(r"NoSuchBucket|bucket does not exist", "there is no bucket {host!r}", "Check the name and the endpoint."),
    Rule(
        r"InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied"
        r"|\b40[13]\b.{0,40}(?:Forbidden|Unauthorized|Client Error)|error code 40[13]"
        r"|PERMISSION_DENIED|UNAUTHENTICATED|\(40[13]\)",
        "{host} refused the credentials",
        "Check the credentials of this storage; a tracking server takes MLFLOW_TRACKING_USERNAME and "
        "MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.",
    ),
    Rule(
        r"ConnectionError|Connection refused|NewConnectionError|Max retries exceeded|EndpointConnectionError"
        r"|NameResolutionError|ConnectTimeout|ReadTimeout|timed out|Could not connect|too many 5\d\d",
        "{host} does not answer",
        "Is it running, and reachable from this machine?",
    ),
    Rule(
        r"RESOURCE_DOES_NOT_EXIST|\b404\b|not found|does not exist|No such artifact|NoSuchKey|No versions of model"
        r"|ensure that the path is correct",
        "nothing is there{detail}",
        "Asked at {server}.",
    ),
)


@contextmanager
def explained(source: Source, server: str = "", storage: str = "") -> Iterator[None]:
    """Raise what goes wrong inside the block as :func:`explain` words it; the original error stays chained."""
    try:
        yield
    except BentobookError:
        raise
    except Exception as error:
        raise explain(error, source, server, storage) from error


def explain(error: BaseException, source: Source, server: str = "", storage: str = "") -> BentobookError:
    """Turn any failure of a download or a lookup into an error of this package.

    Parameters
    ----------
    error : BaseException
        What was raised.
    source : Source
        What was being imported.
    server : str
        The tracking server that was asked, without credentials; ``""`` when none was.
    storage : str
        The URI of the folder that the server led to and that was read; ``""`` while the server itself is asked.

    Returns
    -------
    BentobookError
        One sentence: what failed, why, and what to do next.
    """
    for cause in chain(error):
        if isinstance(cause, BentobookError):
            return cause
        if isinstance(cause, ModuleNotFoundError) and cause.name:
            return _missing(cause.name, source, server, storage)
    if _NO_DATABASE.search(_text(error)):
        return _missing("sqlalchemy", source, server)
    known = _known(error, source, server, storage)
    return known or ImportFailed(source.shown, first_sentence(error))


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Walk from an error to what caused it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def first_sentence(error: BaseException) -> str:
    """Return the part of a message that says what happened, without secrets, at most 300 characters."""
    text = str(error).strip() or type(error).__name__
    failed = _FILE_HEADER.match(text)
    text = failed["first"] if failed else text
    line = next((line.strip() for line in text.splitlines() if line.strip()), type(error).__name__)
    line = without_secrets(_CODE.sub("", line).partition(" Response body:")[0])
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def is_not_found(error: BaseException) -> bool:
    """Whether an error says that nothing is where it was looked for."""
    return re.search(_RULES[-1].pattern, _text(error)) is not None and not re.search(_RULES[-2].pattern, _text(error))


def _text(error: BaseException) -> str:
    return "\n".join(f"{type(cause).__name__} {getattr(cause, 'error_code', '')} {cause}" for cause in chain(error))


def _known(error: BaseException, source: Source, server: str, storage: str) -> BentobookError | None:
    text = _text(error)
    for rule in _RULES:
        if re.search(rule.pattern, text):
            words = {
                "host": _host(source, server, storage),
                "scheme": _scheme(source, storage),
                "server": server or source.shown,
                "detail": f" ({first_sentence(error).rstrip('.')})",
            }
            return ImportFailed(source.shown, rule.reason.format(**words), hint=rule.hint.format(**words))
    return None


def _host(source: Source, server: str, storage: str) -> str:
    """Name the machine that was talked to, or the bucket."""
    return urlsplit(without_credentials(storage)).netloc or urlsplit(source.shown).netloc or server or source.shown


def _scheme(source: Source, storage: str) -> str:
    return urlsplit(storage).scheme or source.scheme


def _missing(module: str, source: Source, server: str, storage: str = "") -> BentobookError:
    for prefix, package, requirement in _LIBRARIES:
        if module == prefix or module.startswith(f"{prefix}."):
            return MissingDependency(
                package, feature=f"Reading {_scheme(source, storage)}:// URIs", requirement=requirement
            )
    if module.partition(".")[0] in _FULL_MLFLOW:
        return MissingDependency("mlflow", feature=f"Reading {server or source.shown}, beyond mlflow-skinny,")
    return MissingDependency(module.partition(".")[0], feature=f"Reading {source.shown}")
