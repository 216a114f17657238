"""The consequences of faults, by the log lines of learners and workers: a suite whose faults did nothing would show here."""

import collections
import re

SAID = {
    "workers lost": r"\[Cluster\] \S+ is lost: ",
    "workers back": r"\] saying hello again: ",
    "hangs": r"\[Cluster\] \S+ hangs: ",
    "leases reassigned": r" is handed out again \(",
    "leases doubled": r" ms\): given to ",
    "workers without their relay": r"weights come from the learner, without the relay",
    "runs resumed": r"^learner at \S+, goes on after step ",
    "lies found": r"\[Cluster\] \S+ is wrong about ",
    "groups without a lease": r" dropped: it belongs to no lease",
    "full disks reported": r"^empo: error: .*the disk (failed or )?is full",
}
PATTERNS = {name: re.compile(pattern, re.MULTILINE) for name, pattern in SAID.items()}


def count(folder):
    """How often each line occurs in a round's logs."""
    # A supervised run keeps its learner's log in its folder; its own output repeats some of it.
    logs = [log for log in [*folder.glob("*.log"), *folder.glob("run/logs/*.log")] if log.name != "relay.log"]
    found = collections.Counter()
    for log in logs:
        text = log.read_text(errors="replace")
        found.update({name: len(pattern.findall(text)) for name, pattern in PATTERNS.items()})
    return found
