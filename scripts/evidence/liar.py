#!/usr/bin/env python3
"""A worker that lies, to see what becomes of it.

It knows the protocol from proto/messages.json alone, and the run's arithmetic from what the learner says when it refuses another.

  liar.py ENDPOINT --attack invent     groups for every slot, without a lease
  liar.py ENDPOINT --attack lease      takes leases, and answers with invented groups
  liar.py ENDPOINT --attack ALTERATION --through PORT
                                       stands between a real worker, which connects to PORT of this host, and the learner, and alters
                                       what the worker sends: `extreme` (one group a step with log-probabilities of -3e38), `forge`
                                       (rewards), `bit` (the last bit of a log-probability), `cut` (half of a response, ended),
                                       `token` (one token of each group), `spare` (the same, but not in slots that a draw from the seed
                                       would cover)

With keys: --key SECRET --learner-key PUBLIC (for invent and lease). Ends when it is refused for good, or when the learner is gone for
30 s. Says on its last line how many results it sent, and how many lies among them. Needs pyzmq and msgpack.
"""

import argparse
import hashlib
import json
import pathlib
import random
import re
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "checks"))
import wire_client as wire  # noqa: E402
import zmq  # noqa: E402

SILENCE = 30
UNAUTHORIZED = 7
SAMPLE = 0


def key_of(path):
    """The key in a file of proto/'s key lines."""
    for line in pathlib.Path(path).read_text().splitlines():
        fields = line.split()
        if len(fields) == 3 and fields[0].startswith("empo-"):
            return fields[0], fields[1], fields[2].encode()
    sys.exit(f"liar.py: {path} has no key")


def file_of(welcome, name):
    return next((bytes.fromhex(file["bytes"]).decode() for file in welcome["files"] if file["name"] == name), "")


class Inventor:
    """Makes groups that look like a run's."""

    def __init__(self, welcome, seed):
        model, text = json.loads(file_of(welcome, "config.json")), file_of(welcome, "config.yaml")
        ends = model.get("eos_token_id", 0)
        self.end = ends[0] if isinstance(ends, list) else ends
        self.vocabulary = model["vocab_size"]
        self.ends = set(ends) if isinstance(ends, list) else {ends}
        found = {key: re.search(rf"^\s*{key}: (\d+)", text, re.MULTILINE) for key in ("steps", "questions_per_step", "group_size", "lag")}
        self.plan = {key: int(match[1]) if match else 1 for key, match in found.items()}
        self.random = random.Random(seed)

    def response(self, index, scored):
        length = self.random.randint(2, 8)
        tokens = [self.token() for _ in range(length - 1)] + [self.end]
        return {
            "tokens": tokens, "tokenLogProbabilities": [-self.random.random() for _ in tokens], "isTruncated": False,
            "answer": "7" if scored else "", "cluster": 0 if scored else index, "reward": 1.0 if scored else 0.0}

    def token(self):
        while True:
            token = self.random.randrange(self.vocabulary)
            if token not in self.ends:
                return token

    def group(self, size, scored=True):
        return {"responses": [self.response(index, scored) for index in range(size)], "semanticEntropy": 0.0, "isKept": scored}


class Client:
    """A liar without a real worker."""

    def __init__(self, arguments):
        self.arguments, self.sent, self.lies, self.accepted = arguments, 0, 0, 0
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 500)
        self.name = arguments.name
        if arguments.key:
            _, listed, secret = key_of(arguments.key)
            self.socket.curve_secretkey = secret
            self.socket.curve_publickey = zmq.curve_public(secret)
            self.socket.curve_serverkey = key_of(arguments.learner_key)[2]
            self.name = listed.replace("*", arguments.name) if listed.endswith("/*") else listed
        else:
            self.socket.setsockopt(zmq.ROUTING_ID, self.name.encode())
        self.socket.connect(arguments.endpoint)
        self.fingerprint, self.welcome, self.inventor, self.leases = "none", None, None, set()

    def send(self, name, **fields):
        self.socket.send(wire.encode(name, fields))

    def hello(self):
        self.send(
            "hello", protocolVersion=wire.SCHEMA["protocolVersion"], worker=self.name, software="liar.py", fingerprint=self.fingerprint,
            credits=4 if self.arguments.attack == "lease" else 1)

    def run(self):
        self.hello()
        last, beat = time.monotonic(), 0
        while time.monotonic() - last < SILENCE:
            if self.welcome and time.monotonic() - beat > self.welcome["heartbeatMilliseconds"] / 1000:
                beat = time.monotonic()
                self.send(
                    "heartbeat", incarnation=self.welcome["incarnation"], leases=sorted(self.leases),
                    policyVersion=self.welcome["policyVersion"], busySeconds=0.0, waitingSeconds=0.0, sampledTokens=0)
                if self.arguments.attack == "invent":
                    self.invent()
            if not self.socket.poll(100):
                continue
            last = time.monotonic()
            message, fields = wire.decode(b"".join(self.socket.recv_multipart()))
            if not self.take(message, fields):
                return
            if not self.welcome:
                time.sleep(0.05)

    def take(self, message, fields):
        if message == "refuse":
            known = re.search(r"the run with (\S+):", fields["reason"])
            if fields["code"] == 2:
                self.hello()
            elif known and self.fingerprint != known[1]:
                self.fingerprint = known[1]
                self.hello()
            elif fields["code"] == UNAUTHORIZED:
                print(f"refused: {fields['reason']}", flush=True)
                return False
        elif message == "welcome":
            if self.welcome is None:
                self.inventor = Inventor(fields, self.arguments.seed)
            self.welcome = fields
        elif message == "heartbeatReply" and self.welcome and fields["incarnation"] != self.welcome["incarnation"]:
            self.leases.clear()
            self.hello()
        elif message == "tasks":
            for task in fields["tasks"]:
                self.answer(task)
        elif message == "acknowledge":
            self.accepted += fields["disposition"] == 0
        return message != "finish"

    def answer(self, task):
        if task["kind"] != SAMPLE or self.arguments.attack != "lease":
            self.send("decline", leases=[task["lease"]])
            # Who gives tasks back gets none until it says hello again.
            self.hello()
            return
        self.result(task, self.inventor.group(task["groupSize"]))

    def result(self, task, group):
        self.sent += 1
        self.lies += 1
        self.send(
            "group", lease=task["lease"], incarnation=task["incarnation"], code=task["code"], kind=task["kind"], step=task["step"],
            slot=task["slot"], policyVersion=task["policyVersion"], group=group, seconds=0.1)

    def invent(self):
        plan = self.inventor.plan
        for step in range(plan["steps"]):
            for slot in range(plan["questions_per_step"]):
                self.result(
                    {"lease": 1, "incarnation": self.welcome["incarnation"], "code": bytes(16).hex(), "kind": SAMPLE, "step": step,
                     "slot": slot, "policyVersion": max(0, step - plan["lag"])}, self.inventor.group(plan["group_size"]))


class Alteration:
    """Stands between a real worker and the learner."""

    def __init__(self, arguments):
        self.arguments, self.sent, self.lies, self.accepted, self.steps = arguments, 0, 0, 0, set()
        self.welcome = None
        self.context = zmq.Context()
        self.worker, self.learner = self.context.socket(zmq.ROUTER), self.context.socket(zmq.DEALER)
        self.worker.setsockopt(zmq.LINGER, 500)
        self.learner.setsockopt(zmq.LINGER, 500)
        self.learner.setsockopt(zmq.ROUTING_ID, arguments.name.encode())
        self.worker.bind(f"tcp://127.0.0.1:{arguments.through}")
        self.learner.connect(arguments.endpoint)

    def run(self):
        poller = zmq.Poller()
        poller.register(self.worker, zmq.POLLIN)
        poller.register(self.learner, zmq.POLLIN)
        peer, last = None, time.monotonic()
        while time.monotonic() - last < SILENCE:
            for socket, _ in poller.poll(100):
                frames = socket.recv_multipart()
                if socket is self.worker:
                    peer = frames[0]
                    self.learner.send_multipart(self.altered(frames[1:]))
                    continue
                last = time.monotonic()
                if peer is not None:
                    self.worker.send_multipart([peer, *frames])
                message, fields = wire.decode(b"".join(frames))
                self.accepted += message == "acknowledge" and fields["disposition"] == 0
                if message == "welcome":
                    self.welcome = fields
                if message == "refuse" and fields["code"] == UNAUTHORIZED:
                    print(f"refused: {fields['reason']}", flush=True)
                    return
                if message == "finish":
                    return

    def altered(self, frames):
        message, fields = wire.decode(b"".join(frames))
        if message != "group":
            return frames
        self.sent += 1
        if fields["kind"] == SAMPLE and self.alter(fields, fields["group"]["responses"]):
            self.lies += 1
            return [wire.encode("group", fields)]
        return frames

    def alter(self, fields, responses):
        attack = self.arguments.attack
        if attack == "extreme":
            if fields["step"] in self.steps:
                return False
            self.steps.add(fields["step"])
            for response in responses:
                response["tokenLogProbabilities"] = [-3e38] * len(response["tokens"])
        elif attack == "forge":
            for response in responses:
                response["reward"] = 1.0 - response["reward"]
        elif attack == "bit":
            log_probabilities = responses[0]["tokenLogProbabilities"]
            bits = struct.unpack("<I", struct.pack("<f", log_probabilities[0]))[0] ^ 1
            log_probabilities[0] = struct.unpack("<f", struct.pack("<I", bits))[0]
        elif attack == "cut":
            response = max(responses, key=lambda response: len(response["tokens"]))
            keep = max(1, len(response["tokens"]) // 2)
            end = response["tokens"][-1]
            response["tokens"] = response["tokens"][:keep - 1] + [end] if not response["isTruncated"] else response["tokens"][:keep]
            response["tokenLogProbabilities"] = response["tokenLogProbabilities"][:len(response["tokens"])]
            response["isTruncated"] = False
        else:
            if attack == "spare":
                # What a public draw with a share of 2 % would leave out.
                place = struct.pack("<II", fields["step"], fields["slot"])
                if hashlib.sha256(place).digest()[0] < 6:
                    return False
            tokens = responses[0]["tokens"]
            place = 0 if len(tokens) > 1 else None
            if place is None:
                return False
            tokens[place] = max(3, (tokens[place] + 1) % 60)
        return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("endpoint")
    parser.add_argument(
        "--attack", required=True, choices=["invent", "lease", "extreme", "forge", "bit", "cut", "token", "spare"])
    parser.add_argument("--through", type=int)
    parser.add_argument("--name", default="liar")
    parser.add_argument("--key")
    parser.add_argument("--learner-key")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    liar = Client(arguments) if arguments.attack in ("invent", "lease") else Alteration(arguments)
    try:
        liar.run()
    except KeyboardInterrupt:
        pass
    print(f"sent {liar.sent} results, {liar.lies} of them lies; accepted {liar.accepted}", flush=True)


if __name__ == "__main__":
    main()
