"""The invariants at the end of a disturbed run: it is the undisturbed run, in every bit that counts."""

import hashlib
import json
import pathlib
import sqlite3

LAG = 1


def outcome(run):
    """The compared values of a finished run, by name, and the faults of the run by itself."""
    run = pathlib.Path(run)
    faults = []
    found = {}
    configuration = settings(run)
    try:
        report = json.loads((run / "report.json").read_text())
        found["policy_sha256"] = report["policy_sha256"]
        if report["steps"] != configuration["steps"]:
            faults.append(f"report.json has {report['steps']} steps")
    except (OSError, ValueError, KeyError) as error:
        faults.append(f"report.json: {error}")
    try:
        found["ledger"] = ledger(run / "ledger.sqlite", configuration, faults)
    except sqlite3.Error as error:
        faults.append(f"ledger: {error}")
    try:
        found |= checkpoints(run / "checkpoints", configuration["steps"], faults)
    except (OSError, ValueError, KeyError) as error:
        faults.append(f"checkpoints: {error}")
    return found, faults


def settings(run):
    """The numbers at the top level of a run's resolved configuration."""
    lines = (line.split(": ", 1) for line in (run / "config.yaml").read_text().splitlines() if ": " in line and line[0] not in "# ")
    return {key: int(value) for key, value in lines if value.isdecimal()}


def ledger(path, configuration, faults):
    """Every step once, every slot of every step once; a digest of all training data."""
    steps, slots, size = (configuration[key] for key in ("steps", "questions_per_step", "group_size"))
    database = sqlite3.connect(path, timeout=10)
    try:
        def rows(query):
            return database.execute(query).fetchall()

        if (said := rows("PRAGMA integrity_check")) != [("ok",)] or (said := rows("PRAGMA foreign_key_check")):
            faults.append(f"ledger: {said[0]}")
        if rows("SELECT step, policy_version FROM steps ORDER BY step") != [(step, step + 1) for step in range(steps)]:
            faults.append("ledger: steps are missing, or there more than once")
        if rows("SELECT step, slot, policy_version FROM valid_groups ORDER BY step, slot") \
                != [(step, slot, max(0, step - LAG)) for step in range(steps) for slot in range(slots)]:
            faults.append("ledger: slots are missing, there more than once, or sampled from another version")
        digest = hashlib.sha256()
        count = 0
        for row in database.execute(
                "SELECT step, slot, question_id, semantic_entropy, is_kept, sample, answer, cluster, reward, is_truncated, tokens, "
                "log_probabilities FROM valid_groups JOIN responses ON group_id = id ORDER BY step, slot, sample"):
            digest.update(repr(row).encode())
            count += 1
        if count != steps * slots * size:
            faults.append(f"ledger: {count} responses instead of {steps * slots * size}")
        return digest.hexdigest()
    finally:
        database.close()


def checkpoints(folder, steps, faults):
    """Whole folders and nothing else; of the last, the digests of weights and moments, and its state of the run."""
    names = sorted(path.name for path in folder.iterdir())
    last = folder / f"step-{steps:06}"
    faults += [f"checkpoints: {name} is left" for name in names if name.startswith(".")]
    if last.name != (names or [None])[-1]:
        faults.append("checkpoints: the last is not of the last step")
    for name in names:
        for file, entry in json.loads((folder / name / "manifest.json").read_text())["files"].items():
            data = (folder / name / file).read_bytes()
            if len(data) != entry["bytes"] or hashlib.sha256(data).hexdigest() != entry["sha256"]:
                faults.append(f"checkpoints: {name}/{file} differs from its manifest")
    state = json.loads((last / "state.json").read_text())
    if state["step"] != steps or not state["isFinal"]:
        faults.append("checkpoints: the last is not final")
    weights = next(path for path in (last / "model.safetensors", last / "adapter_model.safetensors") if path.exists())
    # Tokens and updates are counted once each; only the time differs, and what the ledger has beside the groups that count.
    state.pop("trainedSeconds")
    state.pop("ledger", None)
    return {
        "final weights": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "optimiser moments": hashlib.sha256((last / "optimizer.safetensors").read_bytes()).hexdigest(),
        "final state": json.dumps(state, sort_keys=True),
    }


def differences(run, expected):
    """The faults of a run with an expected outcome."""
    found, faults = outcome(run)
    return faults + [f"another {name} ({str(found.get(name))[:16]})" for name in expected if found.get(name) != expected[name]]
