"""A customer company. Nothing of one tenant is visible to another."""

from django.db import models


class Tenant(models.Model):
    """`slug` begins every SIP login of the company (`demo` in `demo_100`) and never changes."""

    slug = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    language = models.CharField(max_length=2, default="pl", choices=[("pl", "Polski"), ("en", "English")])
    last_extension = models.CharField(max_length=6, blank=True, default="")
    """The extension added last, as the form's hint; stays when that account is deleted."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "tenant"
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name
