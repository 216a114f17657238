"""A disk that can be full: a small tmpfs for the run folder, and a file that takes what is left of it."""

import os
import pathlib
import tempfile

from .hosts import run

# Room for a handful of checkpoints of the embedded model.
MEGABYTES = 64


class SmallDisk:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.path.mkdir()
        run("mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "chaos", str(self.path))
        self.filler = self.path / "filler"

    def fill(self):
        """Takes all that is free now; again, for as long as the disk is to be full, since a checkpoint that goes frees some."""
        with open(self.filler, "ab", buffering=0) as file:
            for block in (bytes(1 << 20), bytes(4096)):
                try:
                    while file.write(block) == len(block):
                        pass
                except OSError:
                    pass

    def free(self):
        self.filler.unlink(missing_ok=True)

    def close(self):
        # Whoever still looks at it does not keep it in sight.
        run("umount", "-l", str(self.path), check=False)


def obstacle():
    """Why there can be none here; None where there can."""
    if os.geteuid() != 0:
        return "this is not root"
    with tempfile.TemporaryDirectory() as folder:
        try:
            SmallDisk(pathlib.Path(folder) / "disk").close()
        except OSError as error:
            return str(error).splitlines()[0]
    return None
