"""A TCP proxy between one worker and the learner. Lines on its standard input disturb the traffic:

    delay SECONDS               delays the traffic in both directions; 0 ends this
    half worker|learner|both    of the open connections, only that end is kept, and nothing passes any more
    reset                       the open connections are reset at both ends

It ends with its input, so that it never outlives its starter. It is a process of its own since it runs on the worker's host: there
connections are redirected to it, and it passes them on to their destinations.
"""

import asyncio
import contextlib
import socket
import struct
import subprocess
import sys

ORIGINAL_DESTINATION = 80


class Connection:
    """Two ends, and the data on its way between them."""

    def __init__(self, proxy, ends):
        self.proxy, self.ends = proxy, ends
        self.kept = None

    async def serve(self):
        worker, learner = self.ends["worker"], self.ends["learner"]
        pumps = [asyncio.ensure_future(self.pump(worker[0], learner[1])), asyncio.ensure_future(self.pump(learner[0], worker[1]))]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        if self.kept in ("worker", "learner"):
            # The kept end does not notice that the other is gone, until it gives up.
            await pumps[0 if self.kept == "worker" else 1]
        elif self.kept == "both":
            await asyncio.wait(pumps)
        for pump in pumps:
            pump.cancel()
        for _, writer in self.ends.values():
            writer.close()

    async def pump(self, reader, writer):
        """Passes one direction on, in order, each piece no sooner than its delay."""
        loop = asyncio.get_running_loop()
        pieces = asyncio.Queue(1024)

        async def deliver():
            while True:
                due, piece = await pieces.get()
                await asyncio.sleep(max(0, due - loop.time()))
                if not piece:
                    return
                if self.kept is None:
                    writer.write(piece)
                    await writer.drain()

        delivery = asyncio.ensure_future(deliver())
        try:
            while True:
                piece = await reader.read(65536)
                await pieces.put((loop.time() + self.proxy.delay, piece))
                if not piece:
                    break
            await delivery
        except OSError:
            pass
        finally:
            delivery.cancel()

    def half(self, kept):
        if self.kept is None:
            self.kept = kept
            for name, (_, writer) in self.ends.items():
                if kept != "both" and name != kept:
                    writer.close()

    def reset(self):
        for _, writer in self.ends.values():
            abort(writer)


class Proxy:
    def __init__(self, target, mark):
        self.target, self.mark, self.delay = target, mark, 0.0
        self.connections = set()

    async def accept(self, reader, writer):
        learner = socket.socket()
        learner.setblocking(False)
        if self.mark:
            learner.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, self.mark)
        try:
            await asyncio.wait_for(asyncio.get_running_loop().sock_connect(learner, self.target or destination(writer)), 5)
            ends = {"worker": (reader, writer), "learner": await asyncio.open_connection(sock=learner)}
        except (OSError, TimeoutError):
            # The worker gets the error that it would have got from the learner's host.
            learner.close()
            abort(writer)
            return
        connection = Connection(self, ends)
        self.connections.add(connection)
        try:
            await connection.serve()
        finally:
            self.connections.discard(connection)

    def obey(self, line):
        match line.split():
            case ["delay", seconds]: self.delay = float(seconds)
            case ["half", kept]:
                for connection in list(self.connections):
                    connection.half(kept)
            case ["reset"]:
                for connection in list(self.connections):
                    connection.reset()


def abort(writer):
    """Closes with a reset, if it is not closed."""
    try:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    except OSError:
        return
    writer.transport.abort()


def destination(writer):
    """The original destination of a redirected connection."""
    _, port, address = struct.unpack("!HH4s8x", writer.get_extra_info("socket").getsockopt(socket.SOL_IP, ORIGINAL_DESTINATION, 16))
    return socket.inet_ntoa(address), port


async def main(port, target, mark):
    proxy = Proxy(target, mark)
    server = await asyncio.start_server(proxy.accept, "0.0.0.0" if target is None else "127.0.0.1", port)
    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        proxy.obey(line)
    server.close()


class ProxyProcess:
    """The proxy, from outside: started on a worker's host, before the worker."""

    def __init__(self, hosts, host, port, environment):
        if hosts.is_network:
            words = [str(hosts.PROXY_PORT), "-", str(hosts.PROXY_MARK)]
            hosts.redirect(host)
        else:
            words = [str(port), str(hosts.port), "0"]
        self.process = subprocess.Popen(
            hosts.command(host, [sys.executable, "-m", __name__, *words]), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment)
        if self.process.stdout.readline() != "ready\n":
            raise OSError("the proxy does not begin")

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()


if __name__ == "__main__":
    port, target, mark = sys.argv[1:]
    asyncio.run(main(int(port), None if target == "-" else ("127.0.0.1", int(target)), int(mark)))
