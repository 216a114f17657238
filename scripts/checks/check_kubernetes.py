#!/usr/bin/env python3
"""Checks that the objects in a folder fit each other, which no schema sees: selectors, names, ports, volumes, arguments.

check_kubernetes.py FOLDER
"""
import pathlib
import sys

import yaml

folder = pathlib.Path(sys.argv[1])
problems = []
kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text())
listed = set(kustomization["resources"])
objects = []
for file in sorted(folder.glob("*.yaml")):
    if file.name in ("kustomization.yaml", "run.yaml"):
        continue
    # Secrets hold a user's own keys, and are made by hand.
    if file.name not in listed and file.name != "secret.yaml":
        problems.append(f"{file.name} is not among the resources of kustomization.yaml")
    objects += [(file.name, o) for o in yaml.safe_load_all(file.read_text())]
for name in listed:
    if not (folder / name).exists():
        problems.append(f"kustomization.yaml names {name}, which is not there")


def named(kind):
    return {o["metadata"]["name"]: o for _, o in objects if o["kind"] == kind}


def expect(condition, message):
    if not condition:
        problems.append(message)


config_maps = {m["name"] for m in kustomization.get("configMapGenerator", [])}
secrets = {n: set(o["stringData"]) for n, o in named("Secret").items()}
pods = {}
for kind in ("StatefulSet", "Deployment"):
    for name, o in named(kind).items():
        labels = o["spec"]["template"]["metadata"]["labels"]
        pods[name] = labels
        expect(o["spec"]["selector"]["matchLabels"].items() <= labels.items(), f"{name}: the selector misses its own pods")
        spec = o["spec"]["template"]["spec"]
        volumes = {v["name"]: v for v in spec["volumes"]}
        claims = {c["metadata"]["name"] for c in o["spec"].get("volumeClaimTemplates", [])}
        expect(spec["securityContext"].get("runAsNonRoot") is True, f"{name}: may run as root")
        for container in spec.get("initContainers", []) + spec["containers"]:
            label = f"{name}/{container['name']}"
            mounts = {m["mountPath"]: m["name"] for m in container["volumeMounts"]}
            for volume in mounts.values():
                expect(volume in volumes or volume in claims, f"{label}: there is no volume {volume}")
            expect("memory" in container["resources"]["limits"], f"{label}: no limit of memory")
            ports = {p["name"] for p in container.get("ports", [])}
            arguments = container.get("args", [])
            numbers = {p["name"]: p["containerPort"] for p in container.get("ports", [])}
            if "metrics" in ports:
                told = arguments[arguments.index("--metrics") + 1] if "--metrics" in arguments else "none"
                expect(told == f"0.0.0.0:{numbers['metrics']}", f"{label}: the port metrics is {numbers['metrics']}, --metrics is {told}")
                scraped = o["spec"]["template"]["metadata"].get("annotations", {}).get("prometheus.io/port")
                expect(scraped == str(numbers["metrics"]), f"{label}: the annotation names port {scraped}, not {numbers['metrics']}")
            for probe, path in (("startupProbe", "/livez"), ("readinessProbe", "/readyz"), ("livenessProbe", "/livez")):
                if container in spec["containers"]:
                    expect(probe in container, f"{label}: there is no {probe}")
                if probe in container:
                    asked = container[probe]["httpGet"]
                    expect(asked == {"path": path, "port": "metrics"}, f"{label}: {probe} asks for {asked}, not for {path} at metrics")
                    expect(asked["port"] in ports, f"{label}: {probe} names no port of the container")
            for argument in arguments:
                for path, volume in mounts.items():
                    if argument.startswith(path + "/") and "secret" in volumes.get(volume, {}):
                        keys = secrets.get(volumes[volume]["secret"]["secretName"], set())
                        expect(argument[len(path) + 1 :] in keys, f"{label}: {argument} is in no secret")
        for volume in volumes.values():
            if "secret" in volume:
                # The only mode that the program accepts when its user is not the files' owner: its own group may read, and nothing else.
                expect(volume["secret"]["defaultMode"] == 0o440, f"{name}: secrets are not of mode 0440")
                expect("fsGroup" in spec["securityContext"], f"{name}: secrets are readable by root alone without fsGroup")
            if "configMap" in volume:
                expect(volume["configMap"]["name"] in config_maps, f"{name}: there is no config map {volume['configMap']['name']}")
        if kind == "StatefulSet":
            expect(o["spec"]["serviceName"] in named("Service"), f"{name}: there is no service {o['spec']['serviceName']}")
for name, o in named("Service").items():
    selector = o["spec"]["selector"].items()
    expect(any(selector <= labels.items() for labels in pods.values()), f"service {name} selects no pods")
for name, o in named("NetworkPolicy").items():
    selector = o["spec"]["podSelector"]["matchLabels"].items()
    chosen = [pod for pod, labels in pods.items() if selector <= labels.items()]
    expect(chosen, f"network policy {name} selects no pods")
    admitted = {p["port"] for rule in o["spec"]["ingress"] for p in rule["ports"]}
    for pod in chosen:
        containers = {**named("StatefulSet"), **named("Deployment")}[pod]["spec"]["template"]["spec"]["containers"]
        listening = {p["name"] for c in containers for p in c["ports"]}
        expect(admitted == listening, f"network policy {name} admits {sorted(admitted)}, {pod} listens at {sorted(listening)}")
for name, o in named("HorizontalPodAutoscaler").items():
    expect(o["spec"]["scaleTargetRef"]["name"] in named("Deployment"), f"autoscaler {name} scales nothing")
arguments = named("Deployment")["empo-worker"]["spec"]["template"]["spec"]["containers"][0]["args"]
address = arguments[arguments.index("--connect") + 1]
pool = pathlib.PurePath(arguments[arguments.index("--key") + 1]).stem
worker = arguments[arguments.index("--name") + 1]
expect(worker == f"{pool}/$(POD_NAME)", f"workers are named {worker}, which the pool's key {pool}.key does not cover")
for name, o in named("StatefulSet").items():
    expect(address == f"tcp://{name}-0.{o['spec']['serviceName']}:5555", f"workers connect to {address}, which is not {name}'s pod")
for problem in problems:
    print(problem)
sys.exit(1 if problems else 0)
