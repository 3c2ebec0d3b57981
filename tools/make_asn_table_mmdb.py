"""Writes MaxMind DB files (format 2.0) from sorted address ranges.

A range table becomes a binary tree by halving: the slice of ranges inside a block is known by its
two ends, so a block that one range covers is a leaf, a block without ranges is empty, and only
what lies between is halved again. No tree is built and pruned, which is why this needs seconds for
half a million ranges where inserting network after network needs minutes.

IPv4 lies at ::/96, as readers expect, and again at ::ffff:0:0/96, so that a mapped address is
found as well.
"""

import bisect
import struct

MARKER = b"\xab\xcd\xefMaxMind.com"
POINTER, STRING, MAP, UINT16, UINT32, UINT64, ARRAY = 1, 2, 7, 5, 6, 9, 11
MAPPED = 0xFFFF << 32  # ::ffff:0:0


def _control(kind, size):
    """The control byte (two from type 8 on) with its size; sizes up to 65 820 are enough here."""
    extended = b"" if kind < 8 else bytes([kind - 7])
    top = (kind if kind < 8 else 0) << 5
    if size < 29:
        return bytes([top | size]) + extended
    if size < 285:
        return bytes([top | 29]) + extended + bytes([size - 29])
    return bytes([top | 30]) + extended + struct.pack(">H", size - 285)


def _number(kind, value):
    text = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return _control(kind, len(text)) + text


def _pointer(offset):
    if offset < 1 << 11:
        return struct.pack(">H", POINTER << 13 | offset)
    if offset < (1 << 19) + 2048:
        value = offset - 2048
        return bytes([POINTER << 5 | 1 << 3 | value >> 16]) + struct.pack(">H", value & 0xFFFF)
    return bytes([POINTER << 5 | 3 << 3]) + struct.pack(">I", offset)


class _Data:
    """The data section. A text or record that was written once is pointed at from then on."""

    def __init__(self):
        self.bytes = bytearray()
        self._texts = {}
        self._records = {}

    def record(self, record):
        """The offset of a record, a tuple of (name, value) pairs."""
        offset = self._records.get(record)
        if offset is None:
            encoded = self._encode(record)
            offset = self._records[record] = len(self.bytes)
            self.bytes += encoded
        return offset

    def _encode(self, value):
        if isinstance(value, tuple):
            parts = [_control(MAP, len(value))]
            for name, inner in value:
                parts += [self._text(name), self._encode(inner)]
            return b"".join(parts)
        return self._text(value) if isinstance(value, str) else _number(UINT32, value)

    def _text(self, text):
        offset = self._texts.get(text)
        if offset is None:
            offset = self._texts[text] = len(self.bytes)
            encoded = text.encode()
            self.bytes += _control(STRING, len(encoded)) + encoded
        return _pointer(offset)


class _Tree:
    """Nodes as two numbers each: a node (>= 0), nothing (None), or a leaf (-1 - data offset)."""

    def __init__(self):
        self.nodes = []

    def block(self, table, base, bits):
        """The record for the 2**bits addresses from `base`; `table` = (starts, ends, leaves)."""
        starts, ends, _ = table
        last = base + (1 << bits) - 1
        first = bisect.bisect_left(ends, base)
        behind = bisect.bisect_right(starts, last)
        return self._halve(table, base, bits, first, behind)

    def _halve(self, table, base, bits, first, behind):
        if first >= behind:
            return None
        starts, ends, leaves = table
        if starts[first] <= base and ends[first] >= base + (1 << bits) - 1:
            return leaves[first]
        half = 1 << (bits - 1)
        middle = base + half
        left_behind = bisect.bisect_left(starts, middle, first, behind)
        right_first = bisect.bisect_left(ends, middle, first, behind)
        number = len(self.nodes)
        self.nodes.append(None)
        left = self._halve(table, base, bits - 1, first, left_behind)
        right = self._halve(table, middle, bits - 1, right_first, behind)
        self.nodes[number] = (left, right)
        return number

    def graft(self, base, depth, record):
        """Hangs `record` at the /depth of `base`, making the nodes on the way there."""
        node = 0
        for level in range(depth):
            right = base >> (127 - level) & 1
            pair = list(self.nodes[node])
            below = pair[right]
            if level == depth - 1:
                pair[right] = record
            elif below is None:
                pair[right] = len(self.nodes)
                self.nodes.append((None, None))
            elif below < 0:
                raise ValueError("an IPv6 range covers the place of the IPv4 addresses")
            self.nodes[node] = tuple(pair)
            node = pair[right]


def merged(ranges):
    """Sorted, with neighbours of one record joined; of two that overlap the first keeps the
    addresses that both claim."""
    result = []
    for start, end, record in sorted(ranges, key=lambda row: row[:2]):
        if result:
            start = max(start, result[-1][1] + 1)
            if result[-1][2] == record and result[-1][1] + 1 == start:
                start = result.pop()[0]
        if start <= end:
            result.append((start, end, record))
    return result


def write(path, v4, v6, kind, description, built):
    """Writes the table and gives its number of nodes. v4 and v6: rows of (first address, last
    address, record), a record being a tuple of (name, text or number or again a record) pairs;
    `built`: seconds since 1970."""
    data, tree = _Data(), _Tree()

    def table(ranges):
        rows = merged(ranges)
        leaves = [-1 - data.record(record) for _, _, record in rows]
        return [row[0] for row in rows], [row[1] for row in rows], leaves

    v6_table, v4_table = table(v6), table(v4)
    if tree.block(v6_table, 0, 128) is None:
        tree.nodes.append((None, None))  # the root, which has number 0
    v4_root = tree.block(v4_table, 0, 32)
    tree.graft(0, 96, v4_root)
    tree.graft(MAPPED, 96, v4_root)
    count = len(tree.nodes)
    wide = count + 16 + len(data.bytes) >= 1 << 24
    with open(path, "wb") as file:
        file.write(_search_tree(tree.nodes, count, wide))
        file.write(bytes(16))
        file.write(data.bytes)
        file.write(MARKER)
        file.write(_metadata(count, wide, kind, description, built))
    return count


def _search_tree(nodes, count, wide):
    def number(record):
        if record is None:
            return count
        return record if record >= 0 else count + 16 - 1 - record

    size = 32 if wide else 24
    out = bytearray()
    for left, right in nodes:
        out += (number(left) << size | number(right)).to_bytes(size // 4, "big")
    return out


def _metadata(count, wide, kind, description, built):
    def text(value):
        encoded = value.encode()
        return _control(STRING, len(encoded)) + encoded

    fields = [
        ("binary_format_major_version", _number(UINT16, 2)),
        ("binary_format_minor_version", _number(UINT16, 0)),
        ("build_epoch", _number(UINT64, built)),
        ("database_type", text(kind)),
        ("description", _control(MAP, 1) + text("en") + text(description)),
        ("ip_version", _number(UINT16, 6)),
        ("languages", _control(ARRAY, 0)),
        ("node_count", _number(UINT32, count)),
        ("record_size", _number(UINT16, 32 if wide else 24)),
    ]
    return _control(MAP, len(fields)) + b"".join(text(name) + value for name, value in fields)
