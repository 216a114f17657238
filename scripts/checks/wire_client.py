#!/usr/bin/env python3
"""A second implementation of proto/, to keep the first one honest.

It knows the protocol only from proto/messages.json.

  wire_client.py golden            check that every golden vector means what golden.json says, and is rewritten byte for byte,
                                   and that every delta of deltas.json makes its target of its base
  wire_client.py golden --write    make the vectors from golden.json, and the deltas
  wire_client.py worker ENDPOINT   join a running learner, fetch its weights once and its base weights, if it has some, leave

Needs msgpack; the worker needs pyzmq too. With xxhash the digests of deltas are checked, which making them needs.
"""

import argparse
import hashlib
import json
import pathlib
import struct
import sys
import time

try:
    import msgpack
except ImportError:
    sys.exit("wire_client.py: there is no msgpack: pip install msgpack pyzmq")

try:
    import xxhash
except ImportError:
    xxhash = None

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"
SCHEMA = json.loads((PROTO / "messages.json").read_text())
MESSAGES = {message["name"]: message for message in SCHEMA["messages"]}
BY_KIND = {message["kind"]: message for message in SCHEMA["messages"]}
BASE_VERSION, CHUNKS_PER_ANSWER = 0xFFFFFFFF, 64
ELEMENTS = {"i32[]": ("i", 4), "u32[]": ("I", 4), "u64[]": ("Q", 8), "f32[]": ("f", 4)}


class Malformed(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Malformed(message)


def limit_of(field):
    return SCHEMA["limits"][field["limit"]]


def to_wire(field, value):
    """A JSON value as a value for MessagePack."""
    kind = field["type"]
    if value is None and field.get("optional"):
        return None
    if kind in ELEMENTS:
        return struct.pack(f"<{len(value)}{ELEMENTS[kind][0]}", *value)
    if kind == "bytes":
        return bytes.fromhex(value)
    if kind == "f64":
        return float(value)
    if kind == "record":
        return [to_wire(inner, value[inner["name"]]) for inner in SCHEMA["records"][field["of"]]]
    if kind == "list":
        return [to_wire(element_of(field), element) for element in value]
    return value


def from_wire(field, value):
    """A value from MessagePack as a JSON value, checked against the schema."""
    kind, name = field["type"], field["name"]
    if value is None and field.get("optional"):
        return None
    if kind in ELEMENTS:
        letter, width = ELEMENTS[kind]
        check(isinstance(value, bytes) and len(value) % width == 0, f"{name}: expected a bin of {width}-byte elements")
        check(len(value) // width <= limit_of(field), f"{name}: too many elements")
        return list(struct.unpack(f"<{len(value) // width}{letter}", value))
    if kind == "bytes":
        check(isinstance(value, bytes) and len(value) <= limit_of(field), f"{name}: expected a bin within its limit")
        return value.hex()
    if kind == "string":
        check(isinstance(value, str) and len(value.encode()) <= limit_of(field), f"{name}: expected a text within its limit")
        return value
    if kind == "f64":
        check(isinstance(value, float), f"{name}: expected a float")
        return value
    if kind == "bool":
        check(isinstance(value, bool), f"{name}: expected a boolean")
        return value
    if kind in ("u8", "u32", "u64"):
        check(type(value) is int and 0 <= value < 1 << int(kind[1:]), f"{name}: expected {kind}")
        return value
    check(isinstance(value, list), f"{name}: expected an array")
    if kind == "record":
        return record(SCHEMA["records"][field["of"]], value, name)
    check(len(value) <= limit_of(field), f"{name}: too many elements")
    return [from_wire(element_of(field), element) for element in value]


def element_of(field):
    if field["of"] in SCHEMA["records"]:
        return {"name": field["name"], "type": "record", "of": field["of"]}
    return {"name": field["name"], "type": field["of"], "limit": field.get("elementLimit")}


def record(fields, values, name):
    check(len(values) >= len(fields), f"{name}: expected at least {len(fields)} fields")
    return {field["name"]: from_wire(field, value) for field, value in zip(fields, values)}


def encode(name, fields):
    message = MESSAGES[name]
    return msgpack.packb([message["kind"]] + [to_wire(field, fields[field["name"]]) for field in message["fields"]])


def decode(data):
    values = msgpack.unpackb(data, max_array_len=SCHEMA["limits"]["parameters"])
    check(isinstance(values, list) and values and values[0] in BY_KIND, "not a message of the protocol")
    message = BY_KIND[values[0]]
    return message["name"], record(message["fields"], values[1:], message["name"])


ESCAPE, BLOCK, GAP_WIDTH = 24, 1 << 16, 16


class Bits:
    """A bit string as one integer, its first bit lowest."""

    def __init__(self, data=b""):
        self.value, self.position = int.from_bytes(data, "little"), 0

    def take(self, count):
        taken = self.value >> self.position & ((1 << count) - 1)
        self.position += count
        return taken

    def put(self, value, count):
        self.value |= value << self.position
        self.position += count

    def take_code(self, k, width):
        for quotient in range(ESCAPE):
            if self.take(1):
                return quotient << k | self.take(k)
        return self.take(width)

    def put_code(self, value, k, width):
        quotient = value >> k
        if quotient < ESCAPE:
            self.put(1 << quotient, quotient + 1)
            self.put(value & ((1 << k) - 1), k)
        else:
            self.put(0, ESCAPE)
            self.put(value, width)


def tensors(vector, data):
    cuts = vector["offsets"] + [len(data)]
    return [data[begin:end] for begin, end in zip(cuts, cuts[1:])]


def elements(vector, data):
    letter = {2: "H", 4: "I"}[vector["width"]]
    return list(struct.unpack(f"<{len(data) // vector['width']}{letter}", data))


def make_delta(vector, base, target):
    def parameter(values, width):
        def half_bits(k):
            quotients = [max(0, 3 << value.bit_length() - k >> 1) - 1 if value.bit_length() > k else 0 for value in values]
            return sum(q + 2 + 2 * k if q < 2 * ESCAPE else 2 * (ESCAPE + width) for q in quotients)

        return min(range(width), key=half_bits)

    width = 8 * vector["width"]
    delta = b"".join(struct.pack("<Q", xxhash.xxh3_64_intdigest(tensor)) for tensor in tensors(vector, target))
    old, new = elements(vector, base), elements(vector, target)
    for begin in range(0, len(old), BLOCK):
        gaps, values, after = [], [], begin
        for index in range(begin, min(begin + BLOCK, len(old))):
            difference = (new[index] - old[index]) % (1 << width)
            if difference:
                signed = difference - (difference >> (width - 1) << width)
                gaps.append(index - after)
                values.append((2 * signed if signed >= 0 else -2 * signed - 1) - 1)
                after = index + 1
        count = len(gaps)
        while count >= 0x80:
            delta += bytes([count & 0x7F | 0x80])
            count >>= 7
        delta += bytes([count])
        if gaps:
            gap_bits, value_bits = parameter(gaps, GAP_WIDTH), parameter(values, width)
            bits = Bits()
            for gap, value in zip(gaps, values):
                bits.put_code(gap, gap_bits, GAP_WIDTH)
                bits.put_code(value, value_bits, width)
            delta += bytes([gap_bits, value_bits]) + bits.value.to_bytes((bits.position + 7) // 8, "little")
    return delta


def apply_delta(vector, base, delta):
    width = 8 * vector["width"]
    values = elements(vector, base)
    offset = 8 * len(vector["offsets"])
    for begin in range(0, len(values), BLOCK):
        changed, shift = 0, 0
        while True:
            byte = delta[offset]
            offset += 1
            changed |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        if changed:
            gap_bits, value_bits = delta[offset:offset + 2]
            bits, index = Bits(delta[offset + 2:]), begin
            for _ in range(changed):
                index += bits.take_code(gap_bits, GAP_WIDTH)
                zigzag = bits.take_code(value_bits, width) + 1
                difference = -(zigzag + 1) // 2 if zigzag % 2 else zigzag // 2
                values[index] = (values[index] + difference) % (1 << width)
                index += 1
            offset += 2 + (bits.position + 7) // 8
    check(offset == len(delta), "a delta ends with its last block")
    target = b"".join(struct.pack("<" + {2: "H", 4: "I"}[vector["width"]], value) for value in values)
    for index, tensor in enumerate(tensors(vector, target)):
        digest = struct.unpack_from("<Q", delta, 8 * index)[0]
        check(xxhash is None or xxhash.xxh3_64_intdigest(tensor) == digest, f"tensor {index} does not match its digest")
    return target


def golden_deltas(write):
    path = PROTO / "deltas.json"
    vectors = json.loads(path.read_text())
    failures = 0
    for vector in vectors:
        base, target = bytes.fromhex(vector["base"]), bytes.fromhex(vector["target"])
        if write:
            vector["delta"] = make_delta(vector, base, target).hex()
        delta = bytes.fromhex(vector["delta"])
        if apply_delta(vector, base, delta) != target or xxhash and make_delta(vector, base, target) != delta:
            failures += 1
            print(f"deltas.json, {vector['name']}: does not make its target, or is made otherwise", file=sys.stderr)
    if write:
        path.write_text("[\n" + ",\n".join("  " + json.dumps(vector) for vector in vectors) + "\n]\n")
    print(f"{len(vectors)} deltas {'written' if write else 'checked'}, {failures} failures")
    return failures


def golden(write):
    failures = golden_deltas(write)
    vectors = json.loads((PROTO / "golden.json").read_text())
    for vector in vectors:
        path = PROTO / "golden" / (vector["name"] + ".msgpack")
        expected = encode(vector["message"], vector["fields"])
        if write:
            path.write_bytes(expected)
            continue
        data = path.read_bytes()
        name, fields = decode(data)
        if name != vector["message"] or fields != vector["fields"]:
            failures += 1
            print(f"{path.name}: reads as {name} {fields}, expected {vector['message']} {vector['fields']}", file=sys.stderr)
        if encode(name, fields) != data or expected != data:
            failures += 1
            print(f"{path.name}: is not rewritten byte for byte", file=sys.stderr)
    print(f"{len(vectors)} golden vectors {'written' if write else 'checked'}, {failures} failures")
    return 1 if failures else 0


def worker(endpoint, name, seconds):
    try:
        import zmq
    except ImportError:
        sys.exit("wire_client.py: there is no pyzmq: pip install pyzmq")

    context = zmq.Context()
    dealer, subscriber = context.socket(zmq.DEALER), context.socket(zmq.SUB)
    dealer.setsockopt(zmq.ROUTING_ID, name.encode())
    subscriber.setsockopt(zmq.SUBSCRIBE, b"weights")
    for socket in (dealer, subscriber):
        socket.setsockopt(zmq.LINGER, 2000)
    dealer.connect(endpoint)
    dealer.send(encode("hello", {
        "protocolVersion": SCHEMA["protocolVersion"], "worker": name, "software": "wire_client.py",
        "fingerprint": "none", "credits": 0}))
    poller = zmq.Poller()
    poller.register(dealer, zmq.POLLIN)
    poller.register(subscriber, zmq.POLLIN)
    deadline = time.monotonic() + seconds
    welcome, frames_of = None, {}

    def ask(version, chunks):
        dealer.send(encode("weightsRequest", {"policyVersion": version, "base": None, "chunks": chunks}))

    while time.monotonic() < deadline:
        for socket, _ in poller.poll(100):
            frames = socket.recv_multipart()
            # A message of weights may be cut in two before its bytes.
            message, fields = decode(b"".join(frames[1:] if socket is subscriber else frames))
            if message == "refuse":
                print(f"refused: {fields['reason']}", file=sys.stderr)
                return 1
            if message == "welcome":
                welcome = fields
                host = endpoint.removeprefix("tcp://").rsplit(":", 1)[0]
                subscriber.connect(fields["publisher"].replace("*", host))
                frames_of = {welcome["policyVersion"]: (welcome["manifest"], {})}
                if welcome["baseWeights"]:
                    frames_of[BASE_VERSION] = (welcome["baseWeights"]["manifest"], {})
                for version in frames_of:
                    ask(version, [])
            if message == "weights" and fields["base"] is None and fields["policyVersion"] in frames_of:
                chunks = frames_of[fields["policyVersion"]][1]
                chunks[fields["index"]] = bytes.fromhex(fields["bytes"])
                if len(chunks) < fields["count"] and len(chunks) % CHUNKS_PER_ANSWER == 0:
                    ask(fields["policyVersion"], [i for i in range(fields["count"]) if i not in chunks][:CHUNKS_PER_ANSWER])
        if frames_of and all(sum(map(len, chunks.values())) == manifest["totalBytes"] for manifest, chunks in frames_of.values()):
            dealer.send(encode("goodbye", {}))
            for open_socket in (dealer, subscriber):
                open_socket.close()
            context.term()
            return report(welcome, frames_of)
    print(f"no {'weights' if welcome else 'welcome'} from {endpoint} within {seconds} s", file=sys.stderr)
    return 1


def report(welcome, frames_of):
    """Says what was fetched, and whether it is what was announced."""
    _, chunks = frames_of[welcome["policyVersion"]]
    total = sum(map(len, chunks.values()))
    print(f"run {welcome['run']}, policy version {welcome['policyVersion']}, {total} bytes in {len(chunks)} chunks")
    if not welcome["baseWeights"]:
        return 0
    chunks = frames_of[BASE_VERSION][1]
    digest = hashlib.sha256(b"".join(chunks[index] for index in range(len(chunks)))).hexdigest()
    print(f"base weights of SHA-256 {digest} in {len(chunks)} chunks")
    return 0 if digest == welcome["baseWeights"]["sha256"] else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    golden_command = commands.add_parser("golden")
    golden_command.add_argument("--write", action="store_true")
    worker_command = commands.add_parser("worker")
    worker_command.add_argument("endpoint")
    worker_command.add_argument("--name", default="python")
    worker_command.add_argument("--seconds", type=float, default=20)
    arguments = parser.parse_args()
    if arguments.command == "golden":
        return golden(arguments.write)
    return worker(arguments.endpoint, arguments.name, arguments.seconds)


if __name__ == "__main__":
    sys.exit(main())
