"""The times at which a plan's faults strike and heal, in a run that is under way."""

# The next fault does not wait longer for a run that stands still.
STANDSTILL = 4.0


class Schedule:
    def __init__(self, faults, now):
        self.pending, self.heals = list(faults), []
        self.steps, self.moved, self.due = 0, now, None

    def next(self, now, steps):
        """The fault that is due now, if one is; the same one again until the caller reports that it has struck."""
        if steps > self.steps:
            self.steps, self.moved = steps, now
        if not self.pending:
            return None
        if self.due is None and (steps >= self.pending[0].step or now - self.moved > STANDSTILL):
            self.due = now + self.pending[0].delay
        return self.pending[0] if self.due is not None and now >= self.due else None

    def has_struck(self, now, heal):
        """Goes to the next fault; this one is healed after its time."""
        fault = self.pending.pop(0)
        self.due, self.moved = None, now
        if heal:
            self.heals.append((now + fault.seconds, heal))

    def heal(self, now=None):
        """Heals the faults whose time is over, or all."""
        over = [item for item in self.heals if now is None or item[0] <= now]
        self.heals = [item for item in self.heals if item not in over]
        for _, heal in over:
            heal()
