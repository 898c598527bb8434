"""The edge of this node, looked after while it runs: its engines, its certificate, its blocks, room on its disk."""
