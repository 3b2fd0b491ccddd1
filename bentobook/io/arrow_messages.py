"""Whether an Arrow stream holds compressed buffers: found in its messages, without unpacking anything.

A message is a flatbuffer (https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format): a table
whose fields are found through a list of offsets. ``Message`` has the fields version, header_type, header, bodyLength;
``RecordBatch`` has length, nodes, buffers, compression; ``DictionaryBatch`` has id, data.
"""

from __future__ import annotations

import struct
from typing import Any, Final

_HEADER_TYPE, _HEADER, _COMPRESSION, _DATA = 1, 2, 3, 1
_DICTIONARY_BATCH: Final = 2
_RECORD_BATCH: Final = 3


def has_compressed(stream: bytes) -> bool:
    """Look at each message of a stream.

    Parameters
    ----------
    stream : bytes
        Encapsulated messages; whatever follows the last one is not looked at.

    Raises
    ------
    ValueError, struct.error, pyarrow.ArrowInvalid
        When it is no stream.
    """
    import pyarrow as pa

    reader = pa.ipc.MessageReader.open_stream(pa.BufferReader(stream))
    while True:
        try:
            message = reader.read_next_message()
        except StopIteration:
            return False
        if _is_compressed(message.metadata.to_pybytes()):
            return True


def _is_compressed(message: bytes) -> bool:
    root = _unsigned(message, 0)
    place = _field(message, root, _HEADER_TYPE)
    kind = message[place] if place else 0
    header = _table(message, root, _HEADER)
    if kind == _DICTIONARY_BATCH and header:
        header, kind = _table(message, header, _DATA), _RECORD_BATCH
    return kind == _RECORD_BATCH and bool(header) and bool(_field(message, header, _COMPRESSION))


def _unsigned(message: bytes, place: int) -> int:
    return int(struct.unpack_from("<I", message, place)[0])


def _field(message: bytes, table: int, number: int) -> int:
    """Find a field of a table; 0 where it is left out."""
    offsets = table - struct.unpack_from("<i", message, table)[0]
    length = struct.unpack_from("<H", message, offsets)[0]
    entry = 4 + 2 * number
    offset: Any = struct.unpack_from("<H", message, offsets + entry)[0] if entry < length else 0
    return table + offset if offset else 0


def _table(message: bytes, table: int, number: int) -> int:
    place = _field(message, table, number)
    return place + _unsigned(message, place) if place else 0
