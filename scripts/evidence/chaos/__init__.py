"""Faults on real processes, drawn from a seed; scripts/evidence/chaos.sh starts them and describes them."""
