"""People who sign in to the panel, and what each may do in which tenant."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.db import models
from django.utils.translation import gettext_lazy as _

from .audited import Audited, AuditedManager
from .named import Named
from .sip_account import SipAccount
from .tenant import Tenant


class PersonManager(AuditedManager["Person"], BaseUserManager["Person"]):
    """Look people up by e-mail address. Addresses are kept in small letters, so a look-up is exact."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").strip().lower())

    def add(self, email: str, password: str, **fields: Any) -> "Person":
        """Make a person; the password is stored as an Argon2 digest."""
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save()
        return person


class Person(Named, Audited, AbstractBaseUser):
    """One human being with one login, in any number of tenants."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)
    is_operator = models.BooleanField(default=False)
    """Runs the installation: makes tenants and their first owner."""
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    """Set while the password is one that another person chose."""
    has_second_factor = models.BooleanField(default=False)
    """The password alone does not sign in (`store.models.SecondFactor`)."""
    failed_sign_ins = models.PositiveIntegerField(default=0)
    """Wrong passwords and codes since the last sign-in."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PersonManager] = PersonManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    unaudited = frozenset({"last_login", "must_change_password", "failed_sign_ins"})
    secrets = frozenset({"password"})

    class Meta:
        db_table = "person"
        ordering = ("sort_key", "id")

    def __str__(self) -> str:
        return self.name

    def check_password(self, raw_password: str | None) -> bool:
        """Tell whether this is the password. A digest of earlier days is made anew by it, which changes nothing."""

        def digest_anew(raw: str) -> None:
            self.set_password(raw)
            self._password = None  # as Django's own does: the validators are told of no new password
            super(Audited, self).save(update_fields=["password"])  # unaudited

        return check_password(raw_password, self.password, digest_anew)

    def audit_tenants(self) -> list[int | None]:
        """Tell each company in which the person works; somebody who works in none is the operator's."""
        return list(self.memberships.values_list("tenant_id", flat=True)) or [None]

    @property
    def audit_title(self) -> str:
        return self.email


class Role(models.TextChoices):
    """The rights of a person in a tenant; each role may all that the next role may."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    READER = "reader", _("Reader")


class Membership(Audited):
    """This person works in this tenant, in this role."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    sip_account = models.ForeignKey(SipAccount, models.SET_NULL, related_name="used_by", null=True, blank=True)
    """The account for which the person may make and take calls in the browser; null: none."""

    class Meta:
        db_table = "membership"
        ordering = ("person__sort_key", "id")
        constraints = [models.UniqueConstraint(fields=["tenant", "person"], name="one_role_per_tenant")]

    def __str__(self) -> str:
        return f"{self.person}: {self.role}"

    @property
    def audit_title(self) -> str:
        return self.person.email
