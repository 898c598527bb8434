"""Companies, their people and their tokens."""

from collections.abc import Callable

import pytest

from centralka.actions import people, tokens
from centralka.actions.actor import Actor, Operator
from centralka.actions.errors import InvalidInput, NotAllowed, NotFound, Taken
from centralka.actions.tenants import tenants
from centralka.store.models import ApiToken, Membership, Person, Role, Tenant
from tests import cast

GOOD = "Zielony-Rower-78"


def test_an_operator_makes_a_company_and_its_first_owner(db: None) -> None:
    tenant, owner = tenants.add_tenant_with_owner(
        cast.OPERATOR, " ACME ", "Acme Sp. z o.o.", "pl", "Jan@Acme.example", "Jan", GOOD
    )
    assert (tenant.slug, owner.email, owner.must_change_password) == ("acme", "jan@acme.example", True)
    assert owner.check_password(GOOD)


def test_a_company_is_not_made_without_its_owner(db: None) -> None:
    with pytest.raises(InvalidInput):
        tenants.add_tenant_with_owner(cast.OPERATOR, "acme", "Acme", "pl", "no address", "Jan", GOOD)
    assert not Tenant.objects.exists()


@pytest.mark.parametrize("slug", ["", "a", "1a", "a_b", "zażółć", "a b", "a" * 21, "-ab", "a\0b"])
def test_a_short_name_that_could_not_start_a_login_is_refused(db: None, slug: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        tenants.add_tenant(cast.OPERATOR, slug, "Acme")
    assert "slug" in refused.value.problems


def test_a_short_name_is_given_once(kwiaty: cast.Company) -> None:
    with pytest.raises(Taken):
        tenants.add_tenant(cast.OPERATOR, "kwiaty", "Inna")


@pytest.mark.parametrize("email", ["", "jan", "jan@", "jan@x\0.example", "a" * 250 + "@x.example", "jan@x.example\n.x"])
def test_what_is_no_address_is_refused(kwiaty: cast.Company, email: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        people.add_person(kwiaty.owner, email, "Jan", Role.READER, GOOD)
    assert list(refused.value.problems) == ["email"]


@pytest.mark.parametrize("password", ["short", "123456789012", "password1234", "jan@kwiaty.example"])
def test_a_weak_first_password_is_refused_with_reasons(kwiaty: cast.Company, password: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        people.add_person(kwiaty.owner, "jan@kwiaty.example", "Jan", Role.READER, password)
    assert refused.value.problems["password"]


def test_a_login_made_in_one_company_is_never_attached_to_another(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    """Else its maker, who told the first password, would be let into the other company too."""
    assert ksiegi.reader.person
    address = ksiegi.reader.person.email.upper()
    ways: list[Callable[[], object]] = [
        lambda: people.add_person(kwiaty.owner, address, "Radek", Role.OWNER, GOOD),
        lambda: people.add_person(ksiegi.owner, address, "Radek", Role.OWNER, GOOD),
        lambda: tenants.add_tenant_with_owner(cast.OPERATOR, "bigco", "Big", "pl", address, "Radek", GOOD),
    ]
    for way in ways:
        with pytest.raises(Taken):
            way()
    assert Membership.objects.filter(person=ksiegi.reader.person).count() == 1
    assert not Tenant.objects.filter(slug="bigco").exists()


def test_only_the_operator_lets_a_login_into_another_company(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    assert kwiaty.owner.person
    tenants.add_member(cast.OPERATOR, "ksiegi", kwiaty.owner.person.email, Role.READER)
    assert kwiaty.owner.person.memberships.count() == 2
    with pytest.raises(InvalidInput) as refused:
        tenants.add_member(cast.OPERATOR, "nobody", "nobody@x.example", Role.READER)
    assert set(refused.value.problems) == {"slug", "email"}


@pytest.mark.parametrize("email", ["boſs@celina.example", "zażółć@celina.example", "boss@celına.example"])
def test_an_address_that_could_be_taken_for_another_is_refused(kwiaty: cast.Company, email: str) -> None:
    with pytest.raises(InvalidInput):
        people.add_person(kwiaty.owner, email, "Boss", Role.READER, GOOD)


def test_a_forgotten_password_is_replaced_by_a_first_one(kwiaty: cast.Company) -> None:
    assert kwiaty.owner.person
    person = tenants.reset_password(kwiaty.owner.person.email.upper(), GOOD)
    assert person.check_password(GOOD)
    assert person.must_change_password
    with pytest.raises(InvalidInput):
        tenants.reset_password("nobody@kwiaty.example", GOOD)


def membership(actor: Actor) -> int:
    return Membership.objects.get(tenant=actor.tenant, person=actor.person).pk


def test_the_last_owner_stays_owner(kwiaty: cast.Company) -> None:
    ways: list[Callable[[], object]] = [
        lambda: people.change_role(kwiaty.owner, membership(kwiaty.owner), Role.READER),
        lambda: people.remove_person(kwiaty.owner, membership(kwiaty.owner)),
    ]
    for leave in ways:
        with pytest.raises(InvalidInput) as refused:
            leave()
        assert refused.value.has("last_owner")


def test_a_removed_persons_login_goes_too_unless_it_opens_something_else(
    kwiaty: cast.Company, ksiegi: cast.Company
) -> None:
    assert kwiaty.reader.person
    assert kwiaty.manager.person
    tenants.add_member(cast.OPERATOR, "ksiegi", kwiaty.manager.person.email, Role.READER)
    people.remove_person(kwiaty.owner, membership(kwiaty.reader))
    people.remove_person(kwiaty.owner, membership(kwiaty.manager))
    assert not Person.objects.filter(pk=kwiaty.reader.person.pk).exists()
    assert Person.objects.filter(pk=kwiaty.manager.person.pk).exists()


def test_only_an_owner_sees_people_and_tokens(kwiaty: cast.Company) -> None:
    doors: list[Callable[[Actor], object]] = [
        people.people,
        tokens.tokens,
        lambda actor: tokens.make_token(actor, "x", Role.READER),
        lambda actor: people.add_person(actor, "x@y.example", "X", Role.READER, GOOD),
    ]
    for actor in (kwiaty.manager, kwiaty.reader):
        for door in doors:
            with pytest.raises(NotAllowed):
                door(actor)


def test_a_strangers_people_and_tokens_are_not_found(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    token, _text = tokens.make_token(kwiaty.owner, "CRM", Role.READER)
    theirs = membership(kwiaty.reader)
    doors: list[Callable[[], object]] = [
        lambda: tokens.revoke_token(ksiegi.owner, token.pk),
        lambda: people.remove_person(ksiegi.owner, theirs),
        lambda: people.change_role(ksiegi.owner, theirs, Role.OWNER),
    ]
    for door in doors:
        with pytest.raises(NotFound):
            door()
    assert ApiToken.objects.filter(pk=token.pk).exists()


def test_a_token_acts_in_its_company_until_it_is_revoked(kwiaty: cast.Company) -> None:
    token, text = tokens.make_token(kwiaty.owner, "CRM", Role.MANAGER)
    actor = tokens.actor_with(text)
    assert isinstance(actor, Actor)
    assert (actor.tenant, actor.role) == (kwiaty.tenant, Role.MANAGER)
    tokens.revoke_token(kwiaty.owner, token.pk)
    assert tokens.actor_with(text) is None


def test_only_a_tokens_digest_is_stored(kwiaty: cast.Company) -> None:
    token, text = tokens.make_token(kwiaty.owner, "CRM", Role.READER)
    assert text not in str(ApiToken.objects.filter(pk=token.pk).values())


def test_the_operators_token_is_no_companys(db: None) -> None:
    assert isinstance(tokens.actor_with(tokens.make_operator_token("script")), Operator)


def test_a_token_owns_only_if_an_owner_says_so(kwiaty: cast.Company) -> None:
    token, _text = tokens.make_token(kwiaty.owner, "CRM", Role.OWNER)
    assert token.role == Role.OWNER
    with pytest.raises(NotAllowed):
        tokens.make_token(kwiaty.manager, "CRM", Role.OWNER)
