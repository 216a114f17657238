"""The plan of a round's faults: drawn from its seed before anything begins, so that the same seed gives the same plan.

A fault strikes at a step of the run, not at a time: a machine that is busy with other work takes longer, and the fault
still meets the run at the same place. A run that does not move, because of the fault before, does not hold up the next.
"""

import dataclasses
import random

LEASE = 3.0
# Kinds that need namespaces, and those that need a file system of their own.
NETWORK = {"cut", "loss", "rate"}
DISK = {"disk"}
PROXY = {"delay", "half", "reset"}
KINDS = ["kill", "stop", "cut", "loss", "rate", "delay", "half", "reset", "disk", "leave"]


@dataclasses.dataclass(frozen=True)
class Fault:
    kind: str
    target: str
    """A host, named after the process on it: learner, relay, w1, w2, w3; or supervisor."""
    step: int
    """Strikes once so many steps are trained,"""
    delay: float
    """and so many seconds have passed since."""
    seconds: float = 0.0
    """How long it lasts."""
    detail: object = None

    @property
    def words(self):
        lasts = f" {self.seconds:.1f}s" if self.seconds else ""
        detail = {
            "loss": lambda: f" {self.detail:.0%}", "rate": lambda: f" {self.detail}kbit", "delay": lambda: f" by {self.detail:.2f}s",
            "half": lambda: f" {self.detail}", "cut": lambda: f" at {self.detail}"}.get(self.kind, str)()
        return f"{self.kind} {self.target}{detail}{lasts}"


@dataclasses.dataclass(frozen=True)
class Plan:
    seed: int
    mode: str
    """hosts, or train for a supervised run on loopback."""
    workers: int
    has_relay: bool
    """Whether the workers fetch their weights from a relay."""
    faults: tuple
    lie: str | None = None
    """How a worker of its own lies, if there is one that does."""

    @property
    def proxied(self):
        """The worker whose connections pass the proxy, if any do."""
        return next((fault.target for fault in self.faults if fault.kind in PROXY), None)


LIES = ["invent", "lease"]


def draw(seed, steps, kinds, mode=None, can_lie=False):
    """The plan of a seed, of kinds of fault that are possible here."""
    dice = random.Random(seed)
    drawn = "train" if dice.random() < 0.2 else "hosts"
    # A single worker holds up the whole run with every fault, so it is drawn, too.
    workers = dice.choice([1, 2, 2, 3, 3])
    is_train = (mode or drawn) == "train"
    faults = list(train_faults(dice, steps, workers) if is_train else host_faults(dice, steps, workers, kinds))
    has_relay = not is_train and dice.random() < 0.5
    if has_relay:
        faults = sorted([*faults, *relay_faults(dice, steps, kinds)], key=lambda fault: fault.step)
    # Drawn apart, so that a seed has the faults that it has without liars.
    liars = random.Random(f"liar {seed}")
    lie = liars.choice(LIES) if can_lie and not is_train and liars.random() < 0.3 else None
    return Plan(seed, mode or drawn, workers, has_relay, tuple(faults), lie)


def moments(dice, steps, count):
    """The steps at which faults strike, in order; the last leaves enough steps to show its consequences."""
    return [(step, dice.uniform(0, 0.2)) for step in sorted(dice.randrange(0, max(1, steps - 10)) for _ in range(count))]


def host_faults(dice, steps, workers, kinds):
    names = [f"w{number}" for number in range(1, workers + 1)]
    proxied = dice.choice(names)
    # All kinds are dealt before one repeats; kills are in the deck twice.
    deck = [kind for kind in [*KINDS, "kill"] if kind in kinds]
    dice.shuffle(deck)
    times = moments(dice, steps, dice.randint(4, 7))
    dealt = [deck[index % len(deck)] for index in range(len(times))]
    if workers == 1:
        # Comes last, so that only the worker's own patience ends a connection that is dead at one end.
        dealt.sort(key=lambda kind: kind == "half")
    for kind, (step, delay) in zip(dealt, times):
        target = proxied if kind in PROXY else dice.choice(names)
        if kind in ("kill", "stop", "cut", "loss", "rate") and dice.random() < 0.4:
            target = "learner"
        yield detailed(dice, Fault(kind, "learner" if kind == "disk" else target, step, delay))


def relay_faults(dice, steps, kinds):
    for step, delay in moments(dice, steps, dice.randint(1, 3)):
        kind = dice.choice([kind for kind in ("kill", "kill", "stop", "cut", "loss", "rate", "leave") if kind in kinds])
        yield detailed(dice, Fault(kind, "relay", step, delay))


def detailed(dice, fault):
    """Adds a fault's duration and strength."""
    moment, outage = dice.uniform(0.1, 1.0), dice.uniform(0.5, 1.6) * LEASE
    match fault.kind:
        case "kill": return dataclasses.replace(fault, seconds=dice.choice([moment, moment, outage]))
        case "stop": return dataclasses.replace(fault, seconds=dice.choice([moment, outage]))
        case "cut": return dataclasses.replace(fault, seconds=outage, detail=dice.choice(["switch", "host"]))
        case "loss": return dataclasses.replace(fault, seconds=outage, detail=dice.uniform(0.02, 0.25))
        case "rate": return dataclasses.replace(fault, seconds=outage, detail=dice.choice([256, 1024, 4096]))
        case "delay": return dataclasses.replace(fault, seconds=outage, detail=dice.uniform(0.05, 0.5))
        case "half": return dataclasses.replace(fault, detail=dice.choice(["worker", "learner", "both"]))
        case "disk": return dataclasses.replace(fault, seconds=moment + 1.5)
    return fault


def train_faults(dice, steps, workers):
    for step, delay in moments(dice, steps, dice.randint(2, 5)):
        target = dice.choice(["supervisor", "learner"] + [f"w{number}" for number in range(1, workers + 1)])
        fault = Fault("stop" if dice.random() < 0.3 else "kill", target, step, delay)
        # Its own supervisor decides when one that was killed comes back.
        yield dataclasses.replace(fault, seconds=detailed(dice, fault).seconds if fault.kind == "stop" else 0.0)
