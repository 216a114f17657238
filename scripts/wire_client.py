#!/usr/bin/env python3
"""A second implementation of proto/, to keep the first one honest.

It knows the protocol only from proto/messages.json.

  wire_client.py golden            check that every golden vector means what golden.json says, and is rewritten byte for byte
  wire_client.py golden --write    make the vectors from golden.json
  wire_client.py worker ENDPOINT   join a running learner, fetch its weights once, leave

Needs msgpack; the worker needs pyzmq too.
"""

import argparse
import json
import pathlib
import struct
import sys
import time

import msgpack

PROTO = pathlib.Path(__file__).resolve().parent.parent / "proto"
SCHEMA = json.loads((PROTO / "messages.json").read_text())
MESSAGES = {message["name"]: message for message in SCHEMA["messages"]}
BY_KIND = {message["kind"]: message for message in SCHEMA["messages"]}
ELEMENTS = {"i32[]": ("i", 4), "u32[]": ("I", 4), "u64[]": ("Q", 8), "f32[]": ("f", 4)}


class Malformed(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Malformed(message)


def limit_of(field):
    return SCHEMA["limits"][field["limit"]]


def to_wire(field, value):
    """A JSON value as what MessagePack packs."""
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
    """What MessagePack unpacked as a JSON value, checked against the schema."""
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
    return {"name": field["name"], "type": field["of"]}


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


def golden(write):
    failures = 0
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
    import zmq

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
    welcome, chunks = None, {}
    while time.monotonic() < deadline:
        for socket, _ in poller.poll(100):
            message, fields = decode(socket.recv_multipart()[-1])
            if message == "refuse":
                print(f"refused: {fields['reason']}", file=sys.stderr)
                return 1
            if message == "welcome":
                welcome = fields
                host = endpoint.removeprefix("tcp://").rsplit(":", 1)[0]
                subscriber.connect(fields["publisher"].replace("*", host))
                dealer.send(encode("weightsRequest", {"policyVersion": fields["policyVersion"], "chunks": []}))
            if message == "weights" and welcome and fields["policyVersion"] == welcome["policyVersion"]:
                chunks[fields["index"]] = bytes.fromhex(fields["bytes"])
                if len(chunks) == fields["count"]:
                    dealer.send(encode("goodbye", {}))
                    total = sum(map(len, chunks.values()))
                    print(f"run {welcome['run']}, policy version {fields['policyVersion']}, {total} bytes in {len(chunks)} chunks")
                    for open_socket in (dealer, subscriber):
                        open_socket.close()
                    context.term()
                    return 0 if total == welcome["manifest"]["totalBytes"] else 1
    print(f"no {'weights' if welcome else 'welcome'} from {endpoint} within {seconds} s", file=sys.stderr)
    return 1


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
