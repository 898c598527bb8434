"""Which number was dialled, of what kind it is, and whose permission reaches it: real ranges of many countries."""

import pytest

from centralka.calls.destinations import (
    EMERGENCY_NUMBERS,
    Destination,
    Kind,
    Level,
    Permission,
    destination,
    is_emergency,
    permission,
)
from centralka.calls.numbers import is_public_short_code

NATIONAL, EEA, WORLD = Level.NATIONAL, Level.EEA, Level.WORLD

# Region, level, a landline, a mobile number, a premium-rate number (None where the country publishes no such range).
COUNTRIES = [
    ("PL", NATIONAL, "+48221234567", "+48600100200", "+48700123456"),
    ("AT", EEA, "+4312345678", "+436641234567", "+43900123456"),
    ("BE", EEA, "+3225012345", "+32470123456", "+3290312345"),
    ("BG", EEA, "+35929876543", "+359887123456", "+35990123456"),
    ("CY", EEA, "+35722345678", "+35799123456", "+35790012345"),
    ("CZ", EEA, "+420221234567", "+420601123456", "+420900123456"),
    ("DE", EEA, "+493012345678", "+4915112345678", "+499001234567"),
    ("DK", EEA, "+4533123456", "+4520123456", "+4590123456"),
    ("EE", EEA, "+3726123456", "+37251234567", "+3729001234"),
    ("ES", EEA, "+34911234567", "+34612345678", "+34803123456"),
    ("FI", EEA, "+358912345678", "+358401234567", "+358600123456"),
    ("FR", EEA, "+33140123456", "+33612345678", "+33899123456"),
    ("GR", EEA, "+302101234567", "+306912345678", "+309091234567"),
    ("HR", EEA, "+38514567890", "+385911234567", "+3856001234"),
    ("HU", EEA, "+3612345678", "+36201234567", "+3690123456"),
    ("IE", EEA, "+35316123456", "+353871234567", "+3531520123456"),
    ("IS", EEA, "+3545512345", "+3546912345", "+3549001234"),
    ("IT", EEA, "+390612345678", "+393331234567", "+39899123456"),
    ("LI", EEA, "+4232345678", "+423660234567", "+4239002222"),
    ("LT", EEA, "+37052123456", "+37061234567", "+37090012345"),
    ("LU", EEA, "+35227123456", "+352628123456", "+35290012345"),
    ("LV", EEA, "+37167123456", "+37121234567", "+37190123456"),
    ("MT", EEA, "+35621234567", "+35699123456", "+35650037123"),
    ("NL", EEA, "+31201234567", "+31612345678", "+319061234"),
    ("NO", EEA, "+4722123456", "+4741234567", "+4782012345"),
    ("PT", EEA, "+351211234567", "+351912345678", "+351760123456"),
    ("RO", EEA, "+40211234567", "+40721234567", "+40900123456"),
    ("SE", EEA, "+468123456", "+46701234567", "+469001234567"),
    ("SI", EEA, "+38612345678", "+38631234567", "+38690123456"),
    ("SK", EEA, "+421221234567", "+421912123456", "+421900123456"),
    ("GB", WORLD, "+442079460018", "+447400123456", "+449012345678"),
    ("CH", WORLD, "+41442345678", "+41781234567", "+41900123456"),
    ("UA", WORLD, "+380441234567", "+380501234567", "+380900212345"),
    ("BY", WORLD, "+375171234567", "+375294911911", "+3759021234567"),
    ("RU", WORLD, "+74951234567", "+79161234567", "+78091234567"),
    ("KZ", WORLD, "+77172123456", "+77012345678", None),
    ("TR", WORLD, "+902121234567", "+905321234567", "+909001234567"),
    ("RS", WORLD, "+381112345678", "+381601234567", "+38190012345"),
    ("AL", WORLD, "+35542345678", "+355672123456", "+355900123"),
    ("IL", WORLD, "+97221234567", "+972502345678", "+9721919123456"),
    ("AE", WORLD, "+97142345678", "+971501234567", "+971900234567"),
    ("EG", WORLD, "+20223456789", "+201001234567", "+209001234567"),
    ("NG", WORLD, "+2342033123456", "+2348021234567", None),
    ("ZA", WORLD, "+27111234567", "+27711234567", "+27862345678"),
    ("SO", WORLD, "+2525522010", "+252611234567", None),
    ("CU", WORLD, "+5372123456", "+5351234567", None),
    ("US", WORLD, "+12125551234", "+12015550123", "+19002345678"),
    ("CA", WORLD, "+15062345678", "+14165550123", "+19002123456"),
    ("JM", WORLD, "+18765230123", "+18762101234", None),
    ("DO", WORLD, "+18092345678", "+18292345678", None),
    ("MX", WORLD, "+525512345678", "+522221234567", "+529001234567"),
    ("BR", WORLD, "+551123456789", "+5511961234567", "+55900123456"),
    ("AR", WORLD, "+541123456789", "+5491123456789", "+546001234567"),
    ("CN", WORLD, "+861012345678", "+8613123456789", "+8616812345"),
    ("JP", WORLD, "+81312345678", "+819012345678", "+81990123456"),
    ("KR", WORLD, "+8221234567", "+821023456789", "+82602345678"),
    ("IN", WORLD, "+911123456789", "+918123456789", "+911861123456789"),
    ("AU", WORLD, "+61212345678", "+61412345678", "+611900123456"),
    ("NZ", WORLD, "+6432345678", "+64211234567", "+64900123456"),
    ("RE", WORLD, "+262262161234", "+262692123456", "+262891123456"),
]

# What costs more than it seems, wherever it is.
DEAR = [
    "+447012345678",  # personal number, long a way of fraud
    "+447640123456",  # pager
    "+448431234567",  # a company's share on top
    "+4970012345678",  # personal number
    "+4918012345",  # shared cost
    "+491377123456",  # televoting
    "+41840123456",  # shared cost
    "+34901123456",  # shared cost
    "+391781234567",  # personal number
    "+15002345678",  # personal communications
    "+48641234567",  # pager
    "+80812345678",  # international shared cost
    "+979123456789",  # international premium rate
]

SATELLITE = [
    "+870773123456",  # Inmarsat
    "+881612345678",  # Iridium
    "+881812345678",  # Globalstar
    "+8821612345678",  # Thuraya
    "+8821312345678",  # on ships and aircraft
    "+883510012345",  # iNum
    "+881512345678",  # nobody's yet
]


def the(dialled: str) -> Destination:
    found = destination(dialled)
    assert found is not None
    return found


def asked(to: Destination, level: Level, *allowed: Kind) -> Permission:
    """May it be called at `level` by a tenant to which the operator allows these kinds?"""
    return permission(
        to,
        level,
        premium_allowed=Kind.PREMIUM in allowed,
        satellite_allowed=Kind.SATELLITE in allowed,
        unknown_allowed=Kind.UNKNOWN in allowed,
    )


@pytest.mark.parametrize(("country", "level", "fixed", "mobile", "premium"), COUNTRIES)
def test_landlines_and_mobiles_of_a_country_need_its_level(
    country: str, level: Level, fixed: str, mobile: str, premium: str | None
) -> None:
    for number in (fixed, mobile):
        assert the(number) == Destination(number, Kind.ORDINARY, level)
        assert [asked(the(number), having) for having in Level] == [
            Permission.ALLOWED if having.covers(level) else Permission.ABOVE_LEVEL for having in Level
        ]


@pytest.mark.parametrize(("country", "level", "fixed", "mobile", "premium"), [row for row in COUNTRIES if row[4]])
def test_its_premium_numbers_need_the_operator_and_then_its_level_too(
    country: str, level: Level, fixed: str, mobile: str, premium: str
) -> None:
    assert the(premium) == Destination(premium, Kind.PREMIUM, level)
    assert asked(the(premium), WORLD) is Permission.PREMIUM
    assert asked(the(premium), WORLD, Kind.SATELLITE, Kind.UNKNOWN) is Permission.PREMIUM
    assert asked(the(premium), level, Kind.PREMIUM) is Permission.ALLOWED
    if level is not NATIONAL:
        assert asked(the(premium), NATIONAL, Kind.PREMIUM) is Permission.ABOVE_LEVEL


def test_the_table_has_more_than_forty_countries_and_all_of_the_eea() -> None:
    assert len({row[0] for row in COUNTRIES}) > 40
    assert sum(level is not WORLD for _, level, *_ in COUNTRIES) == 30


@pytest.mark.parametrize("number", DEAR)
def test_whatever_can_cost_more_than_a_call_to_its_country_counts_as_premium(number: str) -> None:
    assert the(number).kind is Kind.PREMIUM


@pytest.mark.parametrize("number", SATELLITE)
def test_satellites_need_the_operator_and_the_whole_world(number: str) -> None:
    assert the(number) == Destination(number, Kind.SATELLITE, WORLD)
    assert asked(the(number), WORLD, Kind.PREMIUM, Kind.UNKNOWN) is Permission.SATELLITE
    assert asked(the(number), WORLD, Kind.SATELLITE) is Permission.ALLOWED
    assert asked(the(number), EEA, Kind.SATELLITE) is Permission.ABOVE_LEVEL


@pytest.mark.parametrize(
    "number, level",
    [
        ("+48702123456", NATIONAL),  # a 70x that is not given out
        ("+48111222333", NATIONAL),  # PL
        ("+447700900123", WORLD),  # kept for films
        ("+4710000000", WORLD),  # Norway shares its code with Svalbard, which is not in the EEA
        ("+420999123456", EEA),  # CZ
        ("+878101234567890", WORLD),  # of no country
        ("+88812345678901", WORLD),  # of no country
    ],
)
def test_a_range_that_the_data_do_not_know_needs_the_operator(number: str, level: Level) -> None:
    assert the(number) == Destination(number, Kind.UNKNOWN, level)
    assert asked(the(number), WORLD, Kind.PREMIUM, Kind.SATELLITE) is Permission.UNKNOWN
    assert asked(the(number), level, Kind.UNKNOWN) is Permission.ALLOWED


@pytest.mark.parametrize(
    "number, level",
    [
        ("+35818123456", EEA),  # Åland is Finland's
        ("+4779123456", WORLD),  # Svalbard is not in the EEA though Norway is
        ("+390669812345", WORLD),  # the Vatican, with Italy's code
        ("+441534123456", WORLD),  # JE
        ("+590590201234", WORLD),  # GP
        ("+596596301234", WORLD),  # MQ
        ("+594594101234", WORLD),  # GF
        ("+262269601234", WORLD),  # YT
        ("+35020012345", WORLD),  # GI
        ("+37799123456", WORLD),  # MC
        ("+3780549886377", WORLD),  # SM
        ("+38328012345", WORLD),  # XK
        ("+298201234", WORLD),  # FO
        ("+299321000", WORLD),  # GL
        ("+80012345678", WORLD),  # international freephone
    ],
)
def test_a_territory_is_in_the_eea_only_if_its_numbers_are_told_apart_and_are(number: str, level: Level) -> None:
    assert the(number) == Destination(number, Kind.ORDINARY, level)


@pytest.mark.parametrize("dialled", ["800123456", "+488001234567", "801123456", "804123456", "391234567", "451234567"])
def test_polish_freephone_shared_cost_universal_internet_and_mobile_numbers_are_ordinary(dialled: str) -> None:
    assert (the(dialled).kind, the(dialled).level) == (Kind.ORDINARY, NATIONAL)


@pytest.mark.parametrize(
    "dialled",
    [
        "221234567",
        "22 123 45 67",
        "22-123-45-67",
        "(22) 123.45.67",
        "22/1234567",
        "48221234567",
        "48 22 123 45 67",
        "+48221234567",
        "+48 22 123 45 67",
        "(+48) 22 123-45-67",
        "0048221234567",
        "tel:+48-22-123-45-67",
        "TEL:221234567",
        "22\u00a0123\u00a045\u00a067",
    ],
)
def test_one_number_has_many_spellings(dialled: str) -> None:
    assert the(dialled).number == "+48221234567"


def test_a_trunk_prefix_dialled_abroad_is_dropped_before_anybody_looks_at_the_number() -> None:
    assert the("+44 (0)20 7946 0018").number == "+442079460018"
    assert the("+44 (0)900 123 4567").kind is Kind.PREMIUM


@pytest.mark.parametrize(
    "dialled",
    [
        "",
        "+",
        "00",
        "0",
        "1",
        "12",
        "100",
        "1234",
        "911",
        "9112",
        "22123456",  # a digit short
        "2212345678",  # a digit too long
        "0221234567",  # the 0 of long ago
        "012345678",
        "+4822123456",
        "+482219491",
        "+482219115",  # an area before a service number
        "+483012345",
        "+48641234",  # a pager's
        "+48 22 123 45 678",
        "4822123456",
        "+1900555123",
        "+12345",
        "+5551234",
        "+112",
        "00112",
        "+49112",
        "+9991234567",  # no such calling code
        "+210123456",
        "+0123456789",
        "++48221234567",
        "48+221234567",
        "*43",
        "*98",
        "#31#600100200",
        "600100200#",
        "600100200,5",
        "600100200;ext=5",
        "1-800-FLOWERS",
        "22123456x",
        "abc",
        "٢٢١٢٣٤٥٦٧",
        "２２１２３４５６７",
        "221234567\x00",
        "221234567\n221234567",
        "sip:221234567@example.pl",
        "+" + "1" * 10_000,
        "9" * 10_000,
        " " * 10_000,
    ],
)
def test_there_is_no_such_number(dialled: str) -> None:
    assert destination(dialled) is None


@pytest.mark.parametrize("spelling", ["{}", "+48{}", "0048{}", "+48 {}", "(+48) {}", "tel:{}", " {} "])
@pytest.mark.parametrize("code", sorted(EMERGENCY_NUMBERS))
def test_emergency_numbers_are_known_in_every_spelling_and_always_go_through(code: str, spelling: str) -> None:
    dialled = spelling.format(code)
    assert is_emergency(dialled)
    assert the(dialled) == Destination(code, Kind.EMERGENCY, None)
    assert asked(the(dialled), NATIONAL) is Permission.ALLOWED


def test_the_emergency_numbers_are_those_of_the_polish_numbering_plan() -> None:
    plan = "112 984 985 986 987 991 992 993 994 995 996 997 998 999"
    assert sorted(EMERGENCY_NUMBERS) == plan.split()


@pytest.mark.parametrize("code", sorted(EMERGENCY_NUMBERS))
def test_no_extension_can_stand_in_the_way_of_an_emergency_number(code: str) -> None:
    assert is_public_short_code(code)


@pytest.mark.parametrize("dialled", ["1112", "9112", "1120", "112112112", "48112", "+49112", "112#", "989", "", "997x"])
def test_other_numbers_are_no_emergency(dialled: str) -> None:
    assert not is_emergency(dialled)


@pytest.mark.parametrize("code", ["116000", "116111", "116123", "116117", "116006", "19115", "19222", "118913", "989"])
def test_public_short_codes_are_services_at_home(code: str) -> None:
    assert the(code) == Destination(code, Kind.SERVICE, NATIONAL)
    assert asked(the(code), NATIONAL) is Permission.ALLOWED


def test_levels_cover_those_before_them() -> None:
    covered = {level: [other for other in Level if level.covers(other)] for level in Level}
    assert covered == {NATIONAL: [NATIONAL], EEA: [NATIONAL, EEA], WORLD: [NATIONAL, EEA, WORLD]}
