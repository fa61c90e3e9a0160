"""The use cases of sending: `plan` tells what would happen, `run` does it, `report` tells what came of it."""
