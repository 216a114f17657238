"""What faults led to, by what learners and workers said: a suite whose faults did nothing would show here."""

import collections
import re

SAID = {
    "workers lost": r"\[Training\] \S+ is lost: ",
    "workers back": r"\] saying hello again: ",
    "hangs": r"\[Training\] \S+ hangs: ",
    "leases given again": r" is handed out again \(",
    "leases given twice": r" ms\): given to ",
    "relays done without": r"weights come from the learner, without the relay",
    "runs gone on with": r"^learner at \S+, goes on after step ",
    "full disks told": r"^empo: error: .*the disk (failed or )?is full",
}
PATTERNS = {name: re.compile(pattern, re.MULTILINE) for name, pattern in SAID.items()}


def count(folder):
    """How often each was said in a round's logs."""
    # A supervised run keeps its learner's log in its folder, and shows some of it besides.
    logs = [log for log in [*folder.glob("*.log"), *folder.glob("run/logs/*.log")] if log.name != "relay.log"]
    found = collections.Counter()
    for log in logs:
        text = log.read_text(errors="replace")
        found.update({name: len(pattern.findall(text)) for name, pattern in PATTERNS.items()})
    return found
