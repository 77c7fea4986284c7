"""One sender under two spellings (S-IN-7), and what is known of earlier placements (S-PL-4)."""

from __future__ import annotations

from datetime import datetime

import pytest

from schemas import intake as said
from schemas.values import TOKYO
from services.intake.policy.spelling import name_form, reading_form
from tests.intake import forms
from tests.intake.support import Counter, accepted_by, clauses, officer

NAMED = {"name": "株式会社澤田商會", "kana": "サワダショウカイ"}
SPELT = {"name": "㈱沢田商会", "kana": "サワダシヨウカイ", "corporate_number": None, "kind": "company"}


async def two_spellings(counter: Counter) -> tuple[str, str]:
    """The ids of the two."""
    await counter.sends(forms.secondment(1, party=forms.party(1, **NAMED)))
    await counter.sends(forms.secondment(2, party=forms.party(1, **SPELT)))
    (pair,) = (await counter.ask("GET", "/organisations?status=suspected")).json()["items"]
    one, two = sorted(pair, key=lambda each: each["corporate_number"] is None)
    assert (one["name"], two["name"]) == ("株式会社澤田商會", "㈱沢田商会")
    return one["id"], two["id"]


async def suspected(counter: Counter) -> int:
    total: int = (await counter.ask("GET", "/organisations?status=suspected")).json()["total"]
    return total


@pytest.mark.clause("S-IN-7")
async def test_two_spellings_are_flagged_and_merged_and_told_anew() -> None:
    counter = Counter()
    one, two = await two_spellings(counter)
    answer = await counter.orders(f"/organisations/{one}", "merge", other=two)
    assert answer.status_code == 200
    assert await suspected(counter) == 0
    read = (await counter.ask("GET", f"/organisations/{one}")).json()
    assert (read["version"], read["absorbed"]) == (answer.json()["version"], [two])
    (told,) = counter.heard(said.ApplicationAmended)
    assert (told["party"]["organisation_id"], told["revision"]) == (one, 2)
    work = (await counter.ask("GET", "/secondment/2026/applications")).json()
    assert {item["organisation_id"] for item in work["items"]} == {one}
    again = await counter.orders(f"/organisations/{one}", "merge", other=two)
    assert clauses(again) == [("", "S-IN-7")]


@pytest.mark.clause("S-IN-7")
async def test_a_merge_can_be_undone() -> None:
    counter = Counter()
    one, two = await two_spellings(counter)
    await counter.orders(f"/organisations/{one}", "merge", other=two)
    await counter.orders(f"/organisations/{one}", "undo-merge", other=two)
    assert counter.heard(said.ApplicationAmended)[-1]["party"]["organisation_id"] == two
    assert await suspected(counter) == 1
    assert clauses(await counter.orders(f"/organisations/{one}", "undo-merge", other=two))


@pytest.mark.clause("S-IN-7")
async def test_kept_apart_they_are_not_flagged_again() -> None:
    counter = Counter()
    one, two = await two_spellings(counter)
    stale = await counter.orders(f"/organisations/{one}", "keep-apart", other=two, seen_version=9)
    assert stale.status_code == 412
    await counter.orders(f"/organisations/{one}", "keep-apart", other=two)
    assert await suspected(counter) == 0


@pytest.mark.clause("S-IN-7")
async def test_after_a_merge_the_other_spelling_speaks_for_the_same_sender() -> None:
    counter = Counter()
    one, two = await two_spellings(counter)
    await counter.orders(f"/organisations/{one}", "merge", other=two)
    third = await counter.sends(forms.secondment(3, party=forms.party(1, **SPELT)))
    assert clauses(third) == [("", "S-IN-6")]


@pytest.mark.clause("S-IN-7")
async def test_the_same_reading_at_the_same_address_is_flagged_whatever_the_characters() -> None:
    counter = Counter()
    town = {"kind": "local_government", "corporate_number": None, "kana": "ミホンシ", "address": "見本市役所1-1"}
    await counter.sends(forms.secondment(1, party=forms.party(1, **town, name="見本市")))
    await counter.sends(forms.secondment(2, party=forms.party(2, **town, name="みほん市役所")))
    assert await suspected(counter) == 1


@pytest.mark.clause("G-5")
async def test_two_corporate_numbers_are_two_legal_entities_whatever_the_name() -> None:
    counter = Counter()
    first = await counter.sends(forms.secondment(1, party=forms.party(1, **NAMED)))
    second = await counter.sends(forms.secondment(2, party=forms.party(2, **NAMED)))
    assert first.json()["id"] != second.json()["id"]
    assert await suspected(counter) == 0
    answer = await counter.orders(f"/organisations/org-{forms.number(1)}", "merge", other=f"org-{forms.number(2)}")
    assert clauses(answer) == [("", "G-5")]


@pytest.mark.clause("S-PL-4")
async def test_earlier_placements_are_told_with_the_form_and_after_it() -> None:
    counter = Counter()
    await counter.sends(forms.secondment(1))
    await counter.orders(f"/organisations/org-{forms.number(1)}", "placements", fiscal_years=[2023])
    assert [each["placed_before"] for each in counter.heard(said.ApplicationSubmitted)] == [False]
    (told,) = counter.heard(said.ApplicationAmended)
    assert (told["placed_before"], told["by_office"]) == (True, True)
    await counter.ask("POST", "/secondment/2026/invitations", json=officer(organisations=[forms.party(2)]))
    await counter.orders(f"/organisations/org-{forms.number(2)}", "placements", fiscal_years=[2023])
    await counter.sends(forms.secondment(2))
    assert counter.heard(said.ApplicationSubmitted)[-1]["placed_before"] is True


@pytest.mark.clause("S-IN-7")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("株式会社澤田商會", "㈱沢田商会"),
        ("（株）ABCテック", "ａｂｃテック　株式会社"),
        ("キヤノ・ミホン有限会社", "キャノミホン（有）"),
        ("髙橋工業", "高橋工業株式会社"),
        ("齋藤物産合同会社", "斉藤物産"),
        ("斎藤物産", "齊藤物産"),
        ("渡邊工業", "渡邉工業"),
        ("渡辺工業㈱", "（株）渡邊工業"),
        ("㈱髙﨑製作所", "高崎製作所株式會社"),
        ("𠮷田商店", "吉田商店"),
        ("ｶﾌﾞｼｷｶﾞｲｼｬﾐﾎﾝ", "株式会社みほん"),
        ("㍿見本", "見本　株式会社"),
        ("データ－バンク", "データーバンク"),
        ("サン‐エイ", "サンエイ"),
        ("コンピューター見本", "コンピュータ見本"),
        ("ヴァイオリン工房", "バイオリン工房"),
        ("見本ヶ丘", "見本が丘"),
        ("第一見本", "第１見本"),
        ("Ｍｉｈｏｎ　Ｃｏ．，Ｌｔｄ．", "MIHON"),
        ("一般社団法人見本会", "（一社）見本会"),
        ("特定非営利活動法人見本", "NPO法人見本"),
    ],
)
def test_spellings_of_one_name_are_alike(one: str, other: str) -> None:
    assert name_form(one) == name_form(other)


@pytest.mark.clause("S-IN-7")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("沢田商会", "沢田商店"),
        ("株式会社", "有限会社"),
        ("東見本市", "西見本市"),
        ("第一見本", "第二見本"),
        ("見本ケミカル", "見本ガス"),
        ("斎藤", "佐藤"),
    ],
)
def test_other_names_are_not(one: str, other: str) -> None:
    assert name_form(one) != name_form(other)


@pytest.mark.clause("S-IN-7")
def test_a_reading_with_its_address_forgets_how_both_are_written() -> None:
    one = reading_form("サワダショウカイ カブシキガイシャ", "長野県見本市架空町1丁目2番3号")
    assert one == reading_form("ｻﾜﾀﾞｼﾖｳｶｲ", "長野県見本市架空町１－２－３")
    assert one != reading_form("サワダショウカイ", "長野県見本市架空町1丁目2番4号")


@pytest.mark.clause("S-PL-4")
async def test_a_place_accepted_in_one_year_counts_in_the_next_without_an_officers_word() -> None:
    counter = Counter()
    await counter.sends(forms.secondment(1))
    accepted = accepted_by(counter, 2026)
    await counter.company["intake"].consumer.take([accepted])
    await counter.company.move(datetime(2026, 11, 10, 10, tzinfo=TOKYO))
    await counter.ask("POST", "/secondment/2027/applications", json=forms.secondment(1))
    await counter.ask("POST", "/secondment/2027/applications", json=forms.secondment(2))
    told = {(each["fiscal_year"], each["placed_before"]) for each in counter.heard(said.ApplicationSubmitted)}
    assert told == {(2026, False), (2027, True), (2027, False)}


@pytest.mark.clause("S-PL-4")
async def test_a_place_accepted_after_the_next_years_form_is_told_anew() -> None:
    counter = Counter()
    await counter.sends(forms.secondment(1))
    accepted = accepted_by(counter, 2026)
    await counter.company.move(datetime(2026, 11, 10, 10, tzinfo=TOKYO))
    await counter.ask("POST", "/secondment/2027/applications", json=forms.secondment(1))
    await counter.company["intake"].consumer.take([accepted])
    await counter.company.run()
    told = [(each["fiscal_year"], each["placed_before"]) for each in counter.heard(said.ApplicationAmended)]
    assert told == [(2027, True)]
    await counter.orders(f"/organisations/org-{forms.number(1)}", "placements", fiscal_years=[])
    assert counter.heard(said.ApplicationAmended)[-1]["placed_before"] is False


@pytest.mark.clause("S-IN-2")
async def test_who_was_invited_is_reminded_twice_until_it_answers_with_or_without_a_wish() -> None:
    counter = Counter()
    invited = [forms.party(number) for number in (1, 2, 3)]
    await counter.ask("POST", "/secondment/2026/invitations", json=officer(organisations=invited))
    await counter.sends(forms.secondment(1))
    await counter.company.move(datetime(2025, 11, 21, 8, 59, tzinfo=TOKYO))
    assert counter.heard(said.AnswerAwaited) == []
    await counter.company.move(datetime(2025, 11, 21, 9, tzinfo=TOKYO))
    first = counter.heard(said.AnswerAwaited)
    assert {each["answer_by"] for each in first} == {"2025-12-05"}
    assert len({each["application_id"] for each in first}) == len(first) == 2
    await counter.sends({"party": forms.party(2), "no_wish": True})
    await counter.company.move(datetime(2026, 1, 10, tzinfo=TOKYO))
    assert len(counter.heard(said.AnswerAwaited)) == 3


@pytest.mark.clause("S-IN-2")
async def test_a_sender_that_is_invited_late_is_reminded_of_what_is_still_to_come() -> None:
    counter = Counter(datetime(2025, 12, 2, 9, tzinfo=TOKYO))
    await counter.ask("POST", "/secondment/2026/invitations", json=officer(organisations=[forms.party(2)]))
    await counter.company.move(datetime(2026, 1, 10, tzinfo=TOKYO))
    assert counter.heard(said.AnswerAwaited) == []
