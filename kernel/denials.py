"""What somebody is told who may not come in (401), may not do this (403), or asks too often (429)."""

from __future__ import annotations

from kernel.refusals import Refused

SCHEME = "Bearer"
WHO = "G-6"
"""The clause of all of them: whoever decides is known."""


class Unauthenticated(Refused):
    """Nobody knows who calls. ``error`` is the word of RFC 6750 for what is wrong with the token, if there is one."""

    status = 401

    def __init__(self, ja: str, en: str, *, error: str = "", pointer: str = "/authorization") -> None:
        super().__init__(WHO, ja, en, pointer=pointer)
        told = f'{SCHEME} realm="madoguchi"' + (f', error="{error}"' if error else "")
        self.headers = {"WWW-Authenticate": told}


def no_token() -> Unauthenticated:
    """A request without a token or a signature."""
    return Unauthenticated(
        "誰からの要求かが分かりません。Authorization ヘッダーにアクセストークン（Bearer）を入れてください。",
        "Nobody knows who is calling. Put an access token into the header Authorization, as Bearer.",
    )


def bad_token() -> Unauthenticated:
    """A token that none of the issuers gave for this system, or that says too little."""
    return Unauthenticated(
        "アクセストークンが正しくありません。もう一度サインインして、新しいトークンを使ってください。",
        "The access token is not a valid one for this system. Sign in again and use the new token.",
        error="invalid_token",
    )


def late_token() -> Unauthenticated:
    """A token whose time is over."""
    return Unauthenticated(
        "アクセストークンの有効期限が切れています。もう一度サインインして、新しいトークンを使ってください。",
        "The access token has expired. Sign in again and use the new token.",
        error="invalid_token",
    )


def no_metrics_token() -> Unauthenticated:
    """Who asks for the figures from elsewhere, where no token for them is set."""
    return Unauthenticated(
        "指標（/metrics）は、このサービスと同じ機器からだけ読めます。"
        "ほかから読むには、MADOGUCHI_METRICS_TOKEN_FILE を設定し、そのトークンを付けてください。",
        "The figures are told on this service's own machine alone. To read them from elsewhere or through a proxy, set "
        "MADOGUCHI_METRICS_TOKEN_FILE and bring its token.",
    )


def wrong_metrics_token() -> Unauthenticated:
    """A token that is none of those for the figures; an officer's is none either."""
    return Unauthenticated(
        "指標（/metrics）のトークンが正しくありません。"
        "MADOGUCHI_METRICS_TOKEN_FILE にある、現在有効なトークンを付けてください。",
        "This is no live token for the figures. Bring one that is in the file MADOGUCHI_METRICS_TOKEN_FILE.",
        error="invalid_token",
    )


class Forbidden(Refused):
    """It is known who calls, and it is not for them."""

    status = 403


def not_for(ja: str, en: str) -> Forbidden:
    """A route that is for others; ``ja`` and ``en`` say for whom."""
    return Forbidden(
        WHO,
        f"この操作の権限がありません。できるのは{ja}です。必要な場合は、管理者に権限の付与を依頼してください。",
        f"You may not do this: it is for {en}. If you need it, ask your administrator for the role.",
    )


def other_programme() -> Forbidden:
    """A case of a programme that the caller's token does not name."""
    return Forbidden(
        WHO,
        "この制度を扱う権限がありません。必要な場合は、管理者に制度の追加を依頼してください。",
        "Your token does not name this programme. If you need it, ask your administrator to add it.",
    )


def somebody_else() -> Forbidden:
    """``by`` names somebody other than the one whose token it is."""
    return Forbidden(
        WHO,
        "by の担当者IDが、サインインしている本人と一致しません。by を省くか、本人のIDにしてください。",
        "The id in by is not the one that you signed in with. Leave by out, or give your own id.",
        pointer="/by",
    )


class TooMany(Refused):
    """More requests than anybody needs."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(
            WHO,
            f"短い間に要求が多すぎます。{seconds}秒待ってから、もう一度お送りください。",
            f"Too many requests in a short time. Wait {seconds} second(s), then send it again.",
        )
        self.headers = {"Retry-After": str(seconds)}
