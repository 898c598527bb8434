"""Where the edge is, for the engine: it sends everything that goes outside there."""

from django.db import models


class Edge(models.Model):
    """The edge of this installation: one row, written at each start."""

    address = models.CharField(max_length=60)
    """Inner address and port, such as 127.0.0.1:5062."""
    media_address = models.CharField(max_length=45)
    """The address for sound that phones and carriers are told."""

    class Meta:
        db_table = "edge"

    def __str__(self) -> str:
        return self.address
