"""What the dashboard shows: one line a panel. `python -m infra.grafana` writes it as Grafana reads it.

Every query is tried by a test on a running system; ``empty`` says why one may find nothing there.
"""

from __future__ import annotations

from dataclasses import dataclass

RATED = 'route!~"/health/.*|/metrics"'


@dataclass(frozen=True)
class Panel:
    """A panel: Japanese and English title, PromQL, legend, Grafana's unit; a number alone where it is a ``stat``."""

    title: str
    query: str
    legend: str = "{{service}}"
    unit: str = "short"
    stat: bool = False
    empty: str = ""


@dataclass(frozen=True)
class Row:
    """Panels that answer one question."""

    title: str
    panels: tuple[Panel, ...]


def _quantile(part: str, histogram: str, by: str = "service", where: str = "") -> str:
    return f"histogram_quantile({part}, sum by ({by}, le) (rate(madoguchi_{histogram}_seconds_bucket{{{where}}}[5m])))"


ROWS = (
    Row(
        "いま人を呼んでいるもの / What calls now",
        (
            Panel(
                "警報 / Alerts",
                'count by (alertname, severity) (ALERTS{alertstate="firing"})',
                "{{alertname}} ({{severity}})",
                stat=True,
                empty="nothing calls",
            ),
            Panel("稼働 / Up", 'up{job="madoguchi"}', "{{service}} {{instance}}", stat=True),
            Panel("記録を追うプロセス / Follows the log", "sum by (service) (madoguchi_follows_log)", stat=True),
            Panel(
                "崩れた約束 / Invariants",
                "max by (service, invariant) (madoguchi_invariant_violations)",
                "{{service}} {{invariant}}",
                stat=True,
            ),
        ),
    ),
    Row(
        "申込みと応答 / Requests",
        (
            Panel(
                "要求 / Requests",
                f"sum by (service, status) (rate(madoguchi_http_seconds_count{{{RATED}}}[5m]))",
                "{{service}} {{status}}",
                "reqps",
            ),
            Panel("応答時間（95%） / Answers, p95", _quantile("0.95", "http", where=RATED), unit="s"),
            Panel("記録の書込み（99%） / Appends, p99", _quantile("0.99", "append"), unit="s"),
            Panel("イベントログの末尾 / Event log tail", "max by (service) (madoguchi_log_tail)"),
        ),
    ),
    Row(
        "伝わり方 / Delivery",
        (
            Panel(
                "最も古い未配信の事象 / Oldest unpublished event",
                'max by (service) (madoguchi_follower_behind_seconds{follower=~"relay([.][0-9]+)?"})',
                unit="s",
            ),
            Panel(
                "一覧と期限の遅れ / Read models behind",
                'max by (service, follower) (madoguchi_follower_behind_seconds{follower!~"relay([.][0-9]+)?"})',
                "{{service}} {{follower}}",
                "s",
            ),
            Panel(
                "受取りの遅れ（件） / Consumer lag, messages",
                "max by (service, topic) (madoguchi_consumer_lag_messages)",
                "{{service}} ← {{topic}}",
            ),
            Panel(
                "受取りの遅れ（秒） / Consumer lag, seconds",
                "max by (service, topic) (madoguchi_consumer_lag_seconds)",
                "{{service}} ← {{topic}}",
                "s",
            ),
            Panel("発行 / Published", "sum by (service) (rate(madoguchi_published_total[5m]))", unit="ops"),
            Panel(
                "受信 / Consumed",
                "sum by (service, outcome) (rate(madoguchi_consumed_total[5m]))",
                "{{service}} {{outcome}}",
                "ops",
            ),
            Panel("受信の束（99%） / Consuming a batch, p99", _quantile("0.99", "consume_batch"), unit="s"),
        ),
    ),
    Row(
        "人を待つもの / What waits for a person",
        (
            Panel("保留の案件 / Parked sequences", "max by (service) (madoguchi_parked_sequences)", stat=True),
            Panel("保留の事象 / Parked messages", "max by (service) (madoguchi_parked_messages)", stat=True),
            Panel("退避 / Dead letters", "sum by (service) (increase(madoguchi_dead_letters_total[1h]))"),
            Panel("期限超過 / Timers due", "max by (service) (madoguchi_timers_due)"),
            Panel("最も古い期限超過 / Oldest timer due", "max by (service) (madoguchi_timers_late_seconds)", unit="s"),
            Panel(
                "送れていない通知 / Letters not sent",
                'max by (state) (madoguchi_work_waiting{work="letters"})',
                "{{state}}",
            ),
            Panel("メールの送信（95%） / Mail, p95", _quantile("0.95", "work", "work", 'work="mail"'), "{{work}}", "s"),
        ),
    ),
    Row(
        "支えるもの / What it stands on",
        (
            Panel(
                "MongoDB の不通 / Storage away",
                "max by (service, access) (madoguchi_storage_away)",
                "{{service}} {{access}}",
            ),
            Panel(
                "MongoDB のディスクの空き / Free disk",
                "min by (job) (madoguchi_storage_free_bytes / madoguchi_storage_size_bytes)",
                "{{job}}",
                "percentunit",
                stat=True,
            ),
            Panel("Kafka のブローカー / Brokers", "max by (job) (madoguchi_brokers)", "{{job}}", stat=True),
            Panel(
                "処理の中断 / Work that broke off",
                "sum by (service, work) (increase(madoguchi_work_stopped_total[5m]))",
                "{{service}} {{work}}",
            ),
            Panel("メモリ / Memory", "process_resident_memory_bytes", "{{service}} {{instance}}", "bytes"),
            Panel("CPU", "rate(process_cpu_seconds_total[5m])", "{{service}} {{instance}}", "percentunit"),
        ),
    ),
)
