"""Faults on real processes, drawn from a seed; scripts/evidence/chaos.sh is the way in and says what is done."""
