"""Addresses of edge and engines of this installation."""

from django.db import models


class Edge(models.Model):
    """The edge: one row, written at each start. Engines send everything that goes outside there."""

    address = models.CharField(max_length=60)
    """Inner address and port, such as 127.0.0.1:5062."""
    version = models.CharField(max_length=20, blank=True, default="")
    """Of Kamailio, at its last start; "": it was last started by an older version of ours."""

    class Meta:
        db_table = "edge"

    def __str__(self) -> str:
        return self.address


class EngineNode(models.Model):
    """An engine, written at each of its starts. Companies are spread over all of them (`edge/engines.cfg`)."""

    node = models.CharField(max_length=40, unique=True)
    address = models.CharField(max_length=60)
    """Inner address and port, where the edge reaches it."""
    version = models.CharField(max_length=20, blank=True, default="")
    """Of Asterisk, as that of the edge."""

    class Meta:
        db_table = "engine_node"
        ordering = ("node",)

    def __str__(self) -> str:
        return self.node
