"""The catalogue of gestures of the demonstration."""

from __future__ import annotations

import httpx
import pytest

pytestmark = pytest.mark.slow


async def test_one_of_five_gestures_brings_nothing_back(demo_client: httpx.AsyncClient) -> None:
    answer = (await demo_client.get("/v1/goodwill-return", params={"period": "2015"})).json()
    gestures = {
        row["gesture"]: {each["metric"]: each["value"] for each in row["figures"]} for row in answer["gestures"]
    }
    assert list(gestures) == ["delivery_refund", "fee_refund", "free_month", "loyalty_offer", "voucher"]
    assert gestures["delivery_refund"]["goodwill_cost"] > 100
    assert gestures["delivery_refund"]["goodwill_return"] == 0
    assert all(gestures[code]["goodwill_return"] > 2 for code in ("fee_refund", "free_month", "voucher"))
    assert gestures["loyalty_offer"]["goodwill_return"] is None
    shares = [each["goodwill_above_limit_rate"] for each in gestures.values()]
    assert min(shares) == 0 < 0.1 < max(shares) < 0.7
    total = {each["metric"]: each["value"] for each in answer["figures"]}
    assert total["goodwill_within_limit"] + total["goodwill_above_limit"] == total["goodwill_count"]
    assert "unknown_limits" not in [each["code"] for each in answer["warnings"]]
