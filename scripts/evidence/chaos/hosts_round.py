"""A round on hosts: a learner, its workers and perhaps their relay under a plan's faults."""

import contextlib
import pathlib
import shutil
import signal
import subprocess
import sys
import time

from .disk import SmallDisk
from .faults import strike
from .hosts import Loopback, Namespaces, free_port
from .invariants import differences
from .proxy import ProxyProcess
from .roles import Role, Steps
from .schedule import Schedule

# Workers that did not hear that the run is done, because they were cut off, are asked to leave after so many seconds.
FAREWELL = 5.0
# They have ten seconds' grace, and time for a last message.
LEAVING = 20.0


class HostsRound:
    def __init__(self, suite, plan, folder, mark):
        self.suite, self.plan, self.folder, self.mark = suite, plan, folder, mark
        self.environment = suite.environment(mark)
        self.struck, self.wrong = [], []
        self.roles, self.generations = {}, {}
        self.everybody = []
        self.is_disk_full = False
        self.full_until = 0.0
        self.disk = self.proxy = None

    def run(self):
        """Plays the round; returns the faults found."""
        with contextlib.ExitStack() as stack:
            self.build(stack)
            stack.callback(lambda: [role.end() for role in self.everybody])
            self.play()
            run = self.run_folder
            if not self.wrong:
                self.wrong += differences(run, self.suite.expected)
            if self.wrong and self.disk:
                self.disk.free()
                shutil.copytree(run, self.folder / "run", ignore_dangling_symlinks=True)
        return self.wrong

    @property
    def restarts(self):
        return self.learner.lives - 1

    def build(self, stack):
        """Hosts, disk, proxy, and all processes in their places."""
        workers = [f"w{number}" for number in range(1, self.plan.workers + 1)]
        names = ["learner", *workers, *(["relay"] if self.plan.has_relay else []), *(["liar"] if self.plan.lie else [])]
        network = Namespaces if self.suite.has_network else Loopback
        self.hosts = network(self.mark, names)
        stack.callback(self.hosts.close)
        self.run_folder = self.folder / "run"
        if any(fault.kind == "disk" for fault in self.plan.faults):
            self.disk = SmallDisk(self.folder / "disk")
            stack.callback(self.disk.close)
            self.run_folder = self.disk.path / "run"
        self.proxy_port = free_port()
        if self.plan.proxied:
            self.proxy = ProxyProcess(self.hosts, self.plan.proxied, self.proxy_port, self.environment)
            stack.callback(self.proxy.close)
        subprocess.run(
            [self.suite.empo, "train", self.suite.strict if self.plan.lie else self.suite.configuration, "--run", self.run_folder, "--prepare"], check=True,
            capture_output=True, stdin=subprocess.DEVNULL)
        keys = self.suite.keys
        words = [self.suite.empo, "learner", "--run", self.run_folder, "--listen", self.hosts.listen, "--key", keys / "learner.key"]
        self.learner = Role(
            "learner", self.hosts.command("learner", [*map(str, words), "--authorized", str(keys / "authorized")]),
            self.folder / "learner.log", self.environment)
        self.roles["learner"] = self.learner
        self.everybody.append(self.learner)
        if self.plan.has_relay:
            self.relay()
        if self.plan.lie:
            self.liar()
        for name in workers:
            self.worker(name)

    def liar(self):
        """A worker that lies, under a key of its own. It ends when it is refused."""
        keys = self.suite.keys
        words = [
            sys.executable, pathlib.Path(__file__).parents[1] / "liar.py", self.hosts.learner, "--attack", self.plan.lie, "--key",
            keys / "liar.key", "--learner-key", keys / "learner.pub", "--seed", self.plan.seed]
        self.everybody.append(
            Role("liar", self.hosts.command("liar", [str(word) for word in words]), self.folder / "liar.log", self.environment))

    def relay(self):
        """The relay, whose key is a worker's."""
        keys = self.suite.keys
        words = [
            self.suite.empo, "relay", "--connect", self.hosts.learner, "--listen", self.hosts.relay, "--key", keys / "relay.key",
            "--learner-key", keys / "learner.pub", "--authorized", keys / "authorized"]
        role = Role("relay", self.hosts.command("relay", [str(word) for word in words]), self.folder / "relay.log", self.environment)
        self.roles["relay"] = role
        self.everybody.append(role)

    def worker(self, host):
        """The next worker of a host, under a name that the host has not had yet."""
        generation = self.generations[host] = self.generations.get(host, 0) + 1
        name, keys = f"{host}-{generation}", self.suite.keys
        is_past_proxy = host != self.plan.proxied or self.hosts.is_network
        learner = self.hosts.learner if is_past_proxy else f"tcp://127.0.0.1:{self.proxy_port}"
        words = [
            self.suite.empo, "worker", "--connect", learner, "--threads", "1", "--key", str(keys / f"{name}.key"), "--learner-key",
            str(keys / "learner.pub")]
        if self.plan.has_relay:
            words += ["--relay", self.hosts.relay, "--relay-key", str(keys / "relay.pub")]
        role = Role(name, self.hosts.command(host, words), self.folder / f"{name}.log", self.environment)
        self.roles[host] = role
        self.everybody.append(role)
        return role

    def role(self, host):
        return self.roles[host]

    def play(self):
        """Starts all processes, lets the faults strike, and waits for the end of the run and of all processes."""
        begin = time.monotonic()
        steps, schedule = Steps(self.learner.log), Schedule(self.plan.faults, begin)
        for role in self.everybody:
            role.start()
        while self.learner.is_wanted:
            now = time.monotonic()
            if now - begin > self.suite.patience:
                return self.wrong.append(f"does not end; step {steps.done}")
            fault = schedule.next(now, steps.look())
            # A fault waits until a process runs on its host.
            if fault and self.role(fault.target).is_alive:
                schedule.has_struck(now, strike(fault, self))
                self.struck.append(fault)
            schedule.heal(now)
            if self.is_disk_full:
                self.disk.fill()
                self.full_until = now + 10
            for role in list(self.everybody):
                self.look_after(role, now)
            time.sleep(0.03)
        schedule.heal()
        self.see_off()

    def look_after(self, role, now):
        """Restarts processes that died, as a supervisor would, and notes those that should not have."""
        if role.is_alive or not role.is_wanted:
            return
        if role.process is not None and not role.was_killed:
            status = role.process.returncode
            if status == 0:
                # The learner is done, and so is a worker that heard it from the learner.
                role.is_wanted = False
                return
            role.was_killed = True
            role.away_until = now + 1
            words = role.last_words()
            if role is not self.learner or now > self.full_until:
                self.wrong.append(f"{role.name} ended with status {status}: {' / '.join(words)[:200]}")
            elif status != 1 or len(words) != 1 or "disk" not in words[0]:
                self.wrong.append(f"full disk, and the learner ended with status {status}: {' / '.join(words)[:300]}")
        if now >= role.away_until:
            role.start()

    def see_off(self):
        """Waits for the processes to end that heard that the run is done; asks the others."""
        begin = time.monotonic()
        asked = False
        while left := [role for role in self.everybody if role.is_alive]:
            waited = time.monotonic() - begin
            if waited > FAREWELL and not asked:
                asked = True
                for role in left:
                    role.signal(signal.SIGTERM)
            if waited > FAREWELL + LEAVING:
                return self.wrong.append(f"processes are left: {', '.join(role.name for role in left)}")
            time.sleep(0.03)
        for role in self.everybody:
            # A worker that was asked to leave before it had printed a line had nothing to give back.
            speechless = -signal.SIGTERM if not any(role.last_words()) else 0
            if role.process is not None and not role.was_killed and role.process.returncode not in (0, speechless):
                self.wrong.append(f"{role.name} ended with status {role.process.returncode}: {' / '.join(role.last_words())[:200]}")
