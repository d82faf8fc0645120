"""ONNX models with 8-bit weights, computed in 8 bits.

A model whose weights are kept in 8 bits only to be small widens them to floats when it is loaded: for a sentence of ten
words, most time then goes into reading forty megabytes of them. Here each `MatMul` with such weights becomes the four
standard operators that quantize its other factor and multiply integers, which the runtime fuses into one kernel.

Only as much of the format is read as that takes: a model is a protocol buffer whose field 7 is the graph, whose nodes
are fields 1 and whose initializers are fields 5 (onnx.proto, ONNX 1.17).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

_GRAPH = 7
_NODE, _INITIALIZER = 1, 5
_INPUT, _OUTPUT, _OPERATOR, _ATTRIBUTE = 1, 2, 4, 5
_TYPE, _NAME = 2, 8
_INT8, _FLOAT = 3, 1


class _Node(NamedTuple):
    operator: str
    inputs: list[str]
    outputs: list[str]


def integer_products(model: bytes) -> bytes:
    """The model with its products by 8-bit weights done in integers; cosines to its own vectors stay above 0.99."""
    parts = []
    for number, content, whole in _fields(memoryview(model)):
        parts.append(_field(number, _rewritten(content)) if number == _GRAPH else whole)
    return b"".join(parts)


def _rewritten(graph: memoryview) -> bytes:
    fields = list(_fields(graph))
    tensors = [_tensor(content) for number, content, _ in fields if number == _INITIALIZER]
    narrow = {name for name, kind in tensors if kind == _INT8}
    nodes = [_node(content) if number == _NODE else None for number, content, _ in fields]
    made_by = {name: node for node in nodes if node is not None for name in node.outputs}
    parts: list[bytes | memoryview] = []
    for node, (_, _, whole) in zip(nodes, fields, strict=True):
        weights = _weights(node, made_by, narrow) if node is not None else None
        parts.append(whole if node is None or weights is None else _product(node, *weights))
    return b"".join(parts)


def _weights(node: _Node, nodes: dict[str, _Node], narrow: set[str]) -> tuple[str, str] | None:
    """The names of the 8-bit weights a node multiplies by, and of their scale, if it is such a product."""
    scaled = nodes.get(node.inputs[1]) if node.operator == "MatMul" else None
    if scaled is None or scaled.operator != "Mul":
        return None
    for widened, scale in (scaled.inputs, reversed(scaled.inputs)):
        cast = nodes.get(widened)
        if cast is not None and cast.operator == "Cast" and cast.inputs[0] in narrow:
            return cast.inputs[0], scale
    return None


def _product(node: _Node, weights: str, scale: str) -> bytes:
    """x·W as (x in 8 bits)·W, times both scales."""
    (result,), factor = node.outputs, node.inputs[0]
    narrow, step, zero, whole, wide, both = (
        f"{result}/{part}" for part in ("narrow", "step", "zero", "whole", "wide", "both")
    )
    # the attribute's name, its value (field 3), and that this is an integer (field 20)
    to_float = _field(1, b"to") + bytes([3 << 3, _FLOAT, 20 << 3 & 0x7F | 0x80, 20 << 3 >> 7, 2])
    return b"".join(
        (
            _made("DynamicQuantizeLinear", [factor], [narrow, step, zero]),
            _made("MatMulInteger", [narrow, weights, zero], [whole]),
            _made("Cast", [whole], [wide], to_float),
            _made("Mul", [step, scale], [both]),
            _made("Mul", [wide, both], [result]),
        )
    )


def _made(operator: str, inputs: Sequence[str], outputs: Sequence[str], attribute: bytes = b"") -> bytes:
    content = b"".join(_field(_INPUT, name.encode()) for name in inputs)
    content += b"".join(_field(_OUTPUT, name.encode()) for name in outputs)
    content += _field(_OPERATOR, operator.encode()) + (_field(_ATTRIBUTE, attribute) if attribute else b"")
    return _field(_NODE, content)


def _node(content: memoryview) -> _Node:
    node = _Node("", [], [])
    for number, value, _ in _fields(content):
        match number:
            case 1:
                node.inputs.append(str(value, "utf-8"))
            case 2:
                node.outputs.append(str(value, "utf-8"))
            case 4:
                node = node._replace(operator=str(value, "utf-8"))
    return node


def _tensor(content: memoryview) -> tuple[str, int]:
    """A tensor's name and type of element."""
    name, kind = "", 0
    for number, value, _ in _fields(content):
        if number == _NAME:
            name = str(value, "utf-8")
        elif number == _TYPE:
            kind = value[0]
    return name, kind


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview, memoryview]]:
    """(number, content, number and content as they stand) of each field of a protocol buffer."""
    at = 0
    while at < len(message):
        start = at
        key, at = _varint(message, at)
        match key & 7:
            case 0:
                content = at
                _, at = _varint(message, at)
            case 2:
                length, content = _varint(message, at)
                at = content + length
            case fixed:
                content, at = at, at + {1: 8, 5: 4}[fixed]
        yield key >> 3, message[content:at], message[start:at]


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """A number written seven bits a byte, the lowest first, and where it ends."""
    value = shift = 0
    while message[at] & 0x80:
        value |= (message[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
    return value | message[at] << shift, at + 1


def _field(number: int, content: bytes) -> bytes:
    length, sized = len(content), b""
    while length > 0x7F:
        sized, length = sized + bytes([length & 0x7F | 0x80]), length >> 7
    return bytes([number << 3 | 2]) + sized + bytes([length]) + content
