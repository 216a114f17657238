"""A disk that can be full: a small tmpfs for the run folder, and a file that takes its free space."""

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
        """Takes all free space now. Called again while the disk must stay full, since a pruned checkpoint frees some."""
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
        # A lazy unmount: a process that still has files open does not keep it mounted.
        run("umount", "-l", str(self.path), check=False)


def obstacle():
    """Why none is possible here; None if one is."""
    if os.geteuid() != 0:
        return "this is not root"
    with tempfile.TemporaryDirectory() as folder:
        try:
            SmallDisk(pathlib.Path(folder) / "disk").close()
        except OSError as error:
            return str(error).splitlines()[0]
    return None
