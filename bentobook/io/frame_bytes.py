"""DataFrames as CSV, Parquet and Arrow: what may come from anybody, read within bounds.

Parquet is read in pieces, Arrow only uncompressed and after every offset in it was checked: a small file must not
become a large table, and no file may make the reader look where nothing is.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from bentobook.errors import AnswerUnfit, BadRequestBody, BentobookError, BodyTooLarge
from bentobook.io.arrow_messages import has_compressed
from bentobook.text import one_line, size

MAX_BYTES: Final = 512 << 20
"""What a table may hold when it is unpacked."""
MAX_CELLS: Final = 50_000_000
_ROWS_AT_ONCE: Final = 65_536
_FILE_MAGIC: Final = b"ARROW1"


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn whatever a parser raises on foreign bytes into BadRequestBody."""
    try:
        yield
    except BentobookError:
        raise
    except MemoryError as error:
        raise BodyTooLarge(what, "more than there is memory for", size(MAX_BYTES)) from error
    except Exception as error:
        raise BadRequestBody(what, one_line(error, 160).rstrip(".") or type(error).__name__) from error


def read_csv(body: bytes, *, header: int | None = 0, dtype: Any = None) -> Any:
    """Read a table; only empty cells are missing.

    Parameters
    ----------
    body : bytes
        UTF-8 text, commas between cells.
    header : int or None
        The line of the column names, None where there is none.
    dtype : mapping, optional
        Columns whose cells are not guessed.
    """
    import pandas as pd

    with reading("a CSV table"):
        text = body.decode("utf-8-sig")
        frame = pd.read_csv(
            io.StringIO(text),
            header=header,
            dtype=dtype,
            keep_default_na=False,
            na_values=[""],
            low_memory=False,
        )
    if not isinstance(frame.index, pd.RangeIndex):
        raise BadRequestBody("a CSV table", "its rows have more cells than its header")
    return frame


def read_parquet(body: bytes) -> Any:
    """Read a Parquet file."""
    what = "a Parquet file"
    with reading(what):
        import pyarrow as pa
        import pyarrow.parquet as pq

        file = pq.ParquetFile(pa.BufferReader(body))
        meta = file.metadata
        declared = sum(meta.row_group(each).total_byte_size for each in range(meta.num_row_groups))
        _check_size(what, meta.num_rows, meta.num_columns, declared)
        pieces, held = [], 0
        for piece in file.iter_batches(batch_size=max(1, min(_ROWS_AT_ONCE, MAX_BYTES // max(declared, 1)))):
            held += piece.nbytes
            _check_size(what, piece.num_rows, piece.num_columns, held)
            pieces.append(piece)
        return _to_pandas(pa.Table.from_batches(pieces, schema=file.schema_arrow), what)


def read_arrow(body: bytes) -> Any:
    """Read an Arrow stream, or an Arrow file (Feather 2)."""
    what = "an Arrow table"
    with reading(what):
        import pyarrow as pa

        stream = body[8:] if body[:6] == _FILE_MAGIC else body  # a file is a stream with a list of its parts behind it
        if has_compressed(stream):
            raise BadRequestBody(what, "its buffers are compressed", hint="Write it with compression=None.")
        table = pa.ipc.open_stream(pa.BufferReader(stream)).read_all()
        _check_size(what, table.num_rows, table.num_columns, 0)
        table.validate(full=True)
        return _to_pandas(table, what)


def _check_size(what: str, rows: int, columns: int, n_bytes: int) -> None:
    if rows * max(columns, 1) > MAX_CELLS:
        raise BodyTooLarge(what, f"{rows:,} rows of {columns:,} columns", f"{MAX_CELLS:,} cells")
    if n_bytes > MAX_BYTES:
        raise BodyTooLarge(what, f"{size(n_bytes)} unpacked", size(MAX_BYTES))


def _to_pandas(table: Any, what: str) -> Any:
    for field in table.schema:
        if not _is_plain(field.type):
            got = f"the column {one_line(field.name, 40)!r} has the type {one_line(field.type, 40)}"
            raise BadRequestBody(what, got)
    return table.to_pandas()


def _is_plain(kind: Any) -> bool:
    """Whether a type, and each that it is made of, holds its values one by one and is Arrow's own."""
    import pyarrow as pa

    if isinstance(kind, pa.BaseExtensionType) or pa.types.is_run_end_encoded(kind) or pa.types.is_union(kind):
        return False
    return all(_is_plain(kind.field(place).type) for place in range(kind.num_fields))


def write_csv(frame: Any) -> bytes:
    """Write a table with its column names, without its index."""
    text: str = frame.to_csv(index=False)
    return text.encode()


def write_parquet(frame: Any, descriptor: str) -> bytes:
    """Write a Parquet file."""
    file = io.BytesIO()
    with _writing(descriptor):
        import pyarrow.parquet as pq

        pq.write_table(_to_arrow(frame), file)
    return file.getvalue()


def write_arrow(frame: Any, descriptor: str) -> bytes:
    """Write an Arrow stream, uncompressed."""
    file = io.BytesIO()
    with _writing(descriptor):
        import pyarrow as pa

        table = _to_arrow(frame)
        with pa.ipc.new_stream(file, table.schema) as writer:
            writer.write_table(table)
    return file.getvalue()


def _to_arrow(frame: Any) -> Any:
    import pyarrow as pa

    named = frame if all(isinstance(each, str) for each in frame.columns) else frame.rename(columns=str)
    return pa.Table.from_pandas(named)


@contextmanager
def _writing(descriptor: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, NotImplementedError) as error:  # pyarrow's own errors are of these
        raise AnswerUnfit(descriptor, one_line(error, 160)) from error
