"""What upstream may post: every fault at once, each with its clause, and one spelling of each text."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.forms import PartyForm, SecondeeForm, SecondmentApplication, SupportApplication
from tests.intake import forms


def faults(kind: Any, form: dict[str, Any]) -> list[tuple[str, str]]:
    """Where, and which clause or which of pydantic's faults."""
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(form)
    return [
        (".".join(map(str, e["loc"])), e.get("ctx", {}).get("clause") or e["type"])
        for e in caught.value.errors(include_input=False)
    ]


def with_party(**said: Any) -> dict[str, Any]:
    return forms.secondment(party=forms.party(1, **said))


def test_a_whole_form_is_taken() -> None:
    assert SecondmentApplication.model_validate(forms.secondment()).requests[0].wishes[1].overseas == "hanoi"
    assert SupportApplication.model_validate(forms.support()).stage == "recruiting"
    assert SecondeeForm.model_validate(forms.secondee()).request == 1


@pytest.mark.clause("S-IN-3")
def test_every_fault_is_named_at_once() -> None:
    party = {"kind": "club", "name": "", "kana": "kana", "person": "花\u202e子", "email": "a@b", "mobile": "0"}
    assert faults(SecondmentApplication, {"party": party}) == [
        ("party.kind", "literal_error"),
        ("party.name", "string_too_short"),
        ("party.kana", "rule"),
        ("party.person", "rule"),
        ("party.email", "rule"),
        ("party.address", "missing"),
        ("party.mobile", "extra_forbidden"),
        ("purpose", "S-IN-3"),
        ("requests", "S-IN-3"),
    ]


UNSEEN = ["\u0000", "\u202e", "\u2066", "\u200b", "\ufeff", "\ue000", "\ufffd", "\n", "\u2028"]


@pytest.mark.parametrize("bad", [*(f"架空{each}商事" for each in UNSEEN), "　 "])
@pytest.mark.clause("S-IN-3")
def test_what_nobody_can_see_or_read_is_refused_in_a_line(bad: str) -> None:
    assert faults(SecondmentApplication, with_party(name=bad)) == [("party.name", "rule")]


def test_variants_of_a_character_and_composed_text_are_kept() -> None:
    name = "葛\U000e0100城カ\u3099ラス工業株式会社"
    taken = SecondmentApplication.model_validate(with_party(name=f"  {name}　")).party.name
    assert taken == "葛\U000e0100城ガラス工業株式会社"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ﾐﾎﾝ ﾊﾅｺ", "ミホン　ハナコ"),
        ("みほん　はなこ", "ミホン　ハナコ"),
        ("コーヒー-", "コーヒーー"),
        ("ヴィ・ラ", "ヴィ・ラ"),
    ],
)
def test_readings_are_kept_in_full_width_katakana(written: str, kept: str) -> None:
    assert PartyForm.model_validate(forms.party(1, kana=written)).kana == kept


@pytest.mark.parametrize("bad", ["MIHON", "見本", "ミホン1", "ミホン！"])
@pytest.mark.clause("S-IN-3")
def test_a_reading_is_katakana_only(bad: str) -> None:
    assert faults(PartyForm, forms.party(1, kana=bad)) == [("kana", "rule")]


@pytest.mark.clause("G-5")
def test_a_corporate_number_has_13_digits_and_a_check_digit() -> None:
    good = forms.number(1)
    wide = good.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    assert PartyForm.model_validate(forms.party(1, corporate_number=wide)).corporate_number == good
    wrong = good[:-1] + str((int(good[-1]) + 1) % 10)
    for bad in (wrong, good[:-1], good + "0", "T" + good[1:], "abc"):
        assert faults(PartyForm, forms.party(1, corporate_number=bad)) == [("corporate_number", "G-5")]
    assert PartyForm.model_validate(forms.party(1, corporate_number=" ")).corporate_number is None


@pytest.mark.parametrize("bad", ["a", "a@b", "a..b@c.jp", ".a@c.jp", "a@-c.jp", "a@c.jp\r\nBcc: d@e.jp", "ａ@c.jp",
                                 "a b@c.jp", "a@c_d.jp", f"{'a' * 65}@c.jp", "a@c.jp,d@e.jp"])  # fmt: skip
@pytest.mark.clause("S-IN-3")
def test_a_mail_address_that_no_letter_reaches_is_refused(bad: str) -> None:
    assert faults(PartyForm, forms.party(1, email=bad)) == [("email", "rule")]


@pytest.mark.parametrize(
    ("ranks", "clause"),
    [((1, 3), "S-IN-3"), ((1, 1), "S-IN-3"), ((2, 3), "S-IN-3"), ((0, 1), "greater_than_equal")],
)
@pytest.mark.clause("S-IN-3")
def test_ranks_run_from_1_without_a_gap(ranks: tuple[int, ...], clause: str) -> None:
    wishes = [{"rank": rank, "domestic": f"site-{n}", "overseas": "hanoi"} for n, rank in enumerate(ranks)]
    form = forms.secondment(requests=[{"route": "domestic_then_overseas", "years": 2, "wishes": wishes}])
    assert clause in [found for _, found in faults(SecondmentApplication, form)]


@pytest.mark.clause("S-IN-3")
def test_one_to_ten_wishes_no_place_twice() -> None:
    def wishing(count: int) -> dict[str, Any]:
        return forms.secondment(requests=[forms.request(*((f"site-{n}", "hanoi") for n in range(count)))])

    assert len(SecondmentApplication.model_validate(wishing(10)).requests[0].wishes) == 10
    assert faults(SecondmentApplication, wishing(0)) == [("requests.0.wishes", "too_short")]
    assert faults(SecondmentApplication, wishing(11)) == [("requests.0.wishes.10.rank", "less_than_equal")]
    twice = forms.secondment(requests=[forms.request(("osaka", "hanoi"), ("osaka", "hanoi"))])
    assert faults(SecondmentApplication, twice) == [("requests.0.wishes", "S-IN-3")]


@pytest.mark.parametrize(
    ("route", "abroad"), [("domestic_then_overseas", None), ("domestic", "hanoi"), ("headquarters", "hanoi")]
)
@pytest.mark.clause("S-IN-4")
def test_a_wish_abroad_goes_with_the_route_abroad(route: str, abroad: str | None) -> None:
    form = forms.secondment(requests=[forms.request(("osaka", abroad), route=route)])
    assert faults(SecondmentApplication, form) == [("requests.0.wishes", "S-IN-4")]
    assert ("requests.0.route", "literal_error") in faults(
        SecondmentApplication, forms.secondment(requests=[forms.request(("osaka", None), route="overseas")])
    )


@pytest.mark.clause("S-IN-2")
def test_no_wish_and_wishes_do_not_go_together() -> None:
    assert SecondmentApplication.model_validate({"party": forms.party(), "no_wish": True}).requests == ()
    assert faults(SecondmentApplication, forms.secondment(no_wish=True)) == [("requests", "S-IN-2")]


@pytest.mark.clause("C-IN-4")
def test_a_registered_company_states_its_number() -> None:
    form = forms.support(party=forms.party(1, corporate_number=None))
    assert faults(SupportApplication, form) == [("party", "C-IN-4")]
    assert SupportApplication.model_validate(form | {"legal_form": "other"}).party.corporate_number is None


@pytest.mark.clause("C-IN-8")
def test_every_fact_of_the_registration_is_asked_for() -> None:
    asked = set(forms.support()) - {"website", "earlier_years"}
    for name in sorted(asked):
        form = {key: value for key, value in forms.support().items() if key != name}
        assert faults(SupportApplication, form)[0] == (name, "missing")
    twice = forms.support(agreements=["surveys", "surveys"])
    assert faults(SupportApplication, twice) == [("agreements", "C-IN-8")]


NO_WEBSITES = [
    "kakuu.example.jp",
    "ftp://kakuu.example.jp",
    "https://",
    "https://a b.jp",
    "https://user@kakuu.example.jp",
    "javascript:alert(1)",
    "https://localhost",
]


@pytest.mark.parametrize("bad", NO_WEBSITES)
@pytest.mark.clause("C-IN-8")
def test_a_website_is_one(bad: str) -> None:
    assert faults(SupportApplication, forms.support(website=bad)) == [("website", "C-SC-4")]


def test_no_website_is_a_fact_too() -> None:
    assert SupportApplication.model_validate(forms.support(website="")).website is None


@pytest.mark.parametrize("day", [0, 704_419_200, "1992-02-30", "1992/05/06", "", None])
@pytest.mark.clause("S-LI-1")
def test_a_day_of_birth_is_a_day(day: object) -> None:
    assert [where for where, _ in faults(SecondeeForm, forms.secondee(birth_date=day))] == ["birth_date"]


@pytest.mark.parametrize(
    "said", [{"years": True}, {"years": "2"}, {"years": 2.5}, {"third_year_agreed": "yes"}, {"third_year_agreed": 1}]
)
def test_numbers_and_flags_are_not_guessed(said: dict[str, Any]) -> None:
    form = forms.secondment(requests=[forms.request(("osaka", "hanoi"), **said)])
    assert len(faults(SecondmentApplication, form)) == 1


def test_neither_fault_nor_trace_shows_what_was_typed() -> None:
    form = with_party(name="カナリア\u0000")
    with pytest.raises(ValidationError) as caught:
        SecondmentApplication.model_validate(form)
    assert "カナリア" not in str(caught.value)
    assert "カナリア" not in repr(SecondmentApplication.model_validate(with_party(name="カナリア")))
