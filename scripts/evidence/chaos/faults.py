"""The effect of each fault on a round on hosts, and its healing."""

import signal


def strike(fault, scene):
    """Strikes; returns a function that heals it after the fault's time, or None if none is needed."""
    return DEEDS[fault.kind](fault, scene)


def kill(fault, scene):
    # A process that is already away stays away for the longer of the two faults.
    scene.role(fault.target).kill(fault.seconds)


def stop(fault, scene):
    role = scene.role(fault.target)
    role.signal(signal.SIGSTOP)
    # Its successor, if it was killed meanwhile, runs anyway.
    return lambda: role.signal(signal.SIGCONT)


def cut(fault, scene):
    scene.hosts.link(fault.target, fault.detail, "down")
    return lambda: scene.hosts.link(fault.target, fault.detail, "up")


def loss(fault, scene):
    scene.hosts.lose(fault.target, fault.detail)
    return lambda: scene.hosts.lose(fault.target, 0)


def rate(fault, scene):
    scene.hosts.slow(fault.target, fault.detail)
    return lambda: scene.hosts.slow(fault.target, 0)


def delay(fault, scene):
    scene.proxy.say(f"delay {fault.detail:.3f}")
    return lambda: scene.proxy.say("delay 0")


def half(fault, scene):
    scene.proxy.say(f"half {fault.detail}")


def reset(fault, scene):
    scene.proxy.say("reset")


def disk(fault, scene):
    scene.is_disk_full = True
    scene.disk.fill()

    def heal():
        scene.is_disk_full = False
        scene.disk.free()

    return heal


def leave(fault, scene):
    """A worker is asked to leave, and another begins on the same host while the first is still at its last tasks; a relay that is asked to
    end is started again."""
    leaver = scene.role(fault.target)
    if fault.target == "relay":
        leaver.leave()
        return
    leaver.is_wanted = False
    leaver.signal(signal.SIGTERM)
    scene.worker(fault.target).start()


DEEDS = {
    "kill": kill, "stop": stop, "cut": cut, "loss": loss, "rate": rate, "delay": delay, "half": half, "reset": reset, "disk": disk,
    "leave": leave}
