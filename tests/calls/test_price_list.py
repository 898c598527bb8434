"""A price list from a file: in every spelling that spreadsheets and carriers use, or not at all, and it says why."""

import codecs
import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centralka.calls.price_list.columns import COLUMN_NAMES
from centralka.calls.price_list.errors import MESSAGES, MOST_ERRORS, PriceListErrors
from centralka.calls.price_list.parse import Table, look_at, parse_price_list
from centralka.calls.price_list.reading import Reading
from centralka.calls.price_list.rows import MOST_ROWS
from centralka.calls.price_list.text import LARGEST_FILE
from centralka.calls.tariffs import Rate

POLISH = ["prefiks", "opis", "cena za minutę", "opłata za połączenie", "pierwszy takt", "kolejny takt"]
ENGLISH = ["Prefix", "Description", "Price per minute", "Connection fee", "First increment", "Next increment"]
HEADER = ";".join(ENGLISH)

ROWS = [
    ["48", "Polska, stacjonarne", "0,0800", "0", "1", "1"],
    ["4860", 'Polska "komórki"', "0,12", "0,05", "60", "30"],
    ["49", "Niemcy; świat", "1000", "0,0001", "3600", "1"],
]
RATES = [
    Rate("48", "Polska, stacjonarne", Decimal("0.08"), Decimal(0), 1, 1),
    Rate("4860", 'Polska "komórki"', Decimal("0.12"), Decimal("0.05"), 60, 30),
    Rate("49", "Niemcy; świat", Decimal(1000), Decimal("0.0001"), 3600, 1),
]


def a_csv(rows: list[list[str]], separator: str = ";", line_end: str = "\r\n") -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=separator, lineterminator=line_end).writerows(rows)
    return file.getvalue()


def a_list(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


def errors_of(data: bytes) -> list[tuple[int | None, str | None, str]]:
    return [(error.line, error.column, error.code) for error in refused(data).errors]


def refused(data: bytes) -> PriceListErrors:
    with pytest.raises(PriceListErrors) as caught:
        parse_price_list(data)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("decimal_point", [",", "."])
@pytest.mark.parametrize("header", [POLISH, ENGLISH])
def test_it_reads_what_spreadsheets_write(
    encoding: str, separator: str, line_end: str, decimal_point: str, header: list[str]
) -> None:
    rows = [[*row[:2], *(cell.replace(",", decimal_point) for cell in row[2:])] for row in ROWS]
    assert parse_price_list(a_csv([header, *rows], separator, line_end).encode(encoding)) == RATES


def test_it_reads_utf_16_of_either_order_by_its_mark() -> None:
    text = a_csv([POLISH, *ROWS], "\t")
    assert parse_price_list(codecs.BOM_UTF16_BE + text.encode("utf-16-be")) == RATES
    assert parse_price_list(codecs.BOM_UTF16_LE + text.encode("utf-16-le")) == RATES


def test_columns_stand_in_any_order_among_others() -> None:
    header = ["Kraj", *reversed(POLISH), "Uwagi"]
    rows = [["x", *reversed(row), ""] for row in ROWS]
    assert parse_price_list(a_csv([header, *rows]).encode()) == RATES


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_first_and_a_last_column_without_a_name_move_nothing(separator: str) -> None:
    table = [["", *POLISH, ""], *(["", *row, ""] for row in ROWS)]
    assert parse_price_list(a_csv(table, separator).encode()) == RATES


@pytest.mark.parametrize(
    "header",
    [
        "PREFIX;Opis ; CENA ZA MINUTĘ (PLN netto);Opłata za połączenie [zł];Pierwszy takt (s);Kolejny takt (s)",
        "prefix;description;per_minute;connection_fee;first_increment;next_increment",
        "dial code;destination;rate;setup fee;first increment;next increment",
        'prefiks;nazwa;"stawka za minutę netto";opłata początkowa;takt pierwszy;następny takt',
    ],
)
def test_columns_have_several_names(header: str) -> None:
    assert parse_price_list(f"{header}\n48;Polska;0,08;0;1;1\n".encode()) == [
        Rate("48", "Polska", Decimal("0.08"), Decimal(0), 1, 1)
    ]


@pytest.mark.parametrize("name", ["cena za minutę brutto", "Cena za minutę (brutto)", "Price per minute [gross]"])
def test_a_price_with_vat_is_not_taken_for_a_price(name: str) -> None:
    data = f"prefix;opis;{name};connection fee;first increment;next increment\n48;;1;0;1;1".encode()
    assert errors_of(data) == [(1, "per_minute", "missing_column")]


def test_blank_lines_empty_rows_and_the_line_of_a_spreadsheet_are_passed_over() -> None:
    text = f"\n\nsep=;\n{HEADER};;\n\n;;;;;;;\n48;;0,08;0;1;1;;\n   \n49;;0,1;0;1;1\n\n"
    assert errors_of(text.encode()) == [(9, None, "cells_missing")]
    assert [rate.prefix for rate in parse_price_list(text.replace("\n49;;0,1;0;1;1\n", "\n").encode())] == ["48"]


def test_a_cell_in_quotes_can_have_several_lines_and_lines_are_still_counted_right() -> None:
    assert parse_price_list(a_list('48;"Polska\nstacjonarne";1;0;1;1'))[0].description == "Polska stacjonarne"
    assert errors_of(a_list('48;"Polska\nstacjonarne";1;0;1;1', "x;;1;0;1;1")) == [(4, "prefix", "prefix")]


@pytest.mark.parametrize("cell", ["48", "+48", "0048", " 48 ", '"48"', "4 8", "4\u00a08"])
def test_a_prefix_is_a_country_code_and_what_follows(cell: str) -> None:
    assert [rate.prefix for rate in parse_price_list(a_list(f"{cell};Polska;1;0;1;1"))] == ["48"]


@pytest.mark.parametrize(
    "column, cell, code",
    [
        ("prefix", "", "prefix"),
        ("prefix", "+", "prefix"),
        ("prefix", "00", "prefix"),
        ("prefix", "022", "prefix"),
        ("prefix", "48x", "prefix"),
        ("prefix", "4.8E+10", "prefix"),
        ("prefix", "-48", "prefix"),
        ("prefix", "٤٨", "prefix"),
        ("prefix", "1" * 16, "prefix"),
        ("prefix", "1" * 100_000, "prefix"),
        ("description", "x" * 101, "description_too_long"),
        ("per_minute", "", "not_a_price"),
        ("per_minute", "za darmo", "not_a_price"),
        ("per_minute", "NaN", "not_a_price"),
        ("per_minute", "Infinity", "not_a_price"),
        ("per_minute", "1e3", "not_a_price"),
        ("per_minute", "0x10", "not_a_price"),
        ("per_minute", "1.000,00", "not_a_price"),
        ("per_minute", ".5", "not_a_price"),
        ("per_minute", "٠٫٥", "not_a_price"),
        ("per_minute", "=1+1", "not_a_price"),
        ("per_minute", "9" * 100_000, "not_a_price"),
        ("per_minute", "-0,01", "negative"),
        ("per_minute", "1000,0001", "price_too_high"),
        ("per_minute", "999999999999", "price_too_high"),
        ("per_minute", "0,00001", "too_precise"),
        ("connection_fee", "", "not_a_price"),
        ("connection_fee", "-1", "negative"),
        ("connection_fee", "1001", "price_too_high"),
        ("first_increment", "", "not_seconds"),
        ("first_increment", "1,5", "not_seconds"),
        ("first_increment", "0", "seconds_out_of_range"),
        ("first_increment", "3601", "seconds_out_of_range"),
        ("next_increment", "minuta", "not_seconds"),
        ("next_increment", "-1", "seconds_out_of_range"),
        ("next_increment", "9" * 100_000, "not_seconds"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line_and_column(column: str, cell: str, code: str) -> None:
    good = dict(zip(COLUMN_NAMES, ["49", "Niemcy", "1", "0", "1", "1"], strict=True))
    data = a_list("48;Polska;1;0;1;1", ";".join({**good, column: cell}.values()))
    assert errors_of(data) == [(3, column, code)]
    assert len(str(refused(data).errors[0])) < 200


@pytest.mark.parametrize("price", ["0", "0,0000", "-0", "0.1200000", "1000.00", "007"])
def test_a_price_can_be_nothing_and_zeros_around_it_say_nothing(price: str) -> None:
    rate = parse_price_list(a_list(f"48;Polska;{price};0;1;1"))[0]
    assert rate.per_minute == Decimal(price.replace(",", "."))
    assert len(str(rate.per_minute).partition(".")[2]) == 4


def test_one_error_refuses_everything_and_all_are_told_at_once_in_their_order() -> None:
    data = a_list("48;Polska;1;0;1;1", "x;Nic;-1;0;0;y", "49;Niemcy;1;0;1;1", "50;Nic")
    assert errors_of(data) == [
        (3, "prefix", "prefix"),
        (3, "per_minute", "negative"),
        (3, "first_increment", "seconds_out_of_range"),
        (3, "next_increment", "not_seconds"),
        (5, None, "cells_missing"),
    ]


def test_a_prefix_that_comes_twice_is_named_with_the_line_where_it_came_first() -> None:
    (error,) = refused(a_list("48;;1;0;1;1", "49;;1;0;1;1", "0048;;2;0;1;1")).errors
    assert (error.line, error.column, error.code) == (4, "prefix", "double_prefix")
    assert str(error) == "The prefix 48 is already in line 2."


def test_a_hundred_errors_are_told_and_the_rest_counted() -> None:
    caught = refused(a_list(*["x;;1;0;1;1"] * 250))
    assert (len(caught.errors), caught.total) == (MOST_ERRORS, 250)


def test_reading_ends_at_more_rows_than_any_list_has() -> None:
    caught = refused(a_list(*["48"] * MOST_ROWS, "48", "49"))
    assert caught.total == MOST_ROWS + 1
    assert MESSAGES["too_many_rows"] % {"limit": MOST_ROWS} == "The list has more than 300000 rows."


def test_a_decimal_comma_between_commas_needs_quotes_and_the_message_says_so() -> None:
    header = ",".join(ENGLISH)
    assert parse_price_list(f'{header}\n48,Polska,"0,08",0,1,1'.encode())[0].per_minute == Decimal("0.08")
    (error,) = refused(f"{header}\n48,Polska,0,08,0,1,1".encode()).errors
    assert (error.line, error.code) == (2, "cells_too_many")
    assert "7 cells instead of 6" in str(error)
    assert "quotation marks" in str(error)


@pytest.mark.parametrize("row", ['48;"Polska;1;0;1;1', '48;"Pol"ska;1;0;1;1', '"48'])
def test_a_quotation_mark_without_its_pair_is_an_error_and_not_a_cell_to_the_end_of_the_file(row: str) -> None:
    assert (3, None, "quotation") in errors_of(a_list("47;;1;0;1;1", row, *["49;;1;0;1;1"] * 3))


@pytest.mark.parametrize(
    "data, code",
    [
        (b"", "empty"),
        (b" \r\n\t\n ", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (codecs.BOM_UTF16_LE, "empty"),
        (HEADER.encode(), "no_rows"),
        (f"{HEADER}\n;;;;;\n\n".encode(), "no_rows"),
        (b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256)), "not_text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not_text"),
        (a_list("48;Pol\x00ska;1;0;1;1"), "not_text"),
        (a_list("48;Pol\x1bska;1;0;1;1"), "not_text"),
        (a_list().decode().encode("utf-32"), "not_text"),
        (a_list().decode().encode("utf-16")[:-1], "not_text"),
        (a_list("48;").replace(b"48", b"\x81\x98"), "not_text"),
        (b"\x00", "not_text"),
        (b"x" * (LARGEST_FILE + 1), "too_large"),
    ],
)
def test_a_file_that_is_no_list_at_all_gets_one_clear_error(data: bytes, code: str) -> None:
    assert errors_of(data) == [(None, None, code)]


@pytest.mark.parametrize("column", COLUMN_NAMES)
def test_each_missing_column_is_named(column: str) -> None:
    header = ";".join(name for name in COLUMN_NAMES if name != column)
    assert errors_of(f"\n{header}\n48;1;0;1;1".encode()) == [(2, column, "missing_column")]


def test_a_file_without_a_header_lacks_all_columns() -> None:
    assert errors_of(b"48;Polska;1;0;1;1\n") == [(1, column, "missing_column") for column in COLUMN_NAMES]
    assert len(errors_of(b"sep=;\n")) == len(COLUMN_NAMES)
    assert len(errors_of(b";" * 1_000_000)) == len(COLUMN_NAMES)


def test_a_column_that_comes_twice_is_an_error_as_nobody_knows_which_one_is_meant() -> None:
    assert errors_of(f"{HEADER};Stawka\n48;;1;0;1;1;2".encode()) == [(1, "per_minute", "double_column")]


# -- Lists as carriers and billing systems write them -----------------------------------------------------------------

CARRIERS: list[tuple[str, list[Rate]]] = [
    (
        "Code;Destination;ppm;ppc;minimal;resolution\n48;Poland;0.0120;0.01;60;1\n",
        [Rate("48", "Poland", Decimal("0.0120"), Decimal("0.01"), 60, 1)],
    ),
    (
        "Cennik hurtowy 2026\nWażny od: 1.07.2026;;\n\nCode|Destination|Rate|Setup fee|Initial Increment|Increment\n"
        "48|Poland|0.0120|0|60|6\n",
        [Rate("48", "Poland", Decimal("0.0120"), Decimal(0), 60, 6)],
    ),
    (
        'Destination,Code,Cost / Min (PLN),Connection charge,Billing Increment\nPoland,"4850, 4851",0.02,0,60/30\n',
        [Rate(prefix, "Poland", Decimal("0.0200"), Decimal(0), 60, 30) for prefix in ("4850", "4851")],
    ),
    (
        "prefiks;opis;stawka;opłata początkowa;takty\n48500-48519|48533;Komórki;0,1;0;1\n",
        [Rate(prefix, "Komórki", Decimal("0.1000"), Decimal(0), 1, 1) for prefix in ("4850", "4851", "48533")],
    ),
    (
        "prefiks;opis;stawka;opłata początkowa;takty\n48;Polska;0,1;0;1/1\n4870;Premium;barred;0;60/60\n",
        [
            Rate("48", "Polska", Decimal("0.1000"), Decimal(0), 1, 1),
            Rate("4870", "Premium", Decimal(0), Decimal(0), 60, 60, barred=True),
        ],
    ),
]


@pytest.mark.parametrize("text, rates", CARRIERS)
def test_a_carriers_list_is_read_as_it_comes(text: str, rates: list[Rate]) -> None:
    assert parse_price_list(text.encode()) == rates


def reading(names: str, columns: str, **said: object) -> Reading:
    return Reading(tuple(names.split(";")), tuple(columns.split(";")), **said)  # type: ignore[arg-type]


def test_what_was_said_of_the_columns_is_done() -> None:
    said = reading("A;B;C;D", "description;prefix;;per_minute", increments="60/1")
    assert parse_price_list(b"Title\nA;B;C;D\nPoland;48;x;0.05\n", said) == [
        Rate("48", "Poland", Decimal("0.0500"), Decimal(0), 60, 1)
    ]
    assert {code for _line, _column, code in errors_of(b"A;X;C;D\nPoland;48;x;0.05\n")} == {"missing_column"}


def test_decimals_beyond_the_fourth_are_rounded_up_where_that_was_said() -> None:
    said = reading("code;ppm", "prefix;per_minute", increments="1", round_up=True)
    assert [rate.per_minute for rate in parse_price_list(b"code;ppm\n48;0.012301\n49;0.0123\n", said)] == [
        Decimal("0.0124"),
        Decimal("0.0123"),
    ]


def test_a_price_that_bars_a_destination_is_one_where_that_was_said() -> None:
    said = reading("code;ppm", "prefix;per_minute", increments="1", bar_high=True)
    (rate,) = parse_price_list(b"code;ppm\n4870;1200\n", said)
    assert (rate.barred, rate.per_minute) == (True, Decimal(0))


def test_prices_in_another_currency_are_asked_about_and_then_converted() -> None:
    data = b"code;description;Cost / Min (USD);setup;increments\n48;;0.0101;0;1\n"
    assert errors_of(data) == [(1, "per_minute", "currency")]
    said = reading(
        "code;description;Cost / Min (USD);setup;increments",
        "prefix;description;per_minute;connection_fee;increments",
        factor=Decimal("4.05"),
    )
    assert parse_price_list(data, said)[0].per_minute == Decimal("0.0410")


@pytest.mark.parametrize("cell", ["48-60", "4850-485", "48519-48500", "599-600", "4850 4851", "4850,x", "1-204"])
def test_prefixes_that_nobody_understands_are_refused(cell: str) -> None:
    assert errors_of(a_list(f"{cell};;1;0;1;1")) == [(2, "prefix", "prefix")]


def test_a_prefix_that_two_cells_have_is_told() -> None:
    assert errors_of(a_list("48500-48509;;1;0;1;1", '"4850,4851";;1;0;1;1')) == [(3, "prefix", "double_prefix")]


def test_a_price_with_two_readings_is_explained_by_another_or_asked() -> None:
    assert errors_of(a_list("48;;1.500;0;1;1")) == [(2, "per_minute", "ambiguous_price")]
    assert errors_of(a_list("48;;1.500;0;1;1", "49;;0,15;0;1;1")) == [(2, "per_minute", "ambiguous_price")]
    assert parse_price_list(a_list("48;;1.500;0;1;1", "49;;0.15;0;1;1"))[0].per_minute == Decimal("1.5")
    said = reading(HEADER, ";".join(COLUMN_NAMES), decimal=",")
    assert parse_price_list(a_list("48;;1.000;0;1;1"), said)[0].per_minute == 1000


def test_the_first_rows_are_shown_with_what_the_columns_are_taken_for() -> None:
    table = look_at(b"Cennik\nKierunek;Code;Cena;Uwagi\nPolska;48;0,05;\n")
    assert table == Table(
        ("Kierunek", "Code", "Cena", "Uwagi"), ("description", "prefix", "", ""), [["Polska", "48", "0,05", ""]]
    )


@given(st.binary(max_size=300))
def test_no_bytes_whatever_keep_their_first_rows_from_being_shown(data: bytes) -> None:
    try:
        table = look_at(data)
    except PriceListErrors:
        return
    assert len(table.names) == len(table.columns)


def test_every_code_has_its_sentence() -> None:
    wrong = [
        a_list(
            "x;;x;-1;x;0",
            "1;;9999;0,00001;1;1",
            "2;;1;0;1;1",
            "2;;1;0;1;1",
            "3",
            "4;;1;0;1;1;1",
            f"5;{'x' * 101};1;0;1;1",
        ),
        a_list('48;"'),
        b"x",
        f"{HEADER};Prefix".encode(),
        a_list("6;;1.500;0;1;1"),
        HEADER.replace("minute", "minute (USD)").encode(),
        HEADER.encode(),
        b"",
        b"\x00",
        b"x" * (LARGEST_FILE + 1),
    ]
    errors = [error for data in wrong for error in refused(data).errors]
    assert {error.code for error in errors} | {"too_many_rows"} == set(MESSAGES)
    assert all("%" not in str(error) for error in errors)


def test_a_hundred_thousand_prices_are_read() -> None:
    data = a_list(*(f"{10_000_000 + n};Kraj {n};0,{n % 10_000:04};0,1;60;1" for n in range(100_000)))
    rates = parse_price_list(data)
    assert len(rates) == 100_000
    assert rates[12_345] == Rate("10012345", "Kraj 12345", Decimal("0.2345"), Decimal("0.1"), 60, 1)


@given(st.binary(max_size=400))
def test_no_bytes_whatever_break_it(data: bytes) -> None:
    with pytest.raises(PriceListErrors):
        parse_price_list(data)


@given(st.text(st.sampled_from('48;,"\t\n\r 0.x-\u2028'), max_size=60))
def test_no_rows_whatever_break_it(text: str) -> None:
    try:
        rates = parse_price_list(a_list(text))
    except PriceListErrors:
        return
    assert all(isinstance(rate, Rate) for rate in rates)
