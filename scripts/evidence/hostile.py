#!/usr/bin/env python3
"""Attacks a learner on loopback, and reports the outcomes.

  hostile.py [--frames N] [--strangers N] [--connections N] [--descriptors N] [--seed S] [--empo PATH]

Two learners are attacked, one after the other: one that asks for keys, and one that is open, as learners on loopback are by default. Each
may have 1,024 descriptors, as a shell's default is, and is otherwise idle, so that its memory and its descriptors show the effect of the
attack alone. During an attack `/livez` is asked, and a worker's hello is sent, again and again. A worker then does the run while
connections are opened all the time, and the weights must be those of an undisturbed run. Prints a table; the exit status is 1 if anybody
got in, anything was lost or went unanswered for 5 seconds, memory grew by more than 64 MiB, or descriptors ran out.

Needs pyzmq and msgpack.
"""

import argparse
import json
import os
import pathlib
import random
import resource
import selectors
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

try:
    import zmq
except ImportError:
    sys.exit("hostile.py: there is no pyzmq: pip install pyzmq msgpack")

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "checks"))
import wire_client

CONFIG = """\
workers: 0
steps: 3
questions_per_step: 4
group_size: 4
held_out: none
sampling:
  max_new_tokens: 24
"""
GROWTH_KIB = 64 << 10
# How long an answer may take before it counts as none.
PATIENCE = 5


def greeting(mechanism):
    return b"\xff" + bytes(8) + b"\x7f\x03\x00" + mechanism.ljust(20, b"\0") + bytes(32)


def ready(identity):
    properties = b""
    for name, value in ((b"Socket-Type", b"DEALER"), (b"Identity", identity)):
        properties += bytes([len(name)]) + name + struct.pack(">I", len(value)) + value
    body = b"\x05READY" + properties
    return bytes([4, len(body)]) + body


def address(endpoint):
    host, port = endpoint.removeprefix("tcp://").rsplit(":", 1)
    return host, int(port)


def closes(connection, seconds=5):
    """Whether the other end closes the connection."""
    connection.settimeout(seconds)
    try:
        while connection.recv(4096):
            pass
        return True
    except TimeoutError:
        return False
    except OSError:
        return True


class Learner:
    def __init__(self, arguments, folder, keyed):
        self.folder, self.empo, self.keyed = folder, arguments.empo, keyed
        self.run = folder / ("keyed" if keyed else "open")
        self.run.mkdir()
        config = folder / "config.yaml"
        config.write_text(CONFIG)
        resolved = subprocess.run([self.empo, "train", config, "--dry-run"], capture_output=True, text=True, check=True)
        (self.run / "config.yaml").write_text(resolved.stdout)
        command = [self.empo, "learner", "--run", self.run, "--metrics", "127.0.0.1:0"]
        if keyed:
            command += ["--key", folder / "learner.key", "--authorized", folder / "authorized"]
        self.log = (self.run / "learner.log").open("w+")
        limit = (arguments.descriptors, arguments.descriptors)
        self.process = subprocess.Popen(
            command, stdout=self.log, stderr=subprocess.STDOUT, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limit))
        self.limit = arguments.descriptors
        end = time.monotonic() + 60
        # It prints its address once its model is loaded.
        while "learner at" not in (self.run / "learner.log").read_text():
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit(f"hostile: the learner did not begin:\n{(self.run / 'learner.log').read_text()}")
            time.sleep(0.05)
        endpoints = json.loads((self.run / "endpoints.json").read_text())
        self.endpoints = [endpoints["learner"], endpoints["publisher"]]
        self.endpoint = endpoints["learner"]
        metrics = [word for line in self.lines() for word in line.split() if word.startswith("http://")][0]
        host, port = metrics.removeprefix("http://").split("/")[0].rsplit(":", 1)
        self.metrics = (host, int(port))
        time.sleep(1)

    def memory(self):
        """Resident memory and its peak so far, in KiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return tuple(int(line.split()[1]) for key in ("VmRSS", "VmHWM") for line in status.splitlines() if line.startswith(key + ":"))

    def lines(self):
        return (self.run / "learner.log").read_text().splitlines()

    def descriptors(self):
        try:
            return len(os.listdir(f"/proc/{self.process.pid}/fd"))
        except OSError:
            return 0

    def livez(self):
        """Seconds until /livez answers; None where it does not."""
        start = time.monotonic()
        try:
            with socket.create_connection(self.metrics, timeout=PATIENCE) as connection:
                connection.settimeout(PATIENCE)
                connection.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                answer = connection.recv(4096)
        except OSError:
            return None
        return time.monotonic() - start if answer.startswith(b"HTTP/1.1 200") else None

    def hello(self):
        """Seconds until a new worker's hello is answered; None where it is not. Its arithmetic is another, so it is refused."""
        start = time.monotonic()
        context = zmq.Context()
        dealer = context.socket(zmq.DEALER)
        dealer.setsockopt(zmq.LINGER, 0)
        dealer.setsockopt(zmq.RECONNECT_IVL, 100)
        name = "spare"
        if self.keyed:
            name = use_spare_key(dealer, self)
        else:
            dealer.setsockopt(zmq.ROUTING_ID, b"spare")
        dealer.connect(self.endpoint)
        dealer.send(hello(name))
        answered = dealer.poll(PATIENCE * 1000)
        dealer.close(0)
        context.term()
        return time.monotonic() - start if answered else None

    def attack(self, name, deed):
        before, lines, start = self.memory(), len(self.lines()), time.monotonic()
        open_before = self.descriptors()
        # Resets the peak.
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")
        watch = Watch(self)
        says = deed(self)
        seconds = time.monotonic() - start
        watch.stop()
        time.sleep(1)
        if self.process.poll() is not None:
            print(f"| {self.kind} | {name} | THE LEARNER DIED: {self.lines()[-1][:200]} |" + " |" * 10 + "  FAILED", flush=True)
            raise LearnerDied
        after = self.memory()
        told = len(self.lines()) - lines
        grown = after[1] - before[0]
        failed = grown > GROWTH_KIB or not says[0] or watch.failed or watch.descriptors >= self.limit
        print(
            f"| {self.kind} | {name} | {says[1]} | {seconds:.1f} | {before[0] / 1024:.1f} | {after[1] / 1024:.1f} "
            f"| {after[0] / 1024:.1f} | {open_before} | {watch.descriptors} | {self.descriptors()} | {watch.text('livez')} "
            f"| {watch.text('hello')} | {told} |{'  FAILED' if failed else ''}", flush=True)
        return failed

    @property
    def kind(self):
        return "keys" if self.keyed else "open"

    def joined(self):
        return sum(" joined (" in line for line in self.lines())

    def finish(self):
        """Lets a worker do the run; returns the digest of the weights, None where there are none."""
        command = [self.empo, "worker", "--connect", self.endpoint, "--threads", "2"]
        if self.keyed:
            command += ["--key", self.folder / "worker.key", "--learner-key", self.folder / "learner.pub"]
        try:
            subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
            self.process.wait(timeout=60)
            return json.loads((self.run / "report.json").read_text())["policy_sha256"]
        except (subprocess.SubprocessError, OSError):
            return None


class LearnerDied(Exception):
    pass


class Watch:
    """Counts a learner's descriptors, and asks it again and again, until it is stopped."""

    def __init__(self, learner):
        self.learner, self.descriptors, self.stopped = learner, 0, threading.Event()
        self.seconds = {"livez": [], "hello": []}
        self.threads = [threading.Thread(target=target) for target in (self.count, lambda: self.ask("livez"), lambda: self.ask("hello"))]
        for thread in self.threads:
            thread.start()

    def count(self):
        while not self.stopped.wait(0.01):
            self.descriptors = max(self.descriptors, self.learner.descriptors())

    def ask(self, what):
        while self.learner.process.poll() is None:
            self.seconds[what].append(getattr(self.learner, what)())
            if self.stopped.wait(0.3):
                return

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    @property
    def failed(self):
        return any(second is None for seconds in self.seconds.values() for second in seconds)

    def text(self, what):
        seconds = self.seconds[what]
        late = sum(second is None for second in seconds)
        if late:
            return f"none in {PATIENCE} s, {late} of {len(seconds)}"
        return f"{1000 * max(seconds):.0f}" if seconds else "-"


class Flood:
    """Keeps many connections open: one that the other end closes is opened again."""

    def __init__(self, addresses, count, words=lambda: b""):
        self.addresses, self.count, self.words = addresses, count, words
        self.opened, self.stopped, self.lasting = 0, threading.Event(), 0
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        waiting = selectors.DefaultSelector()
        opened = set()
        while not self.stopped.is_set():
            for _ in range(min(200, self.count - len(opened))):
                connection = socket.socket()
                connection.settimeout(0.2)
                try:
                    connection.connect(self.addresses[self.opened % len(self.addresses)])
                    connection.sendall(self.words())
                except OSError:
                    connection.close()
                    continue
                self.opened += 1
                connection.setblocking(False)
                opened.add(connection)
                waiting.register(connection, selectors.EVENT_READ)
            for key, _ in waiting.select(0.01):
                try:
                    ended = not key.fileobj.recv(4096)
                except BlockingIOError:
                    ended = False
                except OSError:
                    ended = True
                if ended:
                    waiting.unregister(key.fileobj)
                    opened.discard(key.fileobj)
                    key.fileobj.close()
        self.lasting = len(opened)
        for connection in opened:
            connection.close()
        waiting.close()

    def stop(self):
        self.stopped.set()
        self.thread.join()
        return f"{self.opened} opened, {self.lasting} stayed"


def flood(arguments, words, metrics=False):
    """Connections that say a few bytes, or none, and no more."""

    def deed(learner):
        addresses = [learner.metrics] if metrics else [address(endpoint) for endpoint in learner.endpoints]
        attack = Flood(addresses, arguments.connections, words)
        time.sleep(arguments.seconds)
        revoked = not learner.keyed or revoke(learner)
        return revoked, attack.stop() + ("" if not learner.keyed else ", a key revoked" if revoked else ", NO key revoked")

    return deed


def revoke(learner):
    """Lists a key and takes it away again; returns whether the learner noticed."""
    listed = learner.folder / "authorized" / "extra.pub"
    for change, deed in (
        ("let in: extra", lambda: listed.write_text((learner.folder / "extra.pub").read_text())), ("revoked: extra", listed.unlink)):
        lines = len(learner.lines())
        deed()
        end = time.monotonic() + PATIENCE
        while not any(change in line for line in learner.lines()[lines:]):
            if time.monotonic() > end:
                listed.unlink(missing_ok=True)
                return False
            time.sleep(0.05)
    return True


def stalled_frames(count, announced, sent, lasts):
    """Frames that announce much, send most of it and stop, after as much of a handshake as a stranger gets through."""

    def stall(learner, endpoint, closed):
        try:
            with socket.create_connection(address(endpoint), timeout=10) as connection:
                connection.sendall(greeting(b"CURVE") if learner.keyed else greeting(b"NULL") + ready(b"stall-%d" % threading.get_ident()))
                if not learner.keyed:
                    received = b""
                    while b"READY" not in received and (data := connection.recv(4096)):
                        received += data
                connection.sendall(bytes([6 if learner.keyed else 2]) + struct.pack(">Q", announced))
                chunk = bytes(1 << 20)
                left = sent
                while left > 0:
                    connection.sendall(chunk[:min(left, len(chunk))])
                    left -= len(chunk)
                closed.append(closes(connection, lasts))
        except OSError:
            closed.append(True)

    def deed(learner):
        closed = []
        threads = [threading.Thread(target=stall, args=(learner, learner.endpoint, closed)) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return True, f"{sum(closed)} of {count} closed within {lasts} s"

    return deed


def use_spare_key(dealer, learner):
    """Gives a socket the key of a listed worker; returns the worker's name."""
    _, name, secret = [line.split() for line in (learner.folder / "spare.key").read_text().splitlines() if line[0] != "#"][0]
    dealer.curve_secretkey = secret.encode()
    dealer.curve_publickey = (learner.folder / "spare.pub").read_text().split()[2].encode()
    dealer.curve_serverkey = (learner.folder / "learner.pub").read_text().split()[2].encode()
    return name


def random_frames(arguments):
    """Frames of noise: through libzmq where anybody is let in, else as bytes after a greeting."""

    def deed(learner):
        generator = random.Random(arguments.seed)
        if learner.keyed:
            sent = connections = closed = 0
            while sent < arguments.frames:
                batch = b"".join(frame(generator) for _ in range(1000))
                connections += 1
                with socket.create_connection(address(generator.choice(learner.endpoints))) as connection:
                    try:
                        connection.sendall(greeting(b"CURVE") + batch)
                    except OSError:
                        pass
                    closed += closes(connection)
                sent += 1000
            return closed == connections, f"{sent} frames over {connections} connections, all closed"
        context = zmq.Context()
        dealers = []
        for index in range(8):
            dealer = context.socket(zmq.DEALER)
            dealer.setsockopt(zmq.LINGER, 30000)
            dealer.setsockopt(zmq.ROUTING_ID, b"noise-%d" % index)
            dealer.connect(learner.endpoint)
            dealers.append(dealer)
        kinds = bytes([1, 2, 3, 4, 5, 6, 65, 66, 67, 68, 69, 70, 71])
        for index in range(arguments.frames):
            noise = generator.randbytes(generator.randrange(200))
            # Half of the noise begins like a message, to reach the fields.
            if index % 2:
                noise = bytes([0x90 | generator.randrange(1, 10), generator.choice(kinds)]) + noise
            dealers[index % 8].send(noise)
        for dealer in dealers:
            dealer.close()
        context.term()
        return True, f"{arguments.frames} frames from 8 names"

    return deed


def frame(generator):
    body = generator.randbytes(generator.randrange(200))
    return bytes([generator.choice((0, 1, 4)), len(body)]) + body


def terabyte(learner):
    """A frame whose header claims 1 TiB, after as much of a handshake as a stranger gets through."""
    closed = 0
    cases = [(endpoint, flags) for endpoint in learner.endpoints for flags in (2, 6, 3)] * 20
    for endpoint, flags in cases:
        with socket.create_connection(address(endpoint)) as connection:
            connection.sendall(greeting(b"CURVE") if learner.keyed else greeting(b"NULL") + ready(b"giant"))
            if not learner.keyed:
                # The handshake ends with the learner's own READY.
                received = b""
                while b"READY" not in received and (data := connection.recv(4096)):
                    received += data
            try:
                connection.sendall(bytes([flags]) + struct.pack(">Q", 1 << 40))
            except OSError:
                pass
            closed += closes(connection)
    return closed == len(cases), f"{closed} of {len(cases)} connections closed"


def unlisted(arguments):
    def deed(learner):
        server = (learner.folder / "learner.pub").read_text().split()[2].encode()
        refused = 0
        for _ in range(arguments.strangers):
            context = zmq.Context()
            dealer = context.socket(zmq.DEALER)
            dealer.setsockopt(zmq.LINGER, 0)
            monitor = dealer.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_AUTH | zmq.EVENT_HANDSHAKE_SUCCEEDED)
            dealer.curve_publickey, dealer.curve_secretkey = zmq.curve_keypair()
            dealer.curve_serverkey = server
            dealer.connect(learner.endpoint)
            dealer.send(hello("worker"))
            if monitor.poll(5000):
                refused += struct.unpack("=H", monitor.recv_multipart()[0][:2])[0] == zmq.EVENT_HANDSHAKE_FAILED_AUTH
            dealer.disable_monitor()
            monitor.close(0)
            dealer.close(0)
            context.term()
        return refused == arguments.strangers, f"{refused} of {arguments.strangers} refused"

    return deed


def hello(name):
    return wire_client.encode("hello", {
        "protocolVersion": wire_client.SCHEMA["protocolVersion"], "worker": name, "software": "hostile.py", "fingerprint": "none",
        "credits": 1})


def replay(learner):
    """Records what a listed worker sends, and sends it again."""
    recorded = bytearray()
    listener = socket.create_server(("127.0.0.1", 0))

    def carry():
        client, _ = listener.accept()
        server = socket.create_connection(address(learner.endpoint))

        def pump(source, sink, record):
            try:
                while data := source.recv(65536):
                    if record:
                        recorded.extend(data)
                    sink.sendall(data)
            except OSError:
                pass
            for end in (source, sink):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

        threading.Thread(target=pump, args=(server, client, False), daemon=True).start()
        pump(client, server, True)

    threading.Thread(target=carry, daemon=True).start()
    context = zmq.Context()
    dealer = context.socket(zmq.DEALER)
    name = use_spare_key(dealer, learner)
    dealer.connect(f"tcp://127.0.0.1:{listener.getsockname()[1]}")
    dealer.send(hello(name))
    # Its arithmetic differs from the run's, and it is refused for that: but its hello was read.
    heard = dealer.poll(5000) and wire_client.decode(dealer.recv())[0] == "refuse"
    dealer.close(0)
    context.term()
    lines = len(learner.lines())
    closed = 0
    for _ in range(20):
        with socket.create_connection(address(learner.endpoint)) as connection:
            try:
                connection.sendall(bytes(recorded))
            except OSError:
                pass
            closed += closes(connection, 15)
    told = [line for line in learner.lines()[lines:] if name in line]
    return bool(heard) and closed == 20 and not told, f"{len(recorded)} bytes replayed 20 times, {closed} connections closed, {len(told)} heard"


def impostor(learner):
    """A listed worker that says hello as another."""
    context = zmq.Context()
    dealer = context.socket(zmq.DEALER)
    use_spare_key(dealer, learner)
    dealer.setsockopt(zmq.ROUTING_ID, b"worker")
    dealer.connect(learner.endpoint)
    dealer.send(hello("worker"))
    reply = wire_client.decode(dealer.recv())[1] if dealer.poll(5000) else {}
    dealer.close(0)
    context.term()
    code = wire_client.SCHEMA["enumerations"]["refusal"]["unauthorized"]
    return reply.get("code") == code, "refused" if reply.get("code") == code else f"answered {reply}"


def attacks(arguments, keyed):
    half = b"GET /livez HTTP/1.1\r\nHost: "
    yield "random frames", random_frames(arguments)
    yield "a length of 1 TiB", terabyte
    yield "24 frames of 63 MiB that stall", stalled_frames(24, 63 << 20, 62 << 20, 2)
    yield "400 frames of 120 KiB that stall", stalled_frames(400, 120 << 10, 119 << 10, 2)
    if keyed:
        yield "keys that are not listed", unlisted(arguments)
        yield "a recorded hello, replayed", replay
        yield "a listed key under another's name", impostor
    yield f"{arguments.connections} idle connections", flood(arguments, lambda: b"")
    yield f"{arguments.connections} connections that greet", flood(arguments, lambda: greeting(b"CURVE" if keyed else b"NULL"))
    yield f"{arguments.connections} half requests to the metrics", flood(arguments, lambda: half, metrics=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--strangers", type=int, default=200)
    parser.add_argument("--connections", type=int, default=3_000)
    parser.add_argument("--seconds", type=float, default=10, help="how long a flood lasts")
    parser.add_argument("--descriptors", type=int, default=1_024, help="how many the learner may have")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--empo", default=str(pathlib.Path(__file__).resolve().parents[2] / ".build/release/empo"))
    arguments = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for role, key in (("learner", "learner"), ("worker", "worker"), ("worker", "spare"), ("worker", "extra")):
            subprocess.run([arguments.empo, "keys", "new", role, key, "--to", folder], check=True, stdout=subprocess.DEVNULL)
        (folder / "authorized").mkdir()
        for key in ("worker", "spare"):
            (folder / "authorized" / f"{key}.pub").write_text((folder / f"{key}.pub").read_text())
        undisturbed = Learner(arguments, folder, True)
        digest = undisturbed.finish()
        undisturbed.run.rename(folder / "undisturbed")
        print(
            "| learner | attack | outcome | s | MiB before | peak | after | descriptors before | peak | after | ms to /livez | to a hello "
            "| log lines |")
        print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
        for keyed in (True, False):
            learner = Learner(arguments, folder, keyed)
            try:
                intruders = 0
                for name, deed in attacks(arguments, keyed):
                    try:
                        failed += learner.attack(name, deed)
                    except LearnerDied:
                        failed += 1
                        intruders += learner.joined()
                        learner.run.rename(folder / f"dead-{failed}")
                        learner = Learner(arguments, folder, keyed)
                intruders += learner.joined()
                attack = Flood([address(endpoint) for endpoint in learner.endpoints] + [learner.metrics], arguments.connections)
                finished = learner.finish()
                outcome = attack.stop()
                failed += intruders > 0 or finished != digest
                verdict = {digest: "the digest", None: "NOT ended, and has no digest as that"}.get(finished, "ANOTHER digest than that")
                print(
                    f"{learner.kind}: {intruders} strangers got in; the run that followed, while idle connections came ({outcome}), has "
                    f"{verdict} of an undisturbed one", flush=True)
            finally:
                if learner.process.poll() is None:
                    learner.process.send_signal(signal.SIGKILL)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
