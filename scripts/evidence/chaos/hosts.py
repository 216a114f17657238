"""Hosts for a learner, its workers and perhaps their relay: network namespaces around a switch, or all on loopback where that cannot be had.

The switch is a bridge in a namespace of its own. So nothing of this machine's own network is touched, several suites run at once, and
everything goes with its namespace. A host is named as what runs on it.
"""

import os
import random
import shutil
import signal
import socket
import subprocess


def run(*words, check=True):
    """Runs a tool whose output matters only if it fails."""
    done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if check and done.returncode:
        raise OSError(f"{' '.join(words)}: {(done.stderr or done.stdout).strip() or f'status {done.returncode}'}")
    return done.stdout


class Loopback:
    """No hosts at all: all processes on 127.0.0.1."""

    is_network = False

    def __init__(self, tag, names):
        self.port = free_port()
        self.listen = self.learner = f"tcp://127.0.0.1:{self.port}"
        self.relay = f"tcp://127.0.0.1:{free_port()}"

    def command(self, host, words):
        return words

    def close(self):
        pass


class Namespaces:
    """A namespace for each host, and one for the switch."""

    is_network = True
    LEARNER = "10.83.0.1"
    PROXY_PORT, PROXY_MARK = 4000, 1

    def __init__(self, tag, names):
        self.tag, self.names = tag, []
        self.listen = self.learner = f"tcp://{self.LEARNER}:5555"
        try:
            self.switch = self.make("switch")
            run("ip", "-n", self.switch, "link", "add", "switch", "type", "bridge")
            run("ip", "-n", self.switch, "link", "set", "switch", "up")
            for index, host in enumerate(names):
                space = self.make(host)
                run("ip", "-n", space, "link", "set", "lo", "up")
                run("ip", "-n", self.switch, "link", "add", host, "type", "veth", "peer", "name", "eth0", "netns", space)
                run("ip", "-n", self.switch, "link", "set", host, "master", "switch", "up")
                address = f"10.83.0.{index + 1}"
                if host == "relay":
                    self.relay = f"tcp://{address}:5557"
                run("ip", "-n", space, "address", "add", f"{address}/24", "dev", "eth0")
                run("ip", "-n", space, "link", "set", "eth0", "up")
        except BaseException:
            self.close()
            raise

    def make(self, host):
        space = self.space(host)
        # First, since a failed attempt may leave a name behind.
        self.names.append(space)
        run("ip", "netns", "add", space)
        return space

    def space(self, host):
        return f"{self.tag}-{host}"

    def command(self, host, words):
        """The command that runs another on a host. It execs the other, so that the started process is that one."""
        return ["ip", "netns", "exec", self.space(host), *words]

    def link(self, host, end, state):
        """Cuts a host's link or restores it, at the switch or at the host."""
        if end == "switch":
            run("ip", "-n", self.switch, "link", "set", host, state)
        else:
            run("ip", "-n", self.space(host), "link", "set", "eth0", state)

    def lose(self, host, share):
        """Loses a share of the packets that reach a host from others; 0 for none."""
        run(*self.command(host, ["iptables", "-w", "-F", "INPUT"]))
        if share:
            rule = ["-i", "eth0", "-m", "statistic", "--mode", "random", "--probability", f"{share:.3f}", "-j", "DROP"]
            run(*self.command(host, ["iptables", "-w", "-A", "INPUT", *rule]))

    def slow(self, host, kilobits):
        """Limits a host's sending rate; 0 for no limit."""
        device = ["dev", "eth0", "root"]
        if kilobits:
            limit = ["tbf", "rate", f"{kilobits}kbit", "burst", "16kb", "latency", "200ms"]
            run("tc", "-n", self.space(host), "qdisc", "replace", *device, *limit)
        else:
            run("tc", "-n", self.space(host), "qdisc", "del", *device, check=False)

    def redirect(self, host):
        """Redirects the connections of a host's processes to the learner and the relay to a proxy there, except the proxy's own."""
        rule = ["-p", "tcp", "-o", "eth0", "-m", "mark", "!", "--mark", str(self.PROXY_MARK)]
        target = ["-j", "REDIRECT", "--to-ports", str(self.PROXY_PORT)]
        run(*self.command(host, ["iptables", "-w", "-t", "nat", "-A", "OUTPUT", *rule, *target]))

    def close(self):
        for space in self.names:
            for pid in run("ip", "netns", "pids", space, check=False).split():
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass
            run("ip", "netns", "del", space, check=False)
        self.names = []


def obstacle(tag):
    """Why no namespaces are possible here; None if they are."""
    if os.geteuid() != 0:
        return "this is not root"
    for tool, package in (("ip", "iproute2"), ("tc", "iproute2"), ("iptables", "iptables")):
        if not shutil.which(tool):
            return f"there is no {tool}: install {package}"
    try:
        hosts = Namespaces(tag, ["learner", "w1"])
        try:
            hosts.lose("w1", 0.5)
            hosts.slow("w1", 1024)
            hosts.redirect("w1")
        finally:
            hosts.close()
    except OSError as error:
        return str(error).splitlines()[0]
    return None


def free_port():
    """A port below those that the system hands out by itself: it must stay free while its owner is away."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise OSError("no free port")
