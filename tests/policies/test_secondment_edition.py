"""The secondment edition of fiscal 2026, as code reads it."""

from __future__ import annotations

from datetime import date

import pytest

from policies.editions import load
from policies.faults import NotYetHolding, UnknownParameter
from policies.parameters import Dated
from schemas.values import Parameter

EDITION = load("secondment", 2026)
START = date(2026, 4, 1)


@pytest.mark.clause("G-6")
def test_a_value_comes_with_what_a_decision_keeps_of_it() -> None:
    bar = EDITION.value("bars.age_under", on=START)
    assert (bar.number, bar.clause) == (40, "S-SC-5")
    assert bar.parameter == Parameter(name="bars.age_under", value=40, unit="years", holds_from="2025-11-01")
    assert EDITION.id == "secondment/2026"


@pytest.mark.parametrize(
    ("name", "value", "clause"),
    [
        pytest.param("dates.reception_closes", "2025-12-05", "S-IN-1", marks=pytest.mark.clause("S-IN-1")),
        pytest.param("dates.papers_due", "2026-02-24", "S-SC-9", marks=pytest.mark.clause("S-SC-9")),
        pytest.param("dates.results_announced", "2026-01-15", "S-PL-10", marks=pytest.mark.clause("S-PL-10")),
        pytest.param("dates.starts", "2026-04-01", "S-LI-3", marks=pytest.mark.clause("S-LI-3")),
        pytest.param("routes.countries.US.overseas_years_most", 1, "S-SC-4", marks=pytest.mark.clause("S-SC-4")),
        pytest.param("bars.experience_years_least", 5, "S-SC-7", marks=pytest.mark.clause("S-SC-7")),
        pytest.param("bars.toeic_overseas_least", 730, "S-SC-8", marks=pytest.mark.clause("S-SC-8")),
        pytest.param("fees.overseas_preparation", 100_000, "S-BI-2", marks=pytest.mark.clause("S-BI-2")),
        pytest.param("fees.overseas_office", 120_000, "S-BI-3", marks=pytest.mark.clause("S-BI-3")),
        pytest.param("fees.us_visa_lawyer", 3_550, "S-BI-4", marks=pytest.mark.clause("S-BI-4")),
        pytest.param("costs.business_trip", "jetro", "S-BI-1", marks=pytest.mark.clause("S-BI-1")),
        pytest.param("leave.childbirth_days", 2, "S-LI-9", marks=pytest.mark.clause("S-LI-9")),
        pytest.param("tiebreak.priority_scope", "all_years", "S-PL-4", marks=pytest.mark.clause("S-PL-4")),
        pytest.param("tiebreak.rule", "lottery", "S-PL-5", marks=pytest.mark.clause("S-PL-5")),
        pytest.param("offices.per_overseas_office", 1, "S-PL-2", marks=pytest.mark.clause("S-PL-2")),
    ],
)
def test_the_figures_are_those_of_the_guide(name: str, value: object, clause: str) -> None:
    assert EDITION.value(name, on=START).parameter.value == value
    assert EDITION.clause_of(name) == clause


@pytest.mark.clause("S-BI-1")
def test_the_table_of_costs_is_for_every_kind_and_only_trips_for_jetro_are_jetros() -> None:
    bears = {kind: entry.first for kind, entry in EDITION.costs.root.items()}
    guides = {"housing", "car", "insurance", "removal", "flight", "visa", "health_check", "vaccination", "school"}
    assert guides | {"travel_to_post", "travel_home", "pay", "taxes", "local_public_charges", "other"} <= bears.keys()
    assert [kind for kind, side in bears.items() if side == "jetro"] == ["business_trip"]


def test_an_unknown_name_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(UnknownParameter, match=r"bars\.age_under"):
        EDITION.value("bars.age_below", on=START)


def test_before_its_first_day_a_parameter_has_no_value() -> None:
    assert EDITION.value("bars.age_under", on=date(2025, 11, 1)).number == 40
    with pytest.raises(NotYetHolding):
        EDITION.value("bars.age_under", on=date(2025, 10, 31))


def test_a_value_is_not_read_as_something_else() -> None:
    with pytest.raises(TypeError):
        _ = EDITION.value("bars.age_under", on=START).day
    with pytest.raises(TypeError):
        _ = EDITION.value("routes.domestic_then_overseas.whole_years_only", on=START).number


@pytest.mark.clause("S-IN-5")
def test_a_unit_that_takes_nobody_knows_the_units_beside_it_that_do() -> None:
    assert not EDITION.site("hq.research.americas").accepting
    beside = [site.name for site in EDITION.accepting_beside("hq.research.americas")]
    assert beside == ["調査企画課", "アジア大洋州課", "中国北アジア課", "欧州課", "国際経済課"]


@pytest.mark.clause("S-PL-1")
def test_the_units_marked_as_not_accepting_are_those_of_the_guide() -> None:
    closed = {site.full_name for site in EDITION.sites.values() if not site.accepting and not site.overseas}
    assert closed == {
        "調査部米州課",
        "調査部中東アフリカ課",
        "海外ビジネスサポートセンターグローバルサウス課",
        "海外ビジネスサポートセンターサステナブルビジネス課",
        "知的資産部戦略企画課",
        "知的資産部知的財産課",
        "農林水産食品部戦略企画課",
        "海外展開支援部国際博覧会課",
        "デジタルマーケティング部デジタルマーケティング課",
    }


@pytest.mark.clause("S-PL-1")
def test_a_secondee_in_a_team_takes_a_place_of_its_unit_too() -> None:
    team = EDITION.site("hq.research.europe.russia")
    assert (team.name, team.full_name) == ("欧州課ロシア班", "調査部欧州課ロシア班")
    assert team.counted_at == ("hq.research.europe.russia", "hq.research.europe")


@pytest.mark.clause("S-PL-6")
def test_those_already_there_are_taken_off_the_places_of_each_year() -> None:
    assert EDITION.capacity("bangkok", 2026, on=START).number == 1
    assert [EDITION.free_places("bangkok", year) for year in (2026, 2027, 2028)] == [0, 1, 1]
    assert EDITION.free_places("moscow", 2027) == 0


@pytest.mark.clause("S-BI-2")
@pytest.mark.clause("S-BI-4")
def test_the_lawyers_fee_is_for_the_united_states_alone_and_only_the_office_fee_is_taxed() -> None:
    assert list(EDITION.fees_for("TH")) == ["overseas_preparation", "overseas_office"]
    assert list(EDITION.fees_for("US")) == ["overseas_preparation", "overseas_office", "us_visa_lawyer"]
    assert EDITION.tax_rate("overseas_preparation", on=START) is None
    rate = EDITION.tax_rate("overseas_office", on=START)
    assert rate is not None
    assert rate.number == 10


@pytest.mark.clause("S-LI-8")
def test_the_assessment_of_a_fiscal_year_goes_out_in_june_of_the_next() -> None:
    assert EDITION.appraisal_day(2026) == date(2027, 6, 15)
    assert EDITION.appraisal_day(2028) == date(2029, 6, 15)


@pytest.mark.clause("S-SC-4")
def test_only_countries_with_a_bound_of_their_own_shorten_the_stay() -> None:
    limit = EDITION.overseas_years_most("US", on=START)
    assert limit is not None
    assert limit.number == 1
    assert EDITION.overseas_years_most("TH", on=START) is None


@pytest.mark.clause("S-BI-6")
def test_after_a_last_value_that_has_an_end_nothing_holds_again() -> None:
    last = {"from": date(2026, 5, 1), "until": date(2026, 6, 30), "value": 1}
    values = ({"from": date(2026, 2, 1), "value": 2}, last)
    fee = Dated[int].model_validate({"clause": "S-BI-6", "unit": "yen", "values": values})
    assert [fee.on(day).value for day in (date(2026, 4, 30), date(2026, 6, 30))] == [2, 1]
    with pytest.raises(NotYetHolding):
        fee.on(date(2026, 7, 1))
