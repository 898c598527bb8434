"""Tokens for the REST API. Only a digest is kept: a stolen database opens nothing."""

from django.db import models

from .audited import Audited
from .person import Person, Role
from .tenant import Tenant


class ApiToken(Audited):
    """A token of a tenant (with a role in it), or of the operator (no tenant)."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="api_tokens", null=True)
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MANAGER)
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256, hex. The token has 256 random bits, so no slow hash is needed."""
    hint = models.CharField(max_length=8)
    """The token's first characters, to tell tokens apart in the panel."""
    made_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    networks = models.CharField(max_length=500, blank=True, default="")
    """From where it opens something: networks in CIDR notation, with commas. Empty: from everywhere."""
    expires_at = models.DateTimeField(null=True)
    """From then on it opens nothing; null: it does not end by itself."""
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)

    unaudited = frozenset({"last_used_at", "hint", "made_by"})
    secrets = frozenset({"digest"})

    class Meta:
        db_table = "api_token"
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.name
